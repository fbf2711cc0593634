/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the parts of the resolver share: resolver.c (the ring, replays, what waits), resolver_pool.c (addresses). */
#ifndef XDPXE_RESOLVER_PRIV_H
#define XDPXE_RESOLVER_PRIV_H

#include <stdbool.h>
#include <stdint.h>

#include "delay.h"
#include "resolver.h"
#include "waiting.h"
#include "xdpxe/abi.h"

#define TELL_AGAIN_S 60	 /* not more often, however many ask */
#define RESOLVER_WAITS 1 /* not an error: the miss is kept until there are addresses */

struct ring_buffer;
struct histograms;

struct resolver {
	struct engine *engine;
	struct plan **plan;
	struct conflict *conflict;
	struct waiting *waiting;
	struct ring_buffer *ring;
	uint64_t
		since_ns; /* misses from before were another daemon's, which may have answered them */
	struct delay *delay;  /* frames whose replies wait */
	uint64_t second;      /* of the budgets below */
	unsigned int busy;    /* replays of leases in removal, this second */
	uint64_t reclaimed_s; /* when each pool was last searched: at most once a second */
	uint32_t reclaimed_slot;
	uint64_t told_pool_s;	       /* when the operator was told last that a pool is empty, */
	uint64_t told_tids_s;	       /* or that there are no TIDs */
	unsigned int handled;	       /* misses, in this run */
	struct histograms *histograms; /* NULL: nobody wants to know how long it takes */
};

/**
 * resolver_pool__resolve() - a DISCOVER found no free address
 * Return: 0 there is one now; RESOLVER_WAITS; -ENOSPC there is none
 */
int resolver_pool__resolve(struct resolver *resolver, const struct xdpxe_miss *miss);

/** resolver_pool__has_free() - has a network that may serve the machines of network @own a free address? */
bool resolver_pool__has_free(const struct resolver *resolver, uint32_t own);

/** resolver_pool__hurry() - a machine of network @own waits. Return: false when no address is being probed for it */
bool resolver_pool__hurry(const struct resolver *resolver, uint32_t own);

#endif
