// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Nanoseconds a packet, by BPF_PROG_RUN on one CPU: xdpxe beside bare programs, in one run. Read the ratios: machines
 * are noisy. Rounds are interleaved and the median of each is printed.
 */
#include <stdio.h>
#include <stdlib.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "frames.h"
#include "setup.h"
#include "xdpxe/dhcp_wire.h"
#include "xdpxe/reasons.h"

#define ROUNDS 9
#define CALLS 400000
#define EVENTS 25000	 /* that there is room for, on one of two CPUs, until they are read */
#define FEW_SESSIONS 256 /* each gets fewer ACKs than the file has blocks */
#define MANY_SESSIONS 65536
#define FEW_LEASES 100
#define MANY_LEASES 60000
#define NEW_MACHINES 6000 /* in each round */

/* Nanoseconds a call. Every call must have transmitted. */
static double run(struct bpf_program *program, uint32_t calls)
{
	uint8_t frame[BARE_REPLY] = {}, out[2048];
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = 64, .data_out = out,
		    .data_size_out = sizeof(out), .repeat = calls);

	if (bpf_prog_test_run_opts(bpf_program__fd(program), &opts))
		fail("BPF_PROG_RUN");
	if (opts.retval != XDP_TX) {
		fprintf(stderr, "bench_prog: %s did not transmit (%u)\n",
			bpf_program__name(program), opts.retval);
		exit(1);
	}
	return opts.duration;
}

/* The same for many calls, with the rings emptied in time. */
static double run_all(const struct bench *bench, struct bpf_program *program, uint32_t calls)
{
	double ns = 0;

	for (uint32_t done = 0, now; done < calls; done += now) {
		now = calls - done < EVENTS ? calls - done : EVENTS;
		ns += run(program, now) * now / calls;
		ring_buffer__consume(bench->lease_events);
		setup__forget_events(bench);
	}
	return ns;
}

static uint64_t count_of(const struct bench *bench, uint32_t reason)
{
	int cpus = libbpf_num_possible_cpus();
	uint64_t *values = calloc(cpus, sizeof(*values)), sum = 0;

	if (values && bpf_map_lookup_elem(bench->maps.counters, &reason, values) == 0)
		for (int i = 0; i < cpus; i++)
			sum += values[i];
	free(values);
	return sum;
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return left < right ? -1 : left > right;
}

static double median(double *values)
{
	qsort(values, ROUNDS, sizeof(*values), compare);
	return values[ROUNDS / 2];
}

struct result {
	double nothing, grow, grow_copy, xdpxe;
};

/* One frame through the harness with each target in turn, ROUNDS times. */
static struct result measure(const struct bench *bench, const struct bare_plan *plan,
			     uint32_t calls, uint32_t reason)
{
	struct bpf_program *programs[] = { bench->bare->progs.again_nothing,
					   bench->bare->progs.again_grow,
					   bench->bare->progs.again_grow_copy,
					   bench->bare->progs.again_xdpxe };
	double ns[4][ROUNDS];
	int plans = bpf_map__fd(bench->bare->maps.plans);
	uint64_t before, answered;
	uint32_t zero = 0;

	if (bpf_map_update_elem(plans, &zero, plan, 0))
		fail("plan");
	/* all is known, caches are warm */
	run_all(bench, programs[3],
		plan->sessions	? plan->sessions
		: calls < CALLS ? calls
				: MANY_LEASES);
	before = count_of(bench, reason);
	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < 4; i++) {
			struct bare_plan now;

			/* The bare programs must not use up the ACKs that xdpxe waits for. */
			bpf_map_lookup_elem(plans, &zero, &now);
			ns[i][round] = run_all(bench, programs[i], calls);
			if (i != 3)
				bpf_map_update_elem(plans, &zero, &now, 0);
		}
	}
	answered = count_of(bench, reason) - before;
	if (answered < (uint64_t)calls * ROUNDS * 99 / 100) {
		fprintf(stderr, "bench_prog: only %llu of %u frames were answered\n",
			(unsigned long long)answered, calls * ROUNDS);
		exit(1);
	}
	return (struct result){ median(ns[0]), median(ns[1]), median(ns[2]), median(ns[3]) };
}

static void print_instructions(const char *name, struct bpf_program *program)
{
	struct bpf_prog_info info = {};
	uint32_t len = sizeof(info);

	if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &len) == 0)
		printf("%-34s %7u bytes of BPF, %6u of machine code, %7u instructions verified\n",
		       name, info.xlated_prog_len, info.jited_prog_len, info.verified_insns);
}

