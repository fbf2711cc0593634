// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "resolver.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "counters.h"
#include "delay.h"
#include "log.h"
#include "pools.h"
#include "replay.h"
#include "tids.h"
#include "waiting.h"
#include "xdpxe/reasons.h"

#define STALE_NS 3000000000ULL /* the client has asked again by then */
#define TICK_NS 10000000ULL    /* the clock of the program may be so much behind */
#define TELL_AGAIN_S 60	       /* not more often, however many ask */
#define RUN_MAX 256	       /* misses between two looks at signals and timers */
#define BUSY_REPLAYS 64	       /* replays a second of a lease in removal: it can miss again */
#define WAIT 1		       /* not an error: the miss is kept until there are addresses */

struct resolver {
	struct engine *engine;
	struct plan **plan;
	struct conflict *conflict;
	struct waiting *waiting;
	struct ring_buffer *ring;
	uint64_t
		since_ns; /* what came before was for another daemon, which may have answered it and died */
	struct delay *delay;  /* frames whose replies wait */
	uint64_t second;      /* of the budgets below */
	unsigned int busy;    /* replays of leases in removal, this second */
	uint64_t reclaimed_s; /* when each pool was last searched: at most once a second */
	uint32_t reclaimed_slot;
	uint64_t told_pool_s; /* when the operator was told last that a pool is empty, */
	uint64_t told_tids_s; /* or that there are no TIDs */
	unsigned int handled; /* misses, in this run */
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static const struct plan_network *network_of(const struct resolver *resolver, uint32_t slot)
{
	uint32_t index = slot % XDPXE_NETWORKS_MAX;

	return index < (*resolver->plan)->network_count ? &(*resolver->plan)->networks[index]
							: NULL;
}

/*
 * The networks that may serve the machines of network @own, one after another: those of its link, or itself alone where
 * only relays reach it. @index: the one before, XDPXE_NONE to begin. Return: XDPXE_NONE behind the last
 */
static uint32_t next_served(const struct plan *plan, uint32_t own, uint32_t index)
{
	const struct plan_network *networks = plan->networks;
	uint32_t next;

	if (own >= plan->network_count)
		return XDPXE_NONE; /* of a configuration before */
	if (networks[own].config->relayed)
		return index == XDPXE_NONE ? own : XDPXE_NONE;
	next = index == XDPXE_NONE ? networks[own].wire.link : networks[index].wire.next;
	return next != XDPXE_NONE && networks[next].config->relayed ? XDPXE_NONE : next;
}

/* Have addresses come meanwhile? */
static bool link_has_free(const struct resolver *resolver, uint32_t own)
{
	const struct plan *plan = *resolver->plan;

	for (uint32_t i = XDPXE_NONE; (i = next_served(plan, own, i)) != XDPXE_NONE;)
		if (conflict__has_free(resolver->conflict, i))
			return true;
	return false;
}

/* Return: how many addresses are free now; negative errno */
static int reclaim(const struct resolver *resolver, uint32_t slot, uint32_t own)
{
	const struct plan *plan = *resolver->plan;
	int freed = 0;

	for (uint32_t i = XDPXE_NONE; freed == 0 && (i = next_served(plan, own, i)) != XDPXE_NONE;)
		freed = pools__reclaim(resolver->engine, slot - own + i, &plan->networks[i],
				       resolver->conflict, true);
	return freed;
}

/* A machine waits. Return: false when no address is being probed for it */
static bool hurry_link(const struct resolver *resolver, uint32_t own)
{
	const struct plan *plan = *resolver->plan;
	bool probed = false;

	for (uint32_t i = XDPXE_NONE; (i = next_served(plan, own, i)) != XDPXE_NONE;)
		probed |= conflict__hurry(resolver->conflict, i);
	return probed;
}

/* Keep a miss while addresses are being probed. Return: WAIT; -ENOSPC: too many wait already; 0: none are probed */
static int wait_for_probes(struct resolver *resolver, const struct xdpxe_miss *miss, uint32_t own)
{
	if (!hurry_link(resolver, own))
		return 0;
	if (!waiting__add(resolver->waiting, miss))
		return -ENOSPC;
	counters__add(resolver->engine->maps.counters, XDPXE_R_MISS_WAITED);
	return WAIT;
}

static void tell_empty_pool(struct resolver *resolver, const struct plan_network *network,
			    uint64_t now_s)
{
	size_t set_aside;

	if (now_s - resolver->told_pool_s < TELL_AGAIN_S)
		return;
	resolver->told_pool_s = now_s;
	set_aside = pools__set_aside(&resolver->engine->maps, network);
	log_warn("the pool of network %zu is empty: %zu addresses, all in use%s",
		 network - (*resolver->plan)->networks + 1, network->address_count,
		 set_aside ? "" : " by machines with a lease");
	if (set_aside)
		log_warn("%zu of them are set aside, since others use them: `xdpxe leases` lists "
			 "them",
			 set_aside);
}

static int resolve_empty_pool(struct resolver *resolver, const struct xdpxe_miss *miss)
{
	const struct plan_network *network = network_of(resolver, miss->network);
	uint64_t now = now_ns() / 1000000000ULL;
	uint32_t own = miss->network % XDPXE_NETWORKS_MAX;
	int err;

	if (!network)
		return -ENOSPC;
	if (link_has_free(resolver, own))
		return 0; /* they came after it */
	err = wait_for_probes(resolver, miss, own);
	if (err)
		return err;
	if (resolver->reclaimed_s == now && resolver->reclaimed_slot == miss->network)
		return -ENOSPC;
	resolver->reclaimed_s = now;
	resolver->reclaimed_slot = miss->network;
	if (reclaim(resolver, miss->network, own) > 0 || link_has_free(resolver, own))
		return 0;
	err = wait_for_probes(resolver, miss, own);
	if (err)
		return err;
	tell_empty_pool(resolver, network, now);
	return -ENOSPC;
}

static int resolve_new_params(struct resolver *resolver, const struct xdpxe_miss *miss)
{
	const struct maps *maps = &resolver->engine->maps;
	uint64_t now_s = now_ns() / 1000000000ULL;
	struct xdpxe_file file;
	int port;

	if (bpf_map_lookup_elem(maps->files, &miss->name, &file) < 0)
		return 0; /* removed meanwhile: the replay says so to the client */
	if (file.image != miss->params.image)
		return 0; /* a new version meanwhile: the replay asks for its TID */
	port = tids__get(maps, &miss->params, &miss->name, file.size);
	if (port == -ENOSPC && now_s - resolver->told_tids_s >= TELL_AGAIN_S) {
		resolver->told_tids_s = now_s;
		log_warn("all %d TID ports are taken; %.127s waits until one is free",
			 XDPXE_TID_COUNT, miss->name.path);
	}
	return port < 0 ? port : 0;
}

static int resolve(struct resolver *resolver, const struct xdpxe_miss *miss)
{
	uint64_t second = now_ns() / 1000000000ULL;

	if (resolver->second != second)
		resolver->busy = 0;
	resolver->second = second;
	switch (miss->reason) {
	case XDPXE_R_TFTP_NEW_PARAMS:
		return resolve_new_params(resolver, miss);
	case XDPXE_R_DHCP_POOL_EMPTY:
		return resolve_empty_pool(resolver, miss);
	case XDPXE_R_DHCP_LEASE_BUSY:
		return resolver->busy++ < BUSY_REPLAYS ? 0 : -EBUSY;
	default:
		return 0;
	}
}

static int replay(const struct engine_port *port, const struct xdpxe_miss *miss,
		  const uint8_t *frame)
{
	if (miss->reason == XDPXE_R_DHCP_PROXY_SHARED)
		return replay__copy(port, frame, miss->len);
	return miss->delay_ms ? replay__waited(port, frame, miss->len)
			      : replay__frame(port, frame, miss->len);
}

/* Run a frame again, and count what came of it. */
static void run_again(struct resolver *resolver, const struct engine_port *port,
		      const struct xdpxe_miss *miss, int err)
{
	enum xdpxe_reason outcome = XDPXE_R_REPLAYED;

	if (err == 0)
		err = replay(port, miss, miss->frame);
	if (err < 0) {
		log_debug("a miss (reason %u) on %s stays: %s", miss->reason, port->name,
			  strerror(-err));
		outcome = XDPXE_R_MISS_UNRESOLVED;
	}
	counters__add(resolver->engine->maps.counters, outcome);
}

/* Keep a frame until its time has come. Return: false when there is no room, or it need not wait */
static bool keep(struct resolver *resolver, const struct xdpxe_miss *miss)
{
	if (miss->reason != XDPXE_R_DHCP_DELAYED)
		return false;
	if (delay__add(resolver->delay, miss, now_ns() + miss->delay_ms * 1000000ULL))
		return true;
	counters__add(resolver->engine->maps.counters, XDPXE_R_DHCP_DELAY_FULL);
	return false;
}

/* Return: not 0 to leave the rest for the next run */
static int handle_miss(void *context, void *data, size_t size)
{
	struct resolver *resolver = context;
	struct xdpxe_miss *miss = data;
	int more = ++resolver->handled < RUN_MAX ? 0 : -EAGAIN;
	const struct engine_port *port;
	int err;

	if (size < sizeof(*miss) || miss->len > XDPXE_FRAME_MAX)
		return more;
	port = engine__port(resolver->engine, miss->ifindex);
	if (!port || now_ns() - miss->time_ns > STALE_NS || miss->time_ns < resolver->since_ns) {
		counters__add(resolver->engine->maps.counters, XDPXE_R_MISS_STALE);
		return more;
	}
	if (keep(resolver, miss))
		return more;
	err = resolve(resolver, miss);
	if (err != WAIT)
		run_again(resolver, port, miss, err);
	return more;
}

/* A walk over what waits. */
struct serving {
	struct resolver *resolver;
	unsigned int replays;
	bool without[XDPXE_NETWORKS_MAX]; /* networks that have nothing to give now */
};

/* Has the network of a miss an address? Asked again after each one that was given. */
static bool has_free(struct serving *serving, uint32_t index)
{
	serving->without[index] =
		serving->without[index] || !link_has_free(serving->resolver, index);
	return !serving->without[index];
}

static enum waiting_fate serve_one(const struct xdpxe_miss *miss, const uint8_t *frame,
				   void *context)
{
	struct serving *serving = context;
	struct resolver *resolver = serving->resolver;
	const struct engine_port *port = engine__port(resolver->engine, miss->ifindex);
	uint32_t index = miss->network % XDPXE_NETWORKS_MAX;
	enum xdpxe_reason outcome = XDPXE_R_MISS_UNRESOLVED;

	if (!port || now_ns() - miss->time_ns > STALE_NS)
		outcome = XDPXE_R_MISS_STALE;
	else if (has_free(serving, index)) {
		if (serving->replays++ >= RUN_MAX)
			return WAITING_STAYS;
		if (replay(port, miss, frame) == 0)
			outcome = XDPXE_R_REPLAYED;
	} else if (hurry_link(resolver, index))
		return WAITING_STAYS;
	counters__add(resolver->engine->maps.counters, outcome);
	return WAITING_DONE;
}

void resolver__serve_waiting(struct resolver *resolver)
{
	struct serving serving = { .resolver = resolver };

	waiting__each(resolver->waiting, serve_one, &serving);
}

bool resolver__has_waiting(const struct resolver *resolver)
{
	return waiting__count(resolver->waiting) > 0;
}

struct resolver *resolver__new(struct engine *engine, struct plan **plan, struct conflict *conflict)
{
	struct resolver *resolver = calloc(1, sizeof(*resolver));

