// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "storm_report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include <jansson.h>

#include "table.h"

#define NS_PER_S 1e9

/* What both forms of the summary tell. */
struct figures {
	double seconds, p50, p99, longest;
	double exchanges_s, blocks_s, gbits, boots_s;
	uint64_t blocks, bytes, sent, received, again_dhcp, again_arp, again_rrq, again_ack;
	uint64_t old, ahead, lost, twice, late, unsummed, half_summed;
};

uint64_t storm_report__percentile(const uint64_t *sorted, size_t count, unsigned int percent)
{
	size_t rank = (count * percent + 99) / 100;

	if (count == 0)
		return 0;
	return sorted[rank ? rank - 1 : 0];
}

static int compare(const void *a, const void *b)
{
	const uint64_t *one = a, *other = b;

	return (*one > *other) - (*one < *other);
}

static int boot_times(const struct storm *storm, struct figures *out)
{
	uint64_t *times = calloc(storm->options->clients, sizeof(*times));
	size_t count = 0;

	if (!times)
		return -ENOMEM;
	for (uint32_t i = 0; i < storm->options->clients; i++)
		if (storm->machines[i].done_ns)
			times[count++] = storm->machines[i].done_ns - storm->machines[i].begun_ns;
	qsort(times, count, sizeof(*times), compare);
	out->p50 = (double)storm_report__percentile(times, count, 50) / NS_PER_S;
	out->p99 = (double)storm_report__percentile(times, count, 99) / NS_PER_S;
	out->longest = (double)storm_report__percentile(times, count, 100) / NS_PER_S;
	free(times);
	return 0;
}

static double rate(uint64_t count, const struct storm_span *span)
{
	uint64_t ns = span->last_ns - span->first_ns;

	return ns ? (double)count * NS_PER_S / (double)ns : 0;
}

static uint64_t tally(const struct storm *storm, enum storm_tally which)
{
	return storm_engine__tally(&storm->engine, which);
}

static int figure(const struct storm *storm, struct figures *out)
{
	struct storm_sums sums;

	storm_engine__sums(&storm->engine, &storm->options->expects, &sums);
	*out = (struct figures){
		.seconds = (double)(storm->ended_ns - storm->begun_ns) / NS_PER_S,
		.blocks = sums.blocks,
		.bytes = sums.bytes,
		.sent = storm->engine.sent + sums.acks,
		.received = sums.received,
		.lost = tally(storm, STORM_TALLY_LOST_IN) + tally(storm, STORM_TALLY_LOST_OUT) +
			storm->suffered[STORM_FATE_LOST],
		.twice = tally(storm, STORM_TALLY_TWICE) + storm->suffered[STORM_FATE_TWICE],
		.late = tally(storm, STORM_TALLY_LATE) + storm->suffered[STORM_FATE_LATE],
		.unsummed = tally(storm, STORM_TALLY_NO_CHECKSUM),
		.half_summed = tally(storm, STORM_TALLY_HALF_CHECKSUM),
		.again_dhcp = storm->resent[STORM_DISCOVER] + storm->resent[STORM_REQUEST],
		.again_arp = storm->resent[STORM_ARP],
		.again_rrq = storm->resent[STORM_PROBE] + storm->resent[STORM_RRQ],
		.again_ack = storm->resent[STORM_DATA],
	};
	out->exchanges_s = rate(storm->exchanges, &storm->dhcp);
	out->blocks_s = rate(out->blocks, &storm->tftp);
	out->gbits = rate(out->bytes * 8, &storm->tftp) / 1e9;
	out->boots_s = out->seconds > 0 ? storm->in_state[STORM_DONE] / out->seconds : 0;
	for (uint32_t i = 0; i < storm->options->clients; i++) {
		out->old += storm->engine.flows[i].old;
		out->ahead += storm->engine.flows[i].ahead;
	}
	return boot_times(storm, out);
}

static void print_faults(const struct storm_faults *faults, FILE *out)
{
	for (int i = 0; i < STORM_FAULTS; i++) {
		if (!faults->count[i])
			continue;
		fprintf(out, "FAULT %-16s %8" PRIu64 "  %s\n", storm_fault__name(i),
			faults->count[i], storm_fault__text(i));
		for (int j = 0; j < STORM_EXAMPLES && faults->examples[i][j][0]; j++)
			fprintf(out, "        %s\n", faults->examples[i][j]);
	}
}