static void print_row(const char *name, double ns, const struct result *base)
{
	double bare = base->grow_copy - base->nothing;

	printf("%-44s %8.1f %10.1f %8.2f\n", name, ns, ns - base->nothing,
	       (ns - base->nothing) / bare);
}

static void bench_acks(const struct bench *bench)
{
	struct bare_plan plan = frames__ack(bench->tid, FEW_SESSIONS, FILE_BLOCKS);
	struct result few = measure(bench, &plan, CALLS, XDPXE_R_TFTP_DATA);
	struct result many;

	plan = frames__ack(bench->tid, MANY_SESSIONS, FILE_BLOCKS);
	many = measure(bench, &plan, CALLS, XDPXE_R_TFTP_DATA);
	printf("\n%-44s %8s %10s %8s\n", "medians of 9 rounds, ns a packet", "all", "- harness",
	       "x bare");
	print_row("harness: restore the frame, transmit", few.nothing, &few);
	print_row("bare: grow", few.grow, &few);
	print_row("bare: grow, copy 1,468 bytes", few.grow_copy, &few);
	print_row("xdpxe: ACK -> DATA 1,468, 256 sessions", few.xdpxe, &few);
	print_row("xdpxe: ACK -> DATA 1,468, 65,536 sessions", many.xdpxe, &many);
}

/* Return: ns a message without the harness */
static double bench_dhcp(const struct bench *bench, const char *name, uint8_t type,
			 uint32_t machines)
{
	bool discover = type == DHCP_DISCOVER;
	struct bare_plan plan = frames__dhcp(type, machines, 0);
	struct result result =
		measure(bench, &plan, CALLS, discover ? XDPXE_R_DHCP_OFFER : XDPXE_R_DHCP_ACK);

	printf("xdpxe: %-37s %8.1f %10.1f\n", name, result.xdpxe, result.xdpxe - result.nothing);
	return result.xdpxe - result.nothing;
}

/* Machines that come for the first time: each call takes an address from the pool and makes a lease. */
static void bench_new_machines(const struct bench *bench)
{
	uint32_t all = NEW_MACHINES * (ROUNDS + 1);
	struct bare_plan plan = frames__dhcp(DHCP_DISCOVER, all, MANY_LEASES);
	struct result result;

	setup__pool(bench, MANY_LEASES, MANY_LEASES + all);
	result = measure(bench, &plan, NEW_MACHINES, XDPXE_R_DHCP_OFFER);
	printf("xdpxe: %-37s %8.1f %10.1f\n", "DISCOVER -> OFFER, new machines", result.xdpxe,
	       result.xdpxe - result.nothing);
}

int main(void)
{
	struct bench bench = {};
	double few[2], many[2];

	setup__all(&bench);
	print_instructions("xdpxe_ingress", bench.xdpxe->progs.xdpxe_ingress);
	print_instructions("xdpxe_egress", bench.xdpxe->progs.xdpxe_egress);
	print_instructions("bare: grow and copy", bench.bare->progs.grow_copy);
	bench_acks(&bench);
	setup__leases(&bench, 0, FEW_LEASES);
	few[0] = bench_dhcp(&bench, "DISCOVER -> OFFER, 100 leases", DHCP_DISCOVER, FEW_LEASES);
	few[1] = bench_dhcp(&bench, "REQUEST -> ACK, 100 leases", DHCP_REQUEST, FEW_LEASES);
	setup__leases(&bench, FEW_LEASES, MANY_LEASES);
	many[0] =
		bench_dhcp(&bench, "DISCOVER -> OFFER, 60,000 leases", DHCP_DISCOVER, MANY_LEASES);
	many[1] = bench_dhcp(&bench, "REQUEST -> ACK, 60,000 leases", DHCP_REQUEST, MANY_LEASES);
	bench_new_machines(&bench);
	printf("\nAmong 60,000 leases an OFFER costs %.2f times what it costs among 100, an ACK "
	       "%.2f times.\n",
	       many[0] / few[0], many[1] / few[1]);
	if (count_of(&bench, XDPXE_R_LEASE_EVENT_LOST) + count_of(&bench, XDPXE_R_EVENT_LOST)) {
		fprintf(stderr, "bench_prog: a ring of events was full\n");
		return 1;
	}
	ring_buffer__free(bench.lease_events);
	bare_bpf__destroy(bench.bare);
	xdpxe_bpf__destroy(bench.xdpxe);
	return 0;
}
