// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "lease_batch.h"

#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>

#include "mapread.h"

#define FORGOTTEN_S                                                                                \
	(90 * 86400) /* a lease of a network that is not configured is kept for so long */

struct writer {
	struct store *store;
	int64_t calendar;
	__be32 subnets[XDPXE_NETWORKS_MAX]; /* of the leases that were seen */
	size_t count;
};

static void put_lease(const struct writer *writer, const struct xdpxe_client *client,
		      const struct xdpxe_lease *lease)
{
	const struct store_lease row = {
		.client = *client,
		.addr = lease->addr,
		.arch = lease->arch,
		.ipxe = lease->ipxe,
		.reserved = lease->flags & XDPXE_LEASE_RESERVED,
		.expires = XDPXE_LEASE_EXPIRES(lease->word) + writer->calendar,
		.first_seen = lease->first_s + writer->calendar,
		.last_seen = lease->last_s + writer->calendar,
	};

	store__put_lease(writer->store, &row);
}

/* An owner without hardware address is a declined address, and its subnet the second until which it is one. */
static void put_declined(const struct writer *writer, __be32 addr, const struct xdpxe_client *owner)
{
	const struct store_declined row = { .addr = addr,
					    .until = owner->subnet + writer->calendar };

	if (owner->hlen == 0)
		store__put_declined(writer->store, &row);
}

static int write_event(const struct writer *writer, const struct maps *maps,
		       const struct xdpxe_lease_event *event)
{
	struct xdpxe_client owner;
	struct xdpxe_lease lease;

	if (bpf_map_lookup_elem(maps->leases, &event->client, &lease) < 0) {
		if (errno != ENOENT)
			return -errno;
		lease.word = 0;
	}
	/* What is only offered now, was given up before. */
	if (XDPXE_LEASE_STATE(lease.word) == XDPXE_LEASE_BOUND)
		put_lease(writer, &event->client, &lease);
	else
		store__drop_lease(writer->store, &event->client);
	if (bpf_map_lookup_elem(maps->owners, &event->addr, &owner) == 0)
		put_declined(writer, event->addr, &owner);
	return 0;
}

static int compare_events(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct xdpxe_lease_event));
}

int lease_batch__write(struct store *store, const struct maps *maps, struct rows *events,
		       int64_t calendar)
{
	const struct writer writer = { .store = store, .calendar = calendar };
	int err = 0;

	rows__sort(events, compare_events);
	for (size_t i = 0; !err && i < events->count; i++)
		if (i == 0 || compare_events(rows__at(events, i - 1), rows__at(events, i)) != 0)
			err = write_event(&writer, maps, rows__at(events, i));
	return err;
}

static int each_lease(const void *key, const void *value, void *context)
{
	const struct xdpxe_client *client = key;
	const struct xdpxe_lease *lease = value;

	if (XDPXE_LEASE_STATE(lease->word) == XDPXE_LEASE_BOUND)
		put_lease(context, client, lease);
	return 0;
}

static int each_owner(const void *key, const void *value, void *context)
{
	const __be32 *addr = key;

	put_declined(context, *addr, value);
	return 0;
}

static int each_subnet(const void *key, const void *value, void *context)
{
	const struct xdpxe_client *client = key;
	struct writer *writer = context;

	(void)value;
	for (size_t i = 0; i < writer->count; i++)
		if (writer->subnets[i] == client->subnet)
			return 0;
	if (writer->count < XDPXE_NETWORKS_MAX)
		writer->subnets[writer->count++] = client->subnet;
	return 0;
}

/* Who reads the database later knows nothing of the configuration. */
static void put_networks(struct store *store, const struct lease_fit *fit)
{
	const __be32 *masks = lease_fit__masks(fit), *subnets;
	size_t count;

	subnets = lease_fit__subnets(fit, &count);
	for (size_t i = 0; i < count; i++) {
		const struct store_network row = { .subnet = subnets[i], .mask = masks[i] };

		store__put_network(store, &row);
	}
}

int lease_batch__write_all(struct store *store, const struct maps *maps,
			   const struct lease_fit *fit, int64_t calendar)
{
	struct writer writer = { .store = store, .calendar = calendar };
	int64_t now = lease_clock__now_s() + calendar;
	const __be32 *subnets = writer.subnets;
	int err = 0;

	if (fit)
		subnets = lease_fit__subnets(fit, &writer.count);
	else
		err = mapread__each(maps->leases, each_subnet, &writer);
	if (err)
		return err;
	if (fit)
		put_networks(store, fit);
	store__clear(store, subnets, writer.count, now - FORGOTTEN_S);
	err = mapread__each(maps->leases, each_lease, &writer);
	return err ? err : mapread__each(maps->owners, each_owner, &writer);
}
