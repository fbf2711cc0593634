// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "resolver_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "counters.h"
#include "log.h"
#include "mapread.h"
#include "replay.h"
#include "telemetry/histograms.h"
#include "tids.h"
#include "xdpxe/reasons.h"

#define STALE_NS 3000000000ULL /* the client has asked again by then */
#define TICK_NS 10000000ULL    /* the clock of the program may be so much behind */
#define RUN_MAX 256	       /* misses between two looks at signals and timers */
#define BUSY_REPLAYS 64	       /* replays a second of a lease in removal: it can miss again */
static int resolve_new_params(struct resolver *resolver, const struct xdpxe_miss *miss)
{
	const struct maps *maps = &resolver->engine->maps;
	uint64_t now_s = mapread__now_ns() / 1000000000ULL;
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
	uint64_t second = mapread__now_ns() / 1000000000ULL;

	if (resolver->second != second)
		resolver->busy = 0;
	resolver->second = second;
	switch (miss->reason) {
	case XDPXE_R_TFTP_NEW_PARAMS:
		return resolve_new_params(resolver, miss);
	case XDPXE_R_DHCP_POOL_EMPTY:
		return resolver_pool__resolve(resolver, miss);
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
	return miss->delay_ms ? replay__marked(port, XDPXE_WAITED, frame, miss->len)
			      : replay__frame(port, frame, miss->len);
}

/* A reply that waited as it was to is not late. */
static void measure(const struct resolver *resolver, const struct xdpxe_miss *miss)
{
	if (!miss->delay_ms)
		histograms__add(resolver->histograms, HISTOGRAM_MISS,
				mapread__now_ns() - miss->time_ns);
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
	} else {
		measure(resolver, miss);
	}
	counters__add(resolver->engine->maps.counters, outcome);
}

/* Keep a frame until its time has come. Return: false when there is no room, or it need not wait */
static bool keep(struct resolver *resolver, const struct xdpxe_miss *miss)
{
	if (miss->reason != XDPXE_R_DHCP_DELAYED)
		return false;
	if (delay__add(resolver->delay, miss, mapread__now_ns() + miss->delay_ms * 1000000ULL))
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
	if (!port || mapread__now_ns() - miss->time_ns > STALE_NS ||
	    miss->time_ns < resolver->since_ns) {
		counters__add(resolver->engine->maps.counters, XDPXE_R_MISS_STALE);
		return more;
	}
	if (keep(resolver, miss))
		return more;
	err = resolve(resolver, miss);
	if (err != RESOLVER_WAITS)
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
		serving->without[index] || !resolver_pool__has_free(serving->resolver, index);
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

	if (!port || mapread__now_ns() - miss->time_ns > STALE_NS)
		outcome = XDPXE_R_MISS_STALE;
	else if (has_free(serving, index)) {
		if (serving->replays++ >= RUN_MAX)
			return WAITING_STAYS;
		if (replay(port, miss, frame) == 0) {
			outcome = XDPXE_R_REPLAYED;
			measure(resolver, miss);
		}
	} else if (resolver_pool__hurry(resolver, index))
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
	resolver->since_ns = mapread__now_ns() - TICK_NS;
	resolver->delay = delay__new();
	resolver->ring = ring_buffer__new(engine->maps.misses, handle_miss, resolver, NULL);
	if (!resolver->ring || !resolver->waiting || !resolver->delay) {
		resolver__free(resolver);
		return NULL;
	}
	resolver__show_life(resolver);
	return resolver;
}

void resolver__measure(struct resolver *resolver, struct histograms *histograms)
{
	resolver->histograms = histograms;
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
	write_pulse(resolver, mapread__now_ns());
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
