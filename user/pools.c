// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "pools.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "mapread.h"
#include "pool_queue.h"
#include "members.h"
#include "rows.h"

#define QUEUE_SLACK 1024   /* an address may stand in the queue twice for a while: see bpf/maps.h */
#define RECLAIM_BATCH 1024 /* leases that have run out and go at once when addresses are short */
#define SHORT_FRACTION 8   /* short: fewer than 1/8 of the pool is free */
#define LENT_BATCH 16	   /* enough, where offers hold no address */

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
	size_t offers;	  /* of these, offers to strangers */
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
	err = network->wire.flags & XDPXE_NETWORK_PROBED ? 0 : fill_queue(maps, queue, network);
	if (err >= 0 && bpf_map_update_elem(maps->pools, &slot, &queue, BPF_ANY) < 0)
		err = -errno;
	close(queue);
	return err < 0 ? err : members__create(maps, slot, network);
}

int pools__share(const struct maps *maps, uint32_t from, uint32_t to)
{
	int queue = pool_queue__open(maps, from);
	int err;

	if (queue < 0)
		return queue;
	err = bpf_map_update_elem(maps->pools, &to, &queue, BPF_ANY);
	close(queue);
	return err ? err : members__share(maps, from, to);
}

static int compare_stale(const void *a, const void *b)
{
	const struct stale *left = a, *right = b;

	if (XDPXE_LEASE_EXPIRES(left->word) == XDPXE_LEASE_EXPIRES(right->word))
		return 0;
	return XDPXE_LEASE_EXPIRES(left->word) < XDPXE_LEASE_EXPIRES(right->word) ? -1 : 1;
}

