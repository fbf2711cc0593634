// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "harness.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "xdpxe/reasons.h"

#define LEASES 50000 /* changed ones that there is room for */

bool harness__pin(int cpu)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	return cpu < BARE_CPUS && sched_setaffinity(0, sizeof(one), &one) == 0;
}

double harness__run(const struct bpf_program *program, uint32_t calls)
{
	uint8_t frame[BARE_REPLY] = {}, out[2048];
	LIBBPF_OPTS(bpf_test_run_opts, opts, .data_in = frame, .data_size_in = 64, .data_out = out,
		    .data_size_out = sizeof(out), .repeat = (int)calls);

	if (bpf_prog_test_run_opts(bpf_program__fd(program), &opts))
		fail("BPF_PROG_RUN");
	if (opts.retval == XDP_ABORTED) {
		fprintf(stderr, "%s was aborted\n", bpf_program__name(program));
		exit(1);
	}
	return opts.duration;
}

/* The same for many calls. The ring of changed leases, which REQUESTs fill, is emptied in time; behind each break caches are cold. */
static double run_all(const struct bench *bench, const struct bpf_program *program,
		      const struct bare_plan *plan, uint32_t calls)
{
	uint32_t most = plan->address_at ? LEASES : calls;
	double ns = 0;

	for (uint32_t done = 0, now; done < calls; done += now) {
		now = calls - done < most ? calls - done : most;
		ns += harness__run(program, now) * now / calls;
		ring_buffer__consume(bench->lease_events);
	}
	return ns;
}

uint64_t harness__count(const struct bench *bench, uint32_t reason)
{
	int cpus = libbpf_num_possible_cpus();
	uint64_t *values = calloc((size_t)cpus, sizeof(*values)), sum = 0;

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

double harness__median(double *values, size_t count)
{
	qsort(values, count, sizeof(*values), compare);
	return values[count / 2];
}

/* Where the plan of the CPU that this thread is pinned to stands. */
static uint32_t slot(void)
{
	int cpu = sched_getcpu();

	if (cpu < 0 || cpu >= BARE_CPUS)
		fail("CPU");
	return (uint32_t)cpu;
}

void harness__expect(const struct bench *bench, uint32_t reason, uint64_t before, uint64_t calls)
{
	uint64_t answered = harness__count(bench, reason) - before;

	if (harness__count(bench, XDPXE_R_LEASE_EVENT_LOST) +
	    harness__count(bench, XDPXE_R_EVENT_LOST)) {
		fprintf(stderr, "a ring of events was full\n");
		exit(1);
	}
	if (answered == calls)
		return;
	fprintf(stderr, "%llu of %llu frames were answered\n", (unsigned long long)answered,
		(unsigned long long)calls);
	exit(1);
}

static double median_of(double ns[ROUNDS])
{
	return harness__median(ns, ROUNDS);
}

struct result harness__measure(const struct bench *bench, const struct work *work)
{
	const struct bpf_program *programs[] = { bench->bare->progs.again_nothing,
						 bench->bare->progs.again_xdpxe,
						 bench->bare->progs.again_grow,
						 bench->bare->progs.again_grow_copy };
	int plans = bpf_map__fd(bench->bare->maps.plans), count = work->bare ? 4 : 2;
	double ns[4][ROUNDS] = { { 0 } };
	uint32_t cpu = slot();
	uint64_t before;

	if (bpf_map_update_elem(plans, &cpu, &work->plan, 0))
		fail("plan");
	run_all(bench, programs[1], &work->plan, work->warm); /* all is known, caches are warm */
	before = harness__count(bench, work->reason);
	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < count; i++) {
			struct bare_plan now;

			/* The bare programs must not use up the ACKs that xdpxe waits for. */
			bpf_map_lookup_elem(plans, &cpu, &now);
			ns[i][round] = run_all(bench, programs[i], &work->plan, work->calls);
			if (i != 1)
				bpf_map_update_elem(plans, &cpu, &now, 0);
		}
	}
	harness__expect(bench, work->reason, before, (uint64_t)work->calls * ROUNDS);
	return (struct result){ median_of(ns[0]), median_of(ns[2]), median_of(ns[3]),
				median_of(ns[1]) };
}
