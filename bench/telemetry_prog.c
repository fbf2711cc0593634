// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What telling the daemon of machines costs a packet, by BPF_PROG_RUN on one CPU: the same program on the same maps, told
 * to and told not to, in turns. The median of the rounds' ratios is printed, as JSON with --json.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "frames.h"
#include "harness.h"
#include "setup.h"
#include "xdpxe/dhcp_wire.h"
#include "xdpxe/reasons.h"

#define TURNS 61
#define CALLS 20000 /* the ring of changed leases has room for them */
#define MACHINES 10000
#define SESSIONS 256

/* A kind of packet, and what it was found to cost. */
struct row {
	const char *name, *key;
	uint32_t reason; /* that every frame must end in */
	struct bare_plan plan;
	double without, with, ratio;
};

static struct xdpxe_bpf *load_without(const struct bench *bench)
{
	struct xdpxe_bpf *without = xdpxe_bpf__open();
	int err = without ? 0 : -1;

	if (without)
		without->rodata->telemetry = 0;
#define REUSE(name)                                                                                \
	if (!err)                                                                                  \
		err = bpf_map__reuse_fd(without->maps.name, bench->maps.name);
	XDPXE_MAPS(REUSE)
#undef REUSE
	if (err || xdpxe_bpf__load(without))
		fail("program without telemetry");
	return without;
}

static void aim_at(const struct bench *bench, const struct xdpxe_bpf *skel)
{
	int fd = bpf_program__fd(skel->progs.xdpxe_ingress);
	uint32_t slot = BARE_XDPXE;

	if (bpf_map_update_elem(bpf_map__fd(bench->bare->maps.targets), &slot, &fd, 0))
		fail("tail call");
}

static void begin(const struct bench *bench, const struct bare_plan *plan)
{
	uint32_t cpu = 0;

	if (bpf_map_update_elem(bpf_map__fd(bench->bare->maps.plans), &cpu, plan, 0))
		fail("plan");
}

/* What a call costs without the harness, with either program. Which goes first changes by the round. */
static void measure(const struct bench *bench, const struct xdpxe_bpf *without, struct row *row)
{
	const struct xdpxe_bpf *skels[] = { without, bench->xdpxe };
	double ns[2][TURNS], ratio[TURNS], base;
	uint64_t before;

	begin(bench, &row->plan);
	base = harness__run(bench->bare->progs.again_nothing, CALLS);
	begin(bench, &row->plan); /* no ACK may be left out */
	before = harness__count(bench, row->reason);
	for (int round = 0; round < TURNS; round++) {
		for (int i = 0; i < 2; i++) {
			int which = (i + round) % 2;

			aim_at(bench, skels[which]);
			ns[which][round] =
				harness__run(bench->bare->progs.again_xdpxe, CALLS) - base;
			ring_buffer__consume(bench->lease_events);
		}
		ratio[round] = ns[1][round] / ns[0][round];
	}
	harness__expect(bench, row->reason, before, 2ULL * TURNS * CALLS);
	row->without = harness__median(ns[0], TURNS);
	row->with = harness__median(ns[1], TURNS);
	row->ratio = harness__median(ratio, TURNS);
}

static void print(const struct row *rows, size_t count, bool json)
{
	if (!json)
		printf("%-32s %10s %10s %8s\n", "ns a packet", "without", "with", "ratio");
	for (size_t i = 0; i < count; i++)
		if (json)
			printf("%s\"%s\": { \"without_ns\": %.1f, \"with_ns\": %.1f, \"ratio\": "
			       "%.4f }%s",
			       i ? " " : "{ ", rows[i].key, rows[i].without, rows[i].with,
			       rows[i].ratio, i + 1 < count ? "," : " }\n");
		else
			printf("%-32s %10.1f %10.1f %8.3f\n", rows[i].name, rows[i].without,
			       rows[i].with, rows[i].ratio);
}

int main(int argc, char **argv)
{
	struct bench bench = {};
	struct xdpxe_bpf *without;
	struct row rows[] = {
		{ .name = "DISCOVER -> OFFER", .key = "offer", .reason = XDPXE_R_DHCP_OFFER },
		{ .name = "REQUEST -> ACK", .key = "ack", .reason = XDPXE_R_DHCP_ACK },
		{ .name = "ACK -> DATA", .key = "data", .reason = XDPXE_R_TFTP_DATA }
	};
	size_t count = sizeof(rows) / sizeof(rows[0]);

	if (!harness__pin(0))
		fail("CPU");
	setup__all(&bench);
	setup__leases(&bench, 0, MACHINES);
	without = load_without(&bench);
	rows[0].plan = frames__dhcp(DHCP_DISCOVER, MACHINES, 0);
	rows[1].plan = frames__dhcp(DHCP_REQUEST, MACHINES, 0);
	rows[2].plan = frames__ack(SESSIONS, 1, FILE_BLOCKS);
	for (size_t i = 0; i < count; i++)
		measure(&bench, without, &rows[i]);
	print(rows, count, argc > 1 && strcmp(argv[1], "--json") == 0);
	ring_buffer__free(bench.lease_events);
	xdpxe_bpf__destroy(without);
	bare_bpf__destroy(bench.bare);
	xdpxe_bpf__destroy(bench.xdpxe);
	return 0;
}
