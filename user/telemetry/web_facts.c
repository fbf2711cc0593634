// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "web_facts.h"

#include <bpf/bpf.h>

#include "counters.h"
#include "engine.h"
#include "histograms.h"
#include "mapread.h"
#include "rescue.h"

#define HEARD_S 10 /* a transfer whose client was not heard for longer is not open */

static int64_t now_ms(void)
{
	return (int64_t)(mapread__now_ns() / 1000000);
}

void web_facts__open(struct web_facts *facts, const struct engine *engine)
{
	*facts = (struct web_facts){ .engine = engine };
	facts->fills.size = sizeof(struct web_fill);
	facts->pools.size = sizeof(struct web_pool);
}

static void forget(struct web_facts *facts)
{
	status__free(&facts->status);
	facts->status = (struct status){ 0 };
	facts->fills.count = facts->pools.count = 0;
}

void web_facts__close(struct web_facts *facts)
{
	forget(facts);
	rows__free(&facts->fills);
	rows__free(&facts->pools);
}

static uint64_t max_entries(int map)
{
	struct bpf_map_info info = { 0 };
	__u32 len = sizeof(info);

	return bpf_obj_get_info_by_fd(map, &info, &len) ? 0 : info.max_entries;
}

static void add_fill(struct web_facts *facts, const char *name, int64_t entries, uint64_t max)
{
	struct web_fill *fill = entries < 0 ? NULL : rows__add(&facts->fills);

	if (fill)
		*fill = (struct web_fill){ .map = name, .entries = (uint64_t)entries, .max = max };
}

static void read_fills(struct web_facts *facts, const struct status_instance *instance)
{
	const struct maps *maps = &facts->engine->maps;
	const struct {
		const char *name;
		int map;
	} counted[] = { { "leases", maps->leases }, { "owners", maps->owners },
			{ "tids", maps->tid_of },   { "files", maps->files },
			{ "images", maps->images }, { "hosts", maps->hosts },
			{ "boots", maps->boots } };

	for (size_t i = 0; i < sizeof(counted) / sizeof(counted[0]); i++)
		add_fill(facts, counted[i].name, mapread__count(counted[i].map),
			 max_entries(counted[i].map));
	/* Sets; the last of them is a mark. */
	add_fill(facts, "sessions", (int64_t)instance->sessions,
		 (max_entries(maps->sessions) - 1) * XDPXE_SESSION_WAYS);
	add_fill(facts, "sources", (int64_t)instance->sources.count, max_entries(maps->sources));
}

/* The half of `networks` in force, from 0; -1: none is. */
static int half_in_force(const struct maps *maps)
{
	struct xdpxe_port port;

	for (__u32 i = 0; i < XDPXE_PORTS_MAX; i++)
		if (bpf_map_lookup_elem(maps->ports, &i, &port) == 0 && port.ifindex && port.half)
			return port.half - 1;
	return -1;
}

static int count_lease(const void *key, const void *value, void *context)
{
	const struct xdpxe_client *client = key;
	const struct xdpxe_lease *lease = value;
	struct rows *pools = context;

	if (lease->flags & XDPXE_LEASE_RESERVED ||
	    XDPXE_LEASE_EXPIRES(lease->word) <= mapread__now_s())
		return 0;
	for (size_t i = 0; i < pools->count; i++) {
		struct web_pool *pool = rows__at(pools, i);

		pool->leased += pool->subnet == client->subnet;
	}
	return 0;
}

static void read_pools(struct web_facts *facts)
{
	const struct maps *maps = &facts->engine->maps;
	int half = half_in_force(maps);

	for (__u32 i = 0; half >= 0 && i < XDPXE_NETWORKS_MAX; i++) {
		__u32 slot = (__u32)half * XDPXE_NETWORKS_MAX + i;
		struct xdpxe_network network;
		struct xdpxe_limits limits;
		struct web_pool *pool;

		if (bpf_map_lookup_elem(maps->networks, &slot, &network) || !network.server ||
		    bpf_map_lookup_elem(maps->limits, &slot, &limits))
			continue;
		pool = rows__add(&facts->pools);
		if (pool)
			*pool = (struct web_pool){ .subnet = network.subnet,
						   .size = limits.members };
	}
	mapread__each(maps->leases, count_lease, &facts->pools);
}

static int read_all(struct web_facts *facts)
{
	struct view view = { .instance = &facts->engine->instance, .maps = facts->engine->maps };
	__u32 zero = 0;
	int err = bpf_map_lookup_elem(view.maps.meta, &zero, &view.meta);
	int open;

	view.meta.config[sizeof(view.meta.config) - 1] = '\0';
	view.meta.version[sizeof(view.meta.version) - 1] = '\0';
	if (err == 0)
		err = status__add(&view, &facts->status);
	if (err < 0)
		return err;
	read_fills(facts, rows__at(&facts->status.instances, 0));
	read_pools(facts);
	open = rescue__open_transfers(&view.maps, HEARD_S);
	facts->transfers_open = open < 0 ? 0 : (uint64_t)open;
	return 0;
}

const struct status_instance *web_facts__read(struct web_facts *facts)
{
	if (!facts->engine)
		return NULL;
	if (!facts->read_ms || now_ms() - facts->read_ms > FACTS_AGE_MS) {
		forget(facts);
		facts->read_ms = read_all(facts) < 0 ? 0 : now_ms();
	}
	return facts->read_ms ? rows__at(&facts->status.instances, 0) : NULL;
}

const struct web_pool *web_facts__pool(const struct web_facts *facts, __be32 subnet)
{
	for (size_t i = 0; i < facts->pools.count; i++) {
		const struct web_pool *pool = rows__at(&facts->pools, i);

		if (pool->subnet == subnet)
			return pool;
	}
	return NULL;
}

static uint64_t misses(int counters)
{
	uint64_t sum = 0;

#define XDPXE_REASON(number, name, action, level, text)                                            \
	if (XDPXE_ACTION_##action == XDPXE_ACTION_MISS)                                            \
		sum += counters__read(counters, XDPXE_R_##name);
#include "xdpxe/reasons.def"
#undef XDPXE_REASON
	return sum;
}

static uint64_t rate(uint64_t now, uint64_t before, int64_t ms)
{
	return now > before ? (now - before) * 1000 / (uint64_t)ms : 0;
}

void web_facts__count(struct web_facts *facts, const struct histograms *histograms)
{
	int64_t ms = now_ms() - facts->rates_ms;
	uint64_t blocks = histograms ? histograms->file_blocks : 0;
	struct web_rates now = { 0 }, before = facts->total;
	int map;

	if (!facts->engine || ms < 1000)
		return;
	map = facts->engine->maps.counters;
	now.offers = counters__read(map, XDPXE_R_DHCP_OFFER) +
		     counters__read(map, XDPXE_R_DHCP_PROXY_OFFER);
	now.acks = counters__read(map, XDPXE_R_DHCP_ACK);
	now.blocks = counters__read(map, XDPXE_R_TFTP_BLOCKS);
	now.misses = misses(map);
	if (facts->rates_ms)
		facts->rates = (struct web_rates){
			.offers = rate(now.offers, before.offers, ms),
			.acks = rate(now.acks, before.acks, ms),
			.blocks = rate(now.blocks, before.blocks, ms),
			.misses = rate(now.misses, before.misses, ms),
		};
	facts->rates.bytes = facts->rates.blocks * (blocks ? histograms->file_bytes / blocks
							   : (uint64_t)TFTP_BLKSIZE_DEFAULT);
	facts->total = now;
	facts->rates_ms = now_ms();
}
