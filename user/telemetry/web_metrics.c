// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// /metrics: each family once, with all its samples.
#include "web_metrics.h"

#include <stdio.h>

#include "mapread.h"
#include "web_priv.h"

#define NS 1e9

static const char *action_label(enum xdpxe_action action)
{
	static const char *const names[] = {
		[XDPXE_ACTION_PASS] = "pass",	[XDPXE_ACTION_DROP] = "drop",
		[XDPXE_ACTION_REPLY] = "reply", [XDPXE_ACTION_MISS] = "miss",
		[XDPXE_ACTION_NOTE] = "note",
	};

	return names[action];
}

static void write_packets(struct text *text, const struct web_facts *facts)
{
	metric__family(text, "packets_total", METRIC_COUNTER,
		       "Frames by what became of them; those with action note are counted beside "
		       "the reason a frame ends with.");
#define XDPXE_REASON(number, name, action, level, words)                                           \
	metric__sample(text, "packets_total",                                                      \
		       (const char *const[]){ "reason", #name, "action",                           \
					      action_label(XDPXE_ACTION_##action), NULL },         \
		       (double)facts->status.counters[number]);
#include "xdpxe/reasons.def"
#undef XDPXE_REASON
}

static void write_leases(struct text *text, const struct status_instance *instance)
{
	metric__family(text, "leases", METRIC_GAUGE,
		       "Addresses by network and state; set_aside: in use without a lease, or "
		       "declined.");
	for (size_t i = 0; i < instance->networks.count; i++) {
		const struct status_network *network = rows__at(&instance->networks, i);
		const struct {
			const char *state;
			uint32_t count;
		} states[] = { { "bound", network->leases },
			       { "offered", network->offered },
			       { "set_aside", network->set_aside } };

		for (size_t j = 0; j < 3; j++)
			metric__sample(text, "leases",
				       (const char *const[]){ "network", network->subnet, "state",
							      states[j].state, NULL },
				       states[j].count);
	}
}

static void write_pools(struct text *text, const struct web_facts *facts,
			const struct status_instance *instance, bool free)
{
	const char *name = free ? "pool_free_addresses" : "pool_addresses";

	metric__family(text, name, METRIC_GAUGE,
		       free ? "Addresses of the pool that nobody has." : "Addresses of the pool.");
	for (size_t i = 0; i < instance->networks.count; i++) {
		const struct status_network *network = rows__at(&instance->networks, i);
		const struct web_pool *pool = web_facts__pool(facts, network->address);
		uint64_t taken = pool ? (uint64_t)pool->leased + network->set_aside : 0;
		uint64_t size = pool ? pool->size : 0;

		if (free)
			size = size > taken ? size - taken : 0;
		metric__sample(text, name,
			       (const char *const[]){ "network", network->subnet, NULL },
			       (double)size);
	}
}

static void write_fills(struct text *text, const struct web_facts *facts, bool max)
{
	const char *name = max ? "map_max_entries" : "map_entries";

	metric__family(text, name, METRIC_GAUGE,
		       max ? "Entries that a map has room for." : "Entries in a map.");
	for (size_t i = 0; i < facts->fills.count; i++) {
		const struct web_fill *fill = rows__at(&facts->fills, i);

		metric__sample(text, name, (const char *const[]){ "map", fill->map, NULL },
			       (double)(max ? fill->max : fill->entries));
	}
}

static void write_machines(struct text *text, struct machines *machines)
{
	size_t counts[MACHINE_STAGES];

	machines__count(machines, counts);
	metric__family(text, "machines", METRIC_GAUGE, "Machines by what they are at.");
	for (int stage = 0; stage < MACHINE_STAGES; stage++)
		metric__sample(text, "machines",
			       (const char *const[]){
				       "stage", machines__stage_name((enum machine_stage)stage),
				       NULL },
			       (double)counts[stage]);
}

static void write_histogram(struct text *text, const struct histogram_info *info,
			    const struct histogram_counts *counts)
{
	char name[64], bucket[80], bound[32];
	uint64_t sum = 0;

	snprintf(name, sizeof(name), "%s_seconds", info->name);
	snprintf(bucket, sizeof(bucket), "%s_bucket", name);
	metric__family(text, name, METRIC_HISTOGRAM, info->help);
	for (size_t i = 0; i < HISTOGRAM_BOUNDS && info->bounds[i]; i++) {
		sum += counts->buckets[i];
		snprintf(bound, sizeof(bound), "%g", (double)info->bounds[i] / NS);
		metric__sample(text, bucket, (const char *const[]){ "le", bound, NULL },
			       (double)sum);
	}
	sum += counts->buckets[HISTOGRAM_BOUNDS];
	metric__sample(text, bucket, (const char *const[]){ "le", "+Inf", NULL }, (double)sum);
	snprintf(bucket, sizeof(bucket), "%s_sum", name);
	metric__sample(text, bucket, NULL, (double)counts->sum_ns / NS);
	snprintf(bucket, sizeof(bucket), "%s_count", name);
	metric__sample(text, bucket, NULL, (double)sum);
}

static void write_database(struct text *text, const struct status_instance *instance)
{
	const struct xdpxe_lease_store *store = &instance->store;

	if (store->state == XDPXE_LEASE_STORE_NONE)
		return;
	metric__one(text, "lease_database_up", METRIC_GAUGE,
		    "1: leases are written to the database; 0: they cannot be.",
		    store->state == XDPXE_LEASE_STORE_GOOD);
	if (store->saved_s)
		metric__one(text, "lease_database_saved_timestamp_seconds", METRIC_GAUGE,
			    "Unix time of the last write to the database.",
			    (double)web__time_ms() / 1e3 -
				    ((double)instance->now_s - store->saved_s));
}

static void write_instance(struct text *text, const struct web *web,
			   const struct status_instance *instance)
{
	const struct web_facts *facts = &web->facts;
	double up_s = (double)mapread__now_ns() / NS - (double)instance->meta.started_s;

	metric__one(text, "start_time_seconds", METRIC_GAUGE,
		    "Unix time at which the daemon started.", (double)web__time_ms() / 1e3 - up_s);
	metric__one(text, "uptime_seconds", METRIC_GAUGE, "Seconds since the daemon started.",
		    up_s);
	metric__one(text, "config_generation", METRIC_GAUGE,
		    "Raised by each reload that was put in force.",
		    (double)instance->meta.generation);
	write_packets(text, facts);
	write_leases(text, instance);
	write_pools(text, facts, instance, false);
	write_pools(text, facts, instance, true);
	metric__one(text, "transfers_open", METRIC_GAUGE,
		    "TFTP transfers under way whose client was heard within 10 s.",
		    (double)facts->transfers_open);
	metric__one(text, "tftp_blocks_total", METRIC_COUNTER, "DATA that went out.",
		    (double)facts->status.counters[XDPXE_R_TFTP_BLOCKS]);
	write_fills(text, facts, false);
	write_fills(text, facts, true);
	metric__one(text, "cache_bytes", METRIC_GAUGE, "Bytes of files in the kernel.",
		    (double)instance->bytes);
	metric__one(text, "cache_max_bytes", METRIC_GAUGE, "Bytes of files that tftp.cache allows.",
		    (double)instance->meta.cache_bytes);
	write_database(text, instance);
}

web_result web_metrics__get(const struct web_request *request)
{
	struct web *web = request->web;
	const struct web_sources *sources = &web->sources;
	const struct status_instance *instance = web_facts__read(&web->facts);
	struct text text = { 0 };

	metric__family(&text, "build_info", METRIC_GAUGE, "Always 1; the version is a label.");
	metric__sample(&text, "build_info", (const char *const[]){ "version", XDPXE_VERSION, NULL },
		       1);
	if (instance)
		write_instance(&text, web, instance);
	write_machines(&text, sources->machines);
	metric__one(&text, "steps_dropped_total", METRIC_COUNTER,
		    "Steps of machines that were not kept, since more came than are shown.",
		    (double)happenings__dropped(sources->happenings));
	metric__one(&text, "tftp_file_bytes_total", METRIC_COUNTER,
		    "Bytes of files that were read to their end.",
		    (double)sources->histograms->file_bytes);
	for (int which = 0; which < HISTOGRAMS; which++)
		write_histogram(&text, histograms__info((enum histogram)which),
				&sources->histograms->of[which]);
	metric__one(&text, "web_streams", METRIC_GAUGE, "Readers of /api/v1/stream.",
		    (double)web->stream_count);
	return web_request__send(request, &text, "text/plain; version=0.0.4; charset=utf-8");
}
