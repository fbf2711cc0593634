// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "conflict.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "conflict_priv.h"
#include "counters.h"
#include "fill.h"
#include "mapread.h"
#include "pool_queue.h"

#define LOOK_NS 100000000ULL  /* until interfaces that are down, and queues, are looked at again */
#define TELL_NS 1000000000ULL /* while there is something that waits to be told */
#define SETTLE_BATCH 256
#define NOT_OPEN (-1)

int conflict__open_queue(const struct conflict *conflict, size_t index)
{
	int half = fill__half(conflict->engine);

	return half < 0 ? -ENOENT
			: pool_queue__open(&conflict->engine->maps,
					   half * XDPXE_NETWORKS_MAX + index);
}

static void give_unprobed(struct conflict *conflict, size_t index, uint32_t addr)
{
	int queue = conflict__open_queue(conflict, index);

	if (queue >= 0) {
		pool_queue__push(queue, addr);
		close(queue);
	}
}

void conflict__want(struct conflict *conflict, size_t index, uint32_t addr)
{
	const struct conflict_network *network = &conflict->networks[index];
	int64_t place;

	if (index >= conflict->network_count)
		return;
	place = pool_queue__index(network->plan, ntohl(addr));
	if (place < 0)
		return; /* of a pool that has shrunk */
	if (network->port)
		probe__want(conflict->probe,
			    (struct probe_target){ (uint32_t)index, (uint32_t)place });
	else
		give_unprobed(conflict, index, addr);
}

/* Free addresses are probed, and so given for the first time, in this order: by address. */
static size_t candidate_at(const struct plan_network *network, size_t place)
{
	(void)network;
	return place;
}

struct owned {
	const struct plan_network *network;
	uint32_t *skip; /* by index; 0: not */
};

static int note_owned(const void *key, const void *value, void *context)
{
	const struct owned *owned = context;
	int64_t index = pool_queue__index(owned->network, ntohl(*(const uint32_t *)key));

	(void)value;
	if (index >= 0)
		owned->skip[index] = 1;
	return 0;
}

/* @queue: of the network; @skip: not 0 for those that are free already, by index */
static void want_others(struct conflict *conflict, size_t index, int queue, uint32_t *skip)
{
	const struct conflict_network *network = &conflict->networks[index];
	struct owned owned = { network->plan, skip };

	if (conflict->engine->maps.owners >= 0)
		mapread__each(conflict->engine->maps.owners, note_owned, &owned);
	for (size_t i = 0; i < network->plan->address_count; i++) {
		struct probe_target target = { (uint32_t)index,
					       (uint32_t)candidate_at(network->plan, i) };

		if (!network->port && !skip[target.index] && queue >= 0)
			pool_queue__push(queue, htonl(network->plan->addresses[target.index]));
		else if (network->port && !skip[target.index])
			probe__want(conflict->probe, target);
		else if (network->port) /* perhaps asked for before its owner was known */
			probe__drop(conflict->probe, target);
	}
}

/* @old: the queue that was in force before; negative for none */
static void want_all(struct conflict *conflict, size_t index, int old)
{
	const struct plan_network *network = conflict->networks[index].plan;
	uint32_t *moved = calloc(network->address_count + 1, sizeof(*moved));
	int queue = conflict__open_queue(conflict, index);

	if (moved && old >= 0 && queue >= 0)
		pool_queue__move(old, queue, network, moved);
	if (moved && conflict->networks[index].port)
		probe__inherit(conflict->probe, (uint32_t)index, moved);
	if (moved)
		want_others(conflict, index, queue, moved);
	if (queue >= 0)
		close(queue);
	free(moved);
}

void conflict__want_free(struct conflict *conflict, size_t index)
{
	want_all(conflict, index, -1);
}

static void inherit(struct conflict *conflict, size_t index, int old_half)
{
	const struct maps *maps = &conflict->engine->maps;
	int slot = pool_queue__find(maps, old_half, conflict->networks[index].plan);
	int old = slot < 0 ? slot : pool_queue__open(maps, (uint32_t)slot);

	want_all(conflict, index, old);
	if (old >= 0)
		close(old);
}

void conflict__inherit(struct conflict *conflict, int old_half)
{
	if (!conflict->serving)
		return;
	for (size_t i = 0; i < conflict->network_count; i++)
		if (conflict->networks[i].plan->wire.flags & XDPXE_NETWORK_PROBED)
			inherit(conflict, i, old_half);
}

