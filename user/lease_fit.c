// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "lease_fit.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include "rows.h"

struct reservation {
	__be32 addr;
	struct xdpxe_client client; /* subnet 0 */
};

struct lease_fit {
	size_t count; /* of the three */
	__be32 subnets[XDPXE_NETWORKS_MAX], masks[XDPXE_NETWORKS_MAX], servers[XDPXE_NETWORKS_MAX];
	struct rows reservations; /* struct reservation, by addr */
};

static int by_address(const void *a, const void *b)
{
	const struct reservation *one = a, *other = b;

	return (one->addr > other->addr) - (one->addr < other->addr);
}

static bool add_reservations(struct lease_fit *fit, const struct plan *plan)
{
	for (size_t i = 0; i < plan->host_count; i++) {
		struct reservation *row;

		if (!plan->hosts[i].host.addr)
			continue;
		row = rows__add(&fit->reservations);
		if (!row)
			return false;
		row->addr = plan->hosts[i].host.addr;
		row->client = plan->hosts[i].key;
	}
	rows__sort(&fit->reservations, by_address);
	return true;
}

struct lease_fit *lease_fit__new(const struct plan *plan)
{
	struct lease_fit *fit = calloc(1, sizeof(*fit));

	if (!fit)
		return NULL;
	fit->reservations.size = sizeof(struct reservation);
	for (size_t i = 0; i < plan->network_count && i < XDPXE_NETWORKS_MAX; i++) {
		fit->subnets[i] = plan->networks[i].wire.subnet;
		fit->masks[i] = plan->networks[i].wire.mask;
		fit->servers[i] = plan->networks[i].wire.server;
		fit->count++;
	}
	if (add_reservations(fit, plan))
		return fit;
	lease_fit__free(fit);
	return NULL;
}

void lease_fit__free(struct lease_fit *fit)
{
	if (!fit)
		return;
	rows__free(&fit->reservations);
	free(fit);
}

bool lease_fit__has(const struct lease_fit *fit, __be32 subnet, __be32 addr)
{
	for (size_t i = 0; i < fit->count; i++) {
		if (fit->subnets[i] != subnet || (addr & fit->masks[i]) != subnet)
			continue;
		return addr != subnet && addr != (subnet | ~fit->masks[i]) &&
		       addr != fit->servers[i];
	}
	return false;
}

const struct xdpxe_client *lease_fit__owner(const struct lease_fit *fit, __be32 addr)
{
	const struct reservation wanted = { .addr = addr };
	const struct reservation *found = rows__find(&fit->reservations, &wanted, by_address);

	return found ? &found->client : NULL;
}

const __be32 *lease_fit__subnets(const struct lease_fit *fit, size_t *count)
{
	*count = fit->count;
	return fit->subnets;
}

const __be32 *lease_fit__masks(const struct lease_fit *fit)
{
	return fit->masks;
}