int storm_report__print(const struct storm *storm, FILE *out)
{
	struct figures it;
	char memory[TABLE_TEXT];

	if (figure(storm, &it))
		return -ENOMEM;
	fprintf(out, "%u of %u machines booted in %.3f s (%.1f/s), schedule %016" PRIx64 "\n",
		storm->in_state[STORM_DONE], storm->options->clients, it.seconds, it.boots_s,
		storm_plan__digest(storm->options));
	fprintf(out, "boot time      p50 %.3f s, p99 %.3f s, max %.3f s\n", it.p50, it.p99,
		it.longest);
	fprintf(out, "DHCP           %" PRIu64 " exchanges, %.0f/s\n", storm->exchanges,
		it.exchanges_s);
	fprintf(out, "TFTP           %" PRIu64 " files, %" PRIu64 " blocks, %.0f/s, %.3f Gbit/s\n",
		storm->transfers, it.blocks, it.blocks_s, it.gbits);
	fprintf(out,
		"sent again     DHCP %" PRIu64 ", ARP %" PRIu64 ", RRQ %" PRIu64 ", ACK %" PRIu64
		"\n",
		it.again_dhcp, it.again_arp, it.again_rrq, it.again_ack);
	fprintf(out,
		"heard again    blocks %" PRIu64 ", others %" PRIu64
		"; blocks beyond a gap %" PRIu64 "\n",
		it.old, storm->late, it.ahead);
	if (it.lost || it.twice || it.late)
		fprintf(out,
			"bad network    lost %" PRIu64 ", twice %" PRIu64 ", out of order %" PRIu64
			"\n",
			it.lost, it.twice, it.late);
	fprintf(out, "frames         sent %" PRIu64 ", received %" PRIu64 "; %s XDP; memory %s\n",
		it.sent, it.received, storm->engine.native ? "native" : "generic",
		table__size(memory, storm__memory(storm)));
	print_faults(&storm->faults, out);
	return 0;
}

static json_t *faults_json(const struct storm_faults *faults)
{
	json_t *object = json_object();

	for (int i = 0; i < STORM_FAULTS; i++)
		json_object_set_new(object, storm_fault__name(i),
				    json_integer((json_int_t)faults->count[i]));
	return object;
}

static json_t *examples_json(const struct storm_faults *faults)
{
	json_t *list = json_array();

	for (int i = 0; i < STORM_FAULTS; i++)
		for (int j = 0; j < STORM_EXAMPLES && faults->examples[i][j][0]; j++)
			json_array_append_new(list, json_sprintf("%s: %s", storm_fault__name(i),
								 faults->examples[i][j]));
	return list;
}

static json_t *times_json(const struct figures *it)
{
	return json_pack("{s:f, s:f, s:f}", "p50", it->p50, "p99", it->p99, "max", it->longest);
}

static json_t *again_json(const struct storm *storm, const struct figures *it)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "sent_dhcp",
			 (json_int_t)it->again_dhcp, "sent_arp", (json_int_t)it->again_arp,
			 "sent_rrq", (json_int_t)it->again_rrq, "sent_ack",
			 (json_int_t)it->again_ack, "heard_blocks", (json_int_t)it->old,
			 "heard_beyond_gap", (json_int_t)it->ahead, "heard_others",
			 (json_int_t)storm->late);
}

static json_t *network_json(const struct figures *it)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I}", "lost", (json_int_t)it->lost, "twice",
			 (json_int_t)it->twice, "out_of_order", (json_int_t)it->late,
			 "without_checksum", (json_int_t)it->unsummed, "half_checksum",
			 (json_int_t)it->half_summed);
}

int storm_report__json(const struct storm *storm, FILE *out)
{
	struct figures it;
	char digest[17];
	json_t *root;

	if (figure(storm, &it))
		return -ENOMEM;
	snprintf(digest, sizeof(digest), "%016" PRIx64, storm_plan__digest(storm->options));
	root = json_pack(
		"{s:b, s:I, s:I, s:I, s:f, s:f, s:o, s:I, s:f, s:I, s:I, s:I, s:f, s:f, s:I, s:I,"
		" s:o, s:o, s:s, s:s, s:I, s:o, s:o}",
		"ok", !storm__failed(storm), "clients", (json_int_t)storm->options->clients,
		"booted", (json_int_t)storm->in_state[STORM_DONE], "failed",
		(json_int_t)storm->in_state[STORM_FAILED], "seconds", it.seconds, "boots_per_s",
		it.boots_s, "boot_time", times_json(&it), "exchanges", (json_int_t)storm->exchanges,
		"exchanges_per_s", it.exchanges_s, "files", (json_int_t)storm->transfers, "blocks",
		(json_int_t)it.blocks, "bytes", (json_int_t)it.bytes, "blocks_per_s", it.blocks_s,
		"gbit_per_s", it.gbits, "sent", (json_int_t)it.sent, "received",
		(json_int_t)it.received, "again", again_json(storm, &it), "network",
		network_json(&it), "xdp", storm->engine.native ? "native" : "generic", "schedule",
		digest, "memory_bytes", (json_int_t)storm__memory(storm), "faults",
		faults_json(&storm->faults), "examples", examples_json(&storm->faults));
	if (!root)
		return -ENOMEM;
	json_dumpf(root, out, JSON_INDENT(2));
	fputc('\n', out);
	json_decref(root);
	return 0;
}
