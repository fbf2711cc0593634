// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "pools.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "mapread.h"
#include "rows.h"

#define QUEUE_SLACK 1024   /* an address may stand in the queue twice for a while: see bpf/maps.h */
#define RECLAIM_BATCH 1024 /* leases that have run out and go at once when addresses are short */
#define SHORT_FRACTION 8   /* short: fewer than 1/8 of the pool is free */

/* A lease that has run out. */
struct stale {
	struct xdpxe_client client;
	uint64_t word;
};

struct stale_list {
	uint32_t subnet; /* network byte order */
	uint32_t now_s;
	struct rows rows; /* struct stale */
	size_t live;	  /* leases of the network that have not run out */
};

static bool has_owner(const struct maps *maps, uint32_t addr)
{
	struct xdpxe_client owner;

	return bpf_map_lookup_elem(maps->owners, &addr, &owner) == 0;
}

/* Put every address that nobody owns into the queue. Return: how many */
static int fill_queue(const struct maps *maps, int queue, const struct plan_network *network)
{
	uint32_t any;
	bool owned = bpf_map_get_next_key(maps->owners, NULL, &any) == 0;
	int count = 0;

	for (size_t i = 0; i < network->address_count; i++) {
		uint32_t addr = htonl(network->addresses[i]);

		if (owned && has_owner(maps, addr))
			continue;
		if (bpf_map_update_elem(queue, NULL, &addr, BPF_ANY) < 0)
			return errno == E2BIG ? count : -errno;
		count++;
	}
	return count;
}

int pools__create(const struct maps *maps, uint32_t slot, const struct plan_network *network)
{
	int queue = bpf_map_create(BPF_MAP_TYPE_QUEUE, "xdpxe_pool", 0, sizeof(uint32_t),
				   network->address_count + QUEUE_SLACK, NULL);
	int err;

	if (queue < 0)
		return -errno;
	err = fill_queue(maps, queue, network);
	if (err >= 0 && bpf_map_update_elem(maps->pools, &slot, &queue, BPF_ANY) < 0)
		err = -errno;
	close(queue);
	return err < 0 ? err : 0;
}

static int open_queue(const struct maps *maps, uint32_t slot)
{
	uint32_t id;

	if (bpf_map_lookup_elem(maps->pools, &slot, &id) < 0)
		return -errno;
	return bpf_map_get_fd_by_id(id);
}

int pools__share(const struct maps *maps, uint32_t from, uint32_t to)
{
	int queue = open_queue(maps, from);
	int err;

	if (queue < 0)
		return queue;
	err = bpf_map_update_elem(maps->pools, &to, &queue, BPF_ANY);
	close(queue);
	return err;
}

static int compare_stale(const void *a, const void *b)
{
	const struct stale *left = a, *right = b;

	if (XDPXE_LEASE_EXPIRES(left->word) == XDPXE_LEASE_EXPIRES(right->word))
		return 0;
	return XDPXE_LEASE_EXPIRES(left->word) < XDPXE_LEASE_EXPIRES(right->word) ? -1 : 1;
}

/* One lease of the map; those of other networks are passed over. */
static int note_lease(const void *key, const void *value, void *context)
{
	const struct xdpxe_client *client = key;
	const struct xdpxe_lease *lease = value;
	struct stale_list *list = context;
	struct stale *stale;

	if (client->subnet != list->subnet)
		return 0;
	if (XDPXE_LEASE_EXPIRES(lease->word) > list->now_s) {
		list->live++;
		return 0;
	}
	stale = rows__add(&list->rows);
	if (!stale)
		return -ENOMEM;
	stale->client = *client;
	stale->word = lease->word;
	return 0;
}

/* The leases of a network that have run out, oldest first. The map may change meanwhile: the reaper checks again. */
static int find_stale(const struct maps *maps, struct stale_list *list)
{
	int err = mapread__each(maps->leases, note_lease, list);

	rows__sort(&list->rows, compare_stale);
	return err;
}

