// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "handover.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "lease_clock.h"
#include "lease_restore.h"
#include "log.h"
#include "mapread.h"

/* Open a map if its keys and values have these lengths. Return: descriptor, -1 */
static int open_map(const struct instance *instance, const char *name, size_t key, size_t value)
{
	struct bpf_map_info info = {};
	uint32_t len = sizeof(info);
	char path[2 * PINS_PATH];
	int map;

	snprintf(path, sizeof(path), "%s/%s", instance->dir, name);
	map = bpf_obj_get(path);
	if (map >= 0 && (bpf_obj_get_info_by_fd(map, &info, &len) < 0 || info.key_size != key ||
			 info.value_size != value)) {
		close(map);
		map = -1;
	}
	return map < 0 ? -1 : map;
}

void handover__open(const struct instance *instance, uint32_t abi, struct maps *old)
{
	memset(old, 0xff, sizeof(*old));
	if (abi < HANDOVER_ABI || abi > XDPXE_ABI_VERSION)
		return;
	old->leases = open_map(instance, "leases", sizeof(struct xdpxe_client),
			       sizeof(struct xdpxe_lease));
	old->owners = open_map(instance, "owners", sizeof(__be32), sizeof(struct xdpxe_client));
	old->lease_clock = open_map(instance, "lease_clock", sizeof(uint32_t),
				    sizeof(struct xdpxe_lease_clock));
	if (old->leases < 0 || old->owners < 0 || old->lease_clock < 0)
		pins__close(old);
}

static int add_lease(const void *key, const void *value, void *context)
{
	const struct xdpxe_lease *lease = value;
	struct store_content *content = context;
	int64_t calendar = content->clock.calendar;
	struct store_lease *row;

	if (XDPXE_LEASE_STATE(lease->word) != XDPXE_LEASE_BOUND)
		return 0;
	row = rows__add(&content->leases);
	if (!row)
		return -ENOMEM;
	memcpy(&row->client, key, sizeof(row->client));
	row->addr = lease->addr;
	row->arch = lease->arch;
	row->ipxe = lease->ipxe;
	row->expires = XDPXE_LEASE_EXPIRES(lease->word) + calendar;
	row->first_seen = lease->first_s + calendar;
	row->last_seen = lease->last_s + calendar;
	return 0;
}

/* An owner without hardware address is an address that is set aside. */
static int add_declined(const void *key, const void *value, void *context)
{
	const struct xdpxe_client *owner = value;
	struct store_content *content = context;
	struct store_declined *row;

	if (owner->hlen != 0)
		return 0;
	row = rows__add(&content->declined);
	if (!row)
		return -ENOMEM;
	memcpy(&row->addr, key, sizeof(row->addr));
	row->until = owner->subnet + content->clock.calendar;
	return 0;
}

/* As a database would have it. */
static int read_old(const struct maps *old, struct store_content *content)
{
	int err = lease_clock__follow(old->lease_clock);

	if (err < 0)
		return err;
	content->leases.size = sizeof(struct store_lease);
	content->declined.size = sizeof(struct store_declined);
	content->networks.size = sizeof(struct store_network);
	content->clock.calendar = lease_clock__calendar();
	content->clock.written = lease_clock__now_s() + content->clock.calendar;
	lease_clock__boot(content->clock.boot);
	err = mapread__each(old->leases, add_lease, content);
	return err ? err : mapread__each(old->owners, add_declined, content);
}

int handover__take(const struct maps *old, const struct maps *maps, const struct plan *plan)
{
	struct lease_restored restored = {};
	struct store_content content = {};
	struct lease_fit *fit;
	int err, clock;

	if (old->leases < 0)
		return 0;
	fit = lease_fit__new(plan);
	if (!fit)
		return -ENOMEM;
	err = read_old(old, &content);
	clock = lease_clock__follow(maps->lease_clock);
	if (err == 0)
		err = clock;
	if (err == 0)
		err = lease_restore__put(maps, fit, &content, true, &restored);
	if (restored.leases)
		log_info("%zu leases were taken over from the maps of before", restored.leases);
	store_content__free(&content);
	lease_fit__free(fit);
	return err;
}
