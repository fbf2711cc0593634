// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "resolver.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include "counters.h"
#include "log.h"
#include "pools.h"
#include "tids.h"
#include "xdpxe/reasons.h"

#define STALE_NS 3000000000ULL /* the client has asked again by then */
#define BUSY_REPLAYS 64	       /* replays a second of a lease in removal: it can miss again */
#define REPLY_MAX 4096

struct resolver {
	struct engine *engine;
	struct plan **plan;
	struct ring_buffer *ring;
	int packet;	      /* socket for replies where the driver cannot send them */
	uint64_t second;      /* of the budgets below */
	unsigned int busy;    /* replays of leases in removal, this second */
	uint64_t reclaimed_s; /* when each pool was last searched: at most once a second */
	uint32_t reclaimed_slot;
};

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000ULL + now.tv_nsec;
}

/* As if it had just come in: the reply, or the pass to the stack, really happens. */
static int replay_live(const struct engine_port *port, struct xdpxe_miss *miss)
{
	struct xdp_md context = { .data_end = miss->len, .ingress_ifindex = port->ifindex };
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = miss->frame, .data_size_in = miss->len,
		    .ctx_in = &context, .ctx_size_in = sizeof(context), .repeat = 1,
		    .flags = BPF_F_TEST_XDP_LIVE_FRAMES, .batch_size = 1);

	return bpf_prog_test_run_opts(engine__ingress(port), &run) < 0 ? -errno : 0;
}

/* Where the driver sends no XDP frames: the program writes the reply, a packet socket sends it. */
static int replay_by_socket(struct resolver *resolver, const struct engine_port *port,
			    struct xdpxe_miss *miss)
{
	uint8_t reply[REPLY_MAX];
	struct xdp_md context = { .data_end = miss->len, .ingress_ifindex = port->ifindex };
	LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = miss->frame, .data_size_in = miss->len,
		    .ctx_in = &context, .ctx_size_in = sizeof(context), .data_out = reply,
		    .data_size_out = sizeof(reply), .repeat = 1);
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_ifindex = port->ifindex,
		.sll_protocol = htons(ETH_P_IP),
	};

	if (bpf_prog_test_run_opts(engine__ingress(port), &run) < 0)
		return -errno;
	if (run.retval != XDP_TX)
		return 0;
	if (sendto(resolver->packet, reply, run.data_size_out, 0, (struct sockaddr *)&to,
		   sizeof(to)) < 0)
		return -errno;
	return 0;
}

static const struct plan_network *network_of(const struct resolver *resolver, uint32_t slot)
{
	uint32_t index = slot % XDPXE_NETWORKS_MAX;

	return index < (*resolver->plan)->network_count ? &(*resolver->plan)->networks[index]
							: NULL;
}

static int resolve_empty_pool(struct resolver *resolver, const struct xdpxe_miss *miss)
{
	const struct plan_network *network = network_of(resolver, miss->network);
	uint64_t now = now_ns() / 1000000000ULL;
	int freed;

	if (!network || (resolver->reclaimed_s == now && resolver->reclaimed_slot == miss->network))
		return -ENOSPC;
	resolver->reclaimed_s = now;
	resolver->reclaimed_slot = miss->network;
	freed = pools__reclaim(resolver->engine, miss->network, network, true);
	if (freed == 0)
		log_warn("the pool of network %zu is empty: %zu addresses, all in use",
			 network - (*resolver->plan)->networks + 1, network->address_count);
	return freed > 0 ? 0 : -ENOSPC;
}

static int resolve_new_params(struct resolver *resolver, const struct xdpxe_miss *miss)
{
	const struct maps *maps = &resolver->engine->maps;
	struct xdpxe_file file;
	int port;

	if (bpf_map_lookup_elem(maps->files, &miss->name, &file) < 0)
		return 0; /* removed meanwhile: the replay says so to the client */
	if (file.image != miss->params.image)
		return 0; /* a new version meanwhile: the replay asks for its TID */
	port = tids__get(maps, &miss->params, &miss->name, file.size);
	if (port == -ENOSPC)
		log_warn("all %d TID ports are taken; %.127s waits until one is free",
			 XDPXE_TID_COUNT, miss->name.path);
	return port < 0 ? port : 0;
}

static int resolve(struct resolver *resolver, const struct xdpxe_miss *miss)
{
	uint64_t second = now_ns() / 1000000000ULL;

	switch (miss->reason) {
	case XDPXE_R_TFTP_NEW_PARAMS:
		return resolve_new_params(resolver, miss);
	case XDPXE_R_DHCP_POOL_EMPTY:
		return resolve_empty_pool(resolver, miss);
	case XDPXE_R_DHCP_LEASE_BUSY:
		if (resolver->second != second)
			resolver->busy = 0;
		resolver->second = second;
		return resolver->busy++ < BUSY_REPLAYS ? 0 : -EBUSY;
	default:
		return 0;
	}
}

static int handle_miss(void *context, void *data, size_t size)
{
	struct resolver *resolver = context;
	struct xdpxe_miss *miss = data;
	const struct engine_port *port;
	enum xdpxe_reason outcome = XDPXE_R_REPLAYED;
	int err;

	if (size < sizeof(*miss) || miss->len > XDPXE_FRAME_MAX)
		return 0;
	port = engine__port(resolver->engine, miss->ifindex);
	if (!port || now_ns() - miss->time_ns > STALE_NS) {
		counters__add(resolver->engine->maps.counters, XDPXE_R_MISS_STALE);
		return 0;
	}
	err = resolve(resolver, miss);
	if (err == 0)
		err = port->native ? replay_live(port, miss)
				   : replay_by_socket(resolver, port, miss);
	if (err < 0) {
		log_debug("a miss (reason %u) on %s stays: %s", miss->reason, port->name,
			  strerror(-err));
		outcome = XDPXE_R_MISS_UNRESOLVED;
	}
	counters__add(resolver->engine->maps.counters, outcome);
	return 0;
}

struct resolver *resolver__new(struct engine *engine, struct plan **plan)
{
	struct resolver *resolver = calloc(1, sizeof(*resolver));

	if (!resolver)
		return NULL;
	resolver->engine = engine;
	resolver->plan = plan;
	resolver->packet = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	resolver->ring = ring_buffer__new(engine->maps.misses, handle_miss, resolver, NULL);
	if (resolver->packet < 0 || !resolver->ring) {
		resolver__free(resolver);
		return NULL;
	}
	return resolver;
}

int resolver__fd(const struct resolver *resolver)
{
	return ring_buffer__epoll_fd(resolver->ring);
}

int resolver__run(struct resolver *resolver)
{
	return ring_buffer__consume(resolver->ring);
}

void resolver__free(struct resolver *resolver)
{
	if (!resolver)
		return;
	ring_buffer__free(resolver->ring);
	if (resolver->packet >= 0)
		close(resolver->packet);
	free(resolver);
}