bool conflict__has_free(struct conflict *conflict, size_t index)
{
	bool has;
	int queue;

	if (index >= conflict->network_count)
		return false;
	queue = conflict__open_queue(conflict, index);
	has = !pool_queue__is_empty(queue);
	if (queue >= 0)
		close(queue);
	return has;
}

bool conflict__hurry(struct conflict *conflict, size_t index)
{
	if (!conflict->probe || probe__open(conflict->probe, (uint32_t)index) == 0)
		return false;
	probe__hurry(conflict->probe, (uint32_t)index, mapread__now_ns());
	return true;
}

static bool is_own(const struct conflict_network *network, uint32_t address)
{
	for (size_t i = 0; i < network->own_count; i++)
		if (network->own[i] == address)
			return true;
	return false;
}

/* What nobody has answered for enters its queue. */
static void settle(struct conflict *conflict, uint64_t now_ns)
{
	struct probe_target targets[SETTLE_BATCH];
	int queues[XDPXE_NETWORKS_MAX];
	size_t given = 0, count;

	memset(queues, 0xff, sizeof(queues));
	while ((count = probe__settle(conflict->probe, now_ns, targets, SETTLE_BATCH)) > 0)
		for (size_t i = 0; i < count; i++) {
			const struct conflict_network *network =
				&conflict->networks[targets[i].network];
			uint32_t address = network->plan->addresses[targets[i].index];
			int *queue = &queues[targets[i].network];

			if (is_own(network, address)) {
				conflict_hear__claim(conflict, targets[i].network, address,
						     network->port->mac);
				continue;
			}
			if (*queue == NOT_OPEN)
				*queue = conflict__open_queue(conflict, targets[i].network);
			if (*queue < 0 || pool_queue__push(*queue, htonl(address)) < 0)
				continue;
			probe__given(conflict->probe, targets[i]);
			given++;
		}
	for (size_t i = 0; i < XDPXE_NETWORKS_MAX; i++)
		if (queues[i] >= 0)
			close(queues[i]);
	counters__add_many(conflict->engine->maps.counters, XDPXE_R_ADDRESS_PROBED, given);
}

void conflict__ask_early(struct conflict *conflict)
{
	for (size_t i = 0; i < conflict->network_count; i++)
		if (conflict->networks[i].port)
			conflict__want_free(conflict, i);
	if (conflict->probe)
		conflict_ask__run(conflict, mapread__now_ns());
}

void conflict__run(struct conflict *conflict)
{
	uint64_t now_ns = mapread__now_ns(); /* before: who answers later than that may be heard */

	if (!conflict->probe)
		return;
	conflict->ran_ns = now_ns;
	conflict_hear__all(conflict);
	tell__tick(&conflict->tell, mapread__now_s());
	settle(conflict, now_ns);
	conflict_ask__run(conflict, now_ns);
}

/* Reserved addresses are asked for when there are enough of the pools. */
static bool may_ask_reserved(const struct conflict *conflict)
{
	const struct conflict_reserved *next = &conflict->reserved[conflict->reserved_asked];

	return conflict->reserved_asked < conflict->reserved_count &&
	       conflict_ask__is_resting(conflict) && conflict->networks[next->network].port->up;
}

uint64_t conflict__wake(const struct conflict *conflict)
{
	uint64_t now_ns = mapread__now_ns(), wake = UINT64_MAX;

	if (!conflict->probe)
		return wake;
	wake = probe__wake(conflict->probe, now_ns);
	if (!conflict_ask__is_done(conflict) && wake > now_ns + LOOK_NS)
		wake = now_ns + LOOK_NS;
	if (may_ask_reserved(conflict))
		wake = now_ns;
	if (conflict->tell.untold && wake > now_ns + TELL_NS)
		wake = now_ns + TELL_NS;
	if (wake < conflict->retry_ns)
		wake = conflict->retry_ns;
	/* Counted from the last turn, not from now: else a loop that is kept busy would put it off for ever. */
	return wake < conflict->ran_ns + CONFLICT_TURN_NS ? conflict->ran_ns + CONFLICT_TURN_NS
							  : wake;
}

int conflict__fd(const struct conflict *conflict, size_t index)
{
	return index < conflict->port_count ? conflict->ports[index].fd : -1;
}
