// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "harness.h"

#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#define EVENTS 25000 /* that there is room for, on one of two CPUs, until they are read */
#define NS_PER_S 1e9
#define CORES_MAX 2

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

/*
 * The same for many calls, with the rings emptied in time. ACKs of blocks fill none, and run without a break: behind each,
 * caches are cold.
 */
static double run_all(const struct bench *bench, const struct bpf_program *program,
		      const struct bare_plan *plan, uint32_t calls)
{
	uint32_t most = plan->blocks ? calls : EVENTS;
	double ns = 0;

	for (uint32_t done = 0, now; done < calls; done += now) {
		now = calls - done < most ? calls - done : most;
		ns += harness__run(program, now) * now / calls;
		ring_buffer__consume(bench->lease_events);
		setup__forget_events(bench);
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

	if (answered >= calls * 99 / 100)
		return;
	fprintf(stderr, "only %llu of %llu frames were answered\n", (unsigned long long)answered,
		(unsigned long long)calls);
	exit(1);
}

struct result harness__measure(const struct bench *bench, const struct work *work)
{
	const struct bpf_program *programs[] = { bench->bare->progs.again_nothing,
						 bench->bare->progs.again_grow,
						 bench->bare->progs.again_grow_copy,
						 bench->bare->progs.again_xdpxe };
	int plans = bpf_map__fd(bench->bare->maps.plans);
	uint32_t cpu = slot();
	double ns[4][ROUNDS];
	uint64_t before;

	if (bpf_map_update_elem(plans, &cpu, &work->plan, 0))
		fail("plan");
	run_all(bench, programs[3], &work->plan, work->warm); /* all is known, caches are warm */
	before = harness__count(bench, work->reason);
	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < 4; i++) {
			struct bare_plan now;

			/* The bare programs must not use up the ACKs that xdpxe waits for. */
			bpf_map_lookup_elem(plans, &cpu, &now);
			ns[i][round] = run_all(bench, programs[i], &work->plan, work->calls);
			if (i != 3)
				bpf_map_update_elem(plans, &cpu, &now, 0);
		}
	}
	harness__expect(bench, work->reason, before, (uint64_t)work->calls * ROUNDS);
	return (struct result){ harness__median(ns[0], ROUNDS), harness__median(ns[1], ROUNDS),
				harness__median(ns[2], ROUNDS), harness__median(ns[3], ROUNDS) };
}

/* One CPU of several. */
struct core {
	const struct bench *bench;
	const struct work *work;
	pthread_barrier_t *barrier;
	uint32_t calls;
	int cpu;
	double ns[2][ROUNDS]; /* the harness alone, xdpxe */
};

static void *work_on(void *context)
{
	struct core *core = context;
	const struct bpf_program *programs[] = { core->bench->bare->progs.again_nothing,
						 core->bench->bare->progs.again_xdpxe };
	int plans = bpf_map__fd(core->bench->bare->maps.plans);
	int cpu = core->cpu;

	if (!harness__pin(cpu) || bpf_map_update_elem(plans, &cpu, &core->work->plan, 0))
		fail("plan of a CPU");
	harness__run(programs[1], core->work->warm);
	for (int round = 0; round < ROUNDS; round++) {
		for (int i = 0; i < 2; i++) {
			struct bare_plan now;

			bpf_map_lookup_elem(plans, &cpu, &now);
			pthread_barrier_wait(core->barrier);
			core->ns[i][round] = harness__run(programs[i], core->calls);
			if (i == 0)
				bpf_map_update_elem(plans, &cpu, &now, 0);
		}
	}
	return NULL;
}

double harness__together(const struct bench *bench, const struct work *works, int cores)
{
	uint64_t before = harness__count(bench, works->reason);
	struct core list[CORES_MAX] = {};
	pthread_t threads[CORES_MAX];
	pthread_barrier_t barrier;
	double rates[ROUNDS] = { 0 };

	if (cores > CORES_MAX || pthread_barrier_init(&barrier, NULL, (unsigned int)cores))
		fail("threads");
	for (int i = 0; i < cores; i++) {
		list[i] = (struct core){ bench, &works[i], &barrier, works->calls, i, { { 0 } } };
		if (pthread_create(&threads[i], NULL, work_on, &list[i]))
			fail("threads");
	}
	for (int i = 0; i < cores; i++) {
		pthread_join(threads[i], NULL);
		for (int round = 0; round < ROUNDS; round++)
			rates[round] += NS_PER_S / (list[i].ns[1][round] - list[i].ns[0][round]);
	}
	pthread_barrier_destroy(&barrier);
	harness__expect(bench, works->reason, before,
			(uint64_t)works->calls * ROUNDS * (uint32_t)cores);
	return harness__median(rates, ROUNDS);
}