static int compare_addresses(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

/* Give back one address, if the pool still has it. Return: 1 or 0 */
static int give_back(const struct plan_network *network, int queue, uint32_t addr)
{
	uint32_t host_order = ntohl(addr);

	if (!bsearch(&host_order, network->addresses, network->address_count, sizeof(host_order),
		     compare_addresses))
		return 0;
	return bpf_map_update_elem(queue, NULL, &addr, BPF_ANY) == 0;
}

/* Addresses that were declined, and whose time is over. */
struct declined {
	uint32_t now_s;
	struct rows rows; /* addresses, network byte order */
};

static int note_declined(const void *key, const void *value, void *context)
{
	const struct xdpxe_client *owner = value;
	struct declined *declined = context;
	uint32_t *addr;

	if (owner->hlen != 0 || owner->subnet > declined->now_s)
		return 0;
	addr = rows__add(&declined->rows);
	if (!addr)
		return -ENOMEM;
	memcpy(addr, key, sizeof(*addr));
	return 0;
}

static int free_declined(const struct maps *maps, const struct plan_network *network, int queue)
{
	struct declined declined = { .now_s = mapread__now_s(),
				     .rows = { .size = sizeof(uint32_t) } };
	int freed = mapread__each(maps->owners, note_declined, &declined);

	for (size_t i = 0; freed >= 0 && i < declined.rows.count; i++) {
		uint32_t *addr = rows__at(&declined.rows, i);

		if ((*addr & network->wire.mask) != network->wire.subnet)
			continue;
		if (bpf_map_delete_elem(maps->owners, addr) == 0)
			freed += give_back(network, queue, *addr);
	}
	rows__free(&declined.rows);
	return freed;
}

static int reap_stale(const struct engine *engine, const struct stale_list *list, int queue,
		      const struct plan_network *network, bool bound_too)
{
	int freed = 0, taken = 0;

	for (size_t i = 0; i < list->rows.count && taken < RECLAIM_BATCH; i++) {
		const struct stale *stale = rows__at(&list->rows, i);
		bool bound = XDPXE_LEASE_STATE(stale->word) == XDPXE_LEASE_BOUND;
		uint32_t addr;
		int err;

		if (bound && !bound_too)
			continue;
		err = engine__reap(engine, &stale->client, stale->word, &addr);
		if (err < 0)
			return err;
		if (err == 0)
			continue; /* its machine came back */
		taken += bound;
		freed += give_back(network, queue, addr);
	}
	return freed;
}

/* Put into the queue just what nobody owns, and drop what it had. Return: how many */
static int refill(const struct maps *maps, const struct plan_network *network, int queue)
{
	size_t most = network->address_count + QUEUE_SLACK;
	int err = free_declined(maps, network, queue);
	uint32_t addr;

	for (size_t i = 0; i < most && bpf_map_lookup_and_delete_elem(queue, NULL, &addr) == 0; i++)
		;
	return err < 0 ? err : fill_queue(maps, queue, network);
}

int pools__reclaim(const struct engine *engine, uint32_t slot, const struct plan_network *network,
		   bool hungry)
{
	struct stale_list list = {
		.subnet = network->wire.subnet,
		.now_s = mapread__now_s(),
		.rows = { .size = sizeof(struct stale) },
	};
	int queue = open_queue(&engine->maps, slot);
	int freed, reaped;

	if (queue < 0)
		return queue;
	freed = find_stale(&engine->maps, &list);
	if (freed == 0) {
		size_t held = list.live + list.rows.count;
		bool is_short = hungry || held > network->address_count -
							  network->address_count / SHORT_FRACTION;

		/* First what nobody has, then what ended, the oldest first. */
		freed = hungry ? refill(&engine->maps, network, queue) : 0;
		reaped = freed < 0 ? 0 : reap_stale(engine, &list, queue, network, is_short);
		freed = reaped < 0 ? reaped : freed + reaped;
	}
	rows__free(&list.rows);
	close(queue);
	return freed;
}
