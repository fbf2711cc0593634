/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the parts of the schedule share: probe.c (which address, when again), probe_pace.c (how many, how fast). */
#ifndef XDPXE_PROBE_PRIV_H
#define XDPXE_PROBE_PRIV_H

#include "probe.h"
#include "xdpxe/limits.h"

enum state {
	STATE_IDLE,
	STATE_WAITING,
	STATE_DROPPED, /* still in the ring, but not wanted any more */
	STATE_ASKED,
};

/* The addresses of a network. Those that wait stand in a ring, each once, so that it has room for all. */
struct network {
	uint8_t *states; /* enum state, by index */
	uint32_t *ring;	 /* indexes */
	size_t count, head, ringed;
	size_t open, asked; /* waiting or asked for; asked for */
	uint32_t *numbers;  /* in the order in which they were given, by index; 0: it was not */
	uint32_t given;	    /* the last number */
	uint32_t taken;	    /* numbers up to this one are not in the queue any more */
	uint64_t hurry_ns;  /* hungry until then */
	size_t calls;	    /* machines that waited since the last look, */
	size_t hungry;	    /* and at most at a look before, until hurry_ns */
	bool filling;	    /* the reserve was low, and is not full yet */
	bool held;
};

struct asked {
	uint64_t due_ns; /* ask again, or settle */
	struct probe_target target;
	uint32_t rounds;
};

struct probe {
	struct network networks[XDPXE_NETWORKS_MAX];
	size_t network_count;
	struct asked
		asked[PROBE_OPEN_MAX]; /* a ring in order of due_ns, since every wait is alike */
	size_t head, asked_count;
	uint64_t next_ns; /* when the rate allows another one */
	size_t turn;	  /* network that is looked at first: another one with every batch */
};

/* The network of @target. Return: NULL when there is no such address */
static inline struct network *network_of(struct probe *probe, struct probe_target target)
{
	struct network *network = &probe->networks[target.network];

	return target.network < probe->network_count && target.index < network->count ? network
										      : NULL;
}

static inline size_t ring_at(const struct network *network, size_t place)
{
	return (network->head + place) % network->count;
}

/** probe_pace__look() - what has changed since the last call, in every network */
void probe_pace__look(struct probe *probe, uint64_t now_ns);

/** probe_pace__rests() - @network has all that it needs, or no candidate */
bool probe_pace__rests(const struct network *network);

/** probe_pace__choose() - the network that needs addresses most. Return: NULL when all rest */
struct network *probe_pace__choose(struct probe *probe);

/** probe_pace__charge() - an address of @network, which does not rest, is about to be begun */
void probe_pace__charge(struct probe *probe, struct network *network);

#endif