	if (!resolver)
		return NULL;
	resolver->engine = engine;
	resolver->plan = plan;
	resolver->conflict = conflict;
	resolver->waiting = waiting__new();
	resolver->since_ns = now_ns() - TICK_NS;
	resolver->delay = delay__new();
	resolver->ring = ring_buffer__new(engine->maps.misses, handle_miss, resolver, NULL);
	if (!resolver->ring || !resolver->waiting || !resolver->delay) {
		resolver__free(resolver);
		return NULL;
	}
	resolver__show_life(resolver);
	return resolver;
}

int resolver__fd(const struct resolver *resolver)
{
	return ring_buffer__epoll_fd(resolver->ring);
}

int resolver__run(struct resolver *resolver)
{
	resolver->handled = 0;
	return ring_buffer__consume(resolver->ring);
}

uint64_t resolver__next_due(const struct resolver *resolver)
{
	return delay__next(resolver->delay);
}

void resolver__run_due(struct resolver *resolver, uint64_t until_ns)
{
	const struct xdpxe_miss *miss;

	for (int i = 0; i < RUN_MAX && (miss = delay__take(resolver->delay, until_ns)); i++) {
		const struct engine_port *port = engine__port(resolver->engine, miss->ifindex);

		if (port)
			run_again(resolver, port, miss, 0);
		else
			counters__add(resolver->engine->maps.counters, XDPXE_R_MISS_STALE);
	}
}

static void write_pulse(const struct resolver *resolver, uint64_t time_ns)
{
	uint32_t zero = 0;

	bpf_map_update_elem(resolver->engine->maps.pulse, &zero, &time_ns, BPF_ANY);
}

void resolver__show_life(const struct resolver *resolver)
{
	write_pulse(resolver, now_ns());
}

void resolver__end(struct resolver *resolver)
{
	if (!resolver)
		return;
	write_pulse(resolver, 0);
	while (resolver__next_due(resolver) != UINT64_MAX)
		resolver__run_due(resolver, UINT64_MAX);
}

void resolver__free(struct resolver *resolver)
{
	if (!resolver)
		return;
	ring_buffer__free(resolver->ring);
	waiting__free(resolver->waiting);
	delay__free(resolver->delay);
	free(resolver);
}
