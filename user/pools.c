// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "pools.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "log.h"

#define QUEUE_SLACK 1024   /* an address may stand in the queue twice for a while: see bpf/maps.h */
#define RECLAIM_BATCH 1024 /* leases that have run out and go at once when addresses are short */
#define SHORT_FRACTION 8   /* short: fewer than 1/8 of the pool is free */

/* A lease that has run out. */
struct stale {
	struct xdpxe_client client;
	uint64_t word;
};

struct stale_list {
	struct stale *all;
	size_t count;
	size_t live; /* leases of the network that have not run out */
};

static uint32_t now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static bool has_owner(const struct maps *maps, uint32_t addr)
{
	struct xdpxe_client owner;

	return bpf_map_lookup_elem(maps->owners, &addr, &owner) == 0;
}

/* Put every address that nobody owns into the queue. Return: how many */
static int fill_queue(const struct maps *maps, int queue, const struct plan_network *network)
{
	int count = 0;

	for (size_t i = 0; i < network->address_count; i++) {
		uint32_t addr = htonl(network->addresses[i]);

		if (has_owner(maps, addr))
			continue;
		if (bpf_map_update_elem(queue, NULL, &addr, BPF_ANY) < 0)
			return -errno;
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

static int compare_stale(const void *a, const void *b)
{
	const struct stale *left = a, *right = b;

	if (XDPXE_LEASE_EXPIRES(left->word) == XDPXE_LEASE_EXPIRES(right->word))
		return 0;
	return XDPXE_LEASE_EXPIRES(left->word) < XDPXE_LEASE_EXPIRES(right->word) ? -1 : 1;
}

static int note_lease(struct stale_list *list, const struct xdpxe_client *client,
		      const struct xdpxe_lease *lease, uint32_t now)
{
	if (XDPXE_LEASE_EXPIRES(lease->word) > now) {
		list->live++;
		return 0;
	}
	if (list->count % RECLAIM_BATCH == 0) {
		struct stale *grown =
			reallocarray(list->all, list->count + RECLAIM_BATCH, sizeof(*grown));

		if (!grown)
			return -ENOMEM;
		list->all = grown;
	}
	list->all[list->count].client = *client;
	list->all[list->count++].word = lease->word;
	return 0;
}

/* The leases of a network that have run out, oldest first. The map may change meanwhile: the reaper checks again. */
static int find_stale(const struct maps *maps, uint32_t subnet, struct stale_list *list)
{
	struct xdpxe_client key, next;
	bool more = bpf_map_get_next_key(maps->leases, NULL, &next) == 0;
	uint32_t now = now_s();

	for (size_t i = 0; more && i < 2 * XDPXE_LEASES_MAX; i++) {
		struct xdpxe_lease lease;
		int err;

		key = next;
		more = bpf_map_get_next_key(maps->leases, &key, &next) == 0;
		if (key.subnet != subnet || bpf_map_lookup_elem(maps->leases, &key, &lease) < 0)
			continue;
		err = note_lease(list, &key, &lease, now);
		if (err < 0)
			return err;
	}
	qsort(list->all, list->count, sizeof(*list->all), compare_stale);
	return 0;
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

static int open_queue(const struct maps *maps, uint32_t slot)
{
	uint32_t id;

	if (bpf_map_lookup_elem(maps->pools, &slot, &id) < 0)
		return -errno;
	return bpf_map_get_fd_by_id(id);
}

static int reap_stale(const struct engine *engine, const struct stale_list *list, int queue,
		      const struct plan_network *network, bool bound_too)
{
	int freed = 0, taken = 0;

	for (size_t i = 0; i < list->count && taken < RECLAIM_BATCH; i++) {
		bool bound = XDPXE_LEASE_STATE(list->all[i].word) == XDPXE_LEASE_BOUND;
		uint32_t addr;

		if (bound && !bound_too)
			continue;
		if (engine__reap(engine, &list->all[i].client, list->all[i].word, &addr) != 1)
			continue;
		taken += bound;
		freed += give_back(network, queue, addr);
	}
	return freed;
}

int pools__reclaim(const struct engine *engine, uint32_t slot, const struct plan_network *network,
		   bool hungry)
{
	struct stale_list list = {};
	int queue = open_queue(&engine->maps, slot);
	int freed;

	if (queue < 0)
		return queue;
	freed = find_stale(&engine->maps, network->wire.subnet, &list);
	if (freed == 0) {
		size_t held = list.live + list.count;
		bool is_short = hungry || held > network->address_count -
							  network->address_count / SHORT_FRACTION;

		freed = reap_stale(engine, &list, queue, network, is_short);
		if (freed == 0 && hungry)
			freed = fill_queue(&engine->maps, queue, network);
	}
	free(list.all);
	close(queue);
	return freed;
}