/* Its machine was acknowledged an address once. */
static bool is_known(uint64_t word)
{
	return XDPXE_LEASE_STATE(word) == XDPXE_LEASE_BOUND || word & XDPXE_LEASE_KNOWN;
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
		list->offers += !is_known(lease->word);
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

/* The pool that addresses come back to. */
struct pool {
	const struct plan_network *network;
	struct conflict *conflict;
	size_t index; /* of the network */
	int queue;
};

/* Give back an address, if the pool still has it; one that was in use is probed first. Return: 1 when it is free */
static int give_back(const struct pool *pool, uint32_t addr, bool used)
{
	if (pool_queue__index(pool->network, ntohl(addr)) < 0)
		return 0;
	if (used && (pool->network->wire.flags & XDPXE_NETWORK_PROBED)) {
		conflict__want(pool->conflict, pool->index, addr);
		return 0;
	}
	return pool_queue__push(pool->queue, addr) == 0;
}

/* Addresses that were set aside, and whose time is over. */
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

static int free_declined(const struct maps *maps, const struct pool *pools, size_t count)
{
	struct declined declined = { .now_s = mapread__now_s(),
				     .rows = { .size = sizeof(uint32_t) } };
	int freed = mapread__each(maps->owners, note_declined, &declined);

	for (size_t i = 0; freed >= 0 && i < declined.rows.count; i++) {
		uint32_t *addr = rows__at(&declined.rows, i);

		for (size_t j = 0; j < count; j++) {
			const struct xdpxe_network *wire = &pools[j].network->wire;

			if ((*addr & wire->mask) == wire->subnet &&
			    bpf_map_delete_elem(maps->owners, addr) == 0)
				freed += give_back(&pools[j], *addr, true);
		}
	}
	rows__free(&declined.rows);
	return freed;
}

void pools__end_quarantine(const struct engine *engine, const struct plan *plan,
			   struct conflict *conflict)
{
	struct pool pools[XDPXE_NETWORKS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < plan->network_count; i++)
		if (plan->networks[i].wire.flags & XDPXE_NETWORK_PROBED)
			pools[count++] = (struct pool){ &plan->networks[i], conflict, i, -1 };
	if (count)
		free_declined(&engine->maps, pools, count);
}

/*
 * How many machines that are known may lose an address that they do not use now. A flood of invented machines is no
 * reason to forget the real ones: for offers that nobody takes up, no more than these may hold in need.
 */
static size_t may_forget(const struct engine *engine, uint32_t slot, const struct stale_list *list,
			 const struct plan_network *network, bool hungry)
{
	size_t in_use = list->live - list->offers + list->rows.count;
	struct xdpxe_limits limits = { 0 };
	size_t share;

	if (!hungry)
		return in_use > network->address_count - network->address_count / SHORT_FRACTION
			       ? RECLAIM_BATCH
			       : 0;
	bpf_map_lookup_elem(engine->maps.limits, &slot, &limits);
	if (!limits.offers_max)
		return RECLAIM_BATCH;
	share = limits.offers_max / XDPXE_EMPTY_PART;
	if (list->offers >= share)
		return LENT_BATCH;
	return share - list->offers < RECLAIM_BATCH ? share - list->offers : RECLAIM_BATCH;
}

/* @forget: machines that are known */
static int reap_stale(const struct engine *engine, const struct stale_list *list,
		      const struct pool *pool, size_t forget)
{
	size_t taken = 0;
	int freed = 0;

	for (size_t i = 0; i < list->rows.count; i++) {
		const struct stale *stale = rows__at(&list->rows, i);
		bool known = is_known(stale->word);
		uint32_t addr;
		int err;

		if (known && taken == forget)
			continue;
		err = engine__reap(engine, &stale->client, stale->word, &addr);
		if (err < 0)
			return err;
		if (err == 0)
			continue; /* its machine came back */
		taken += known;
		freed += give_back(pool, addr, known);
	}
	return freed;
}

/*
 * Put into the queue just what nobody owns, and drop what it had. Where addresses are probed they are candidates first.
 * Return: how many are free
 */
static int refill(const struct maps *maps, const struct pool *pool)
{
	size_t most = pool->network->address_count + QUEUE_SLACK;
	int err = free_declined(maps, pool, 1);
	uint32_t addr;

	if (pool->network->wire.flags & XDPXE_NETWORK_PROBED) {
		if (pool_queue__is_empty(pool->queue))
			conflict__want_free(pool->conflict, pool->index);
		return err;
	}
	for (size_t i = 0;
	     i < most && bpf_map_lookup_and_delete_elem(pool->queue, NULL, &addr) == 0; i++)
		;
	return err < 0 ? err : fill_queue(maps, pool->queue, pool->network);
}

int pools__reclaim(const struct engine *engine, uint32_t slot, const struct plan_network *network,
		   struct conflict *conflict, bool hungry)
{
	struct pool pool = { network, conflict, slot % XDPXE_NETWORKS_MAX,
			     pool_queue__open(&engine->maps, slot) };
	struct stale_list list = {
		.subnet = network->wire.subnet,
		.now_s = mapread__now_s(),
		.rows = { .size = sizeof(struct stale) },
	};
	int freed, reaped;

	if (pool.queue < 0)
		return pool.queue;
	freed = find_stale(&engine->maps, &list);
	if (freed == 0) {
		size_t forget = may_forget(engine, slot, &list, network, hungry);

		/* First what nobody has, then what ended, the oldest first. */
		freed = hungry ? refill(&engine->maps, &pool) : 0;
		reaped = freed < 0 ? 0 : reap_stale(engine, &list, &pool, forget);
		freed = reaped < 0 ? reaped : freed + reaped;
	}
	rows__free(&list.rows);
	close(pool.queue);
	return freed;
}

struct set_aside {
	const struct xdpxe_network *wire;
	size_t count;
};

static int count_set_aside(const void *key, const void *value, void *context)
{
	const struct xdpxe_client *owner = value;
	struct set_aside *found = context;
	__be32 addr;

	memcpy(&addr, key, sizeof(addr));
	found->count += owner->hlen == 0 && (addr & found->wire->mask) == found->wire->subnet;
	return 0;
}

size_t pools__set_aside(const struct maps *maps, const struct plan_network *network)
{
	struct set_aside found = { .wire = &network->wire };

	return mapread__each(maps->owners, count_set_aside, &found) < 0 ? 0 : found.count;
}
