// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "together.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include <bpf/bpf.h>

#define NS_PER_S 1e9
#define CORES 2
#define AT_ONCE 0.75 /* of the time in which any of the two is at work, both have to be */

enum phase { FIRST_ALONE, SECOND_ALONE, BOTH, PHASES };

/* One CPU of the two. */
struct core {
	const struct bench *bench;
	const struct work *work;
	pthread_barrier_t *barrier;
	int cpu;
	double rate[PHASES][ROUNDS];
	uint64_t first_ns[ROUNDS], last_ns[ROUNDS]; /* of both at once */
};

static void read_plan(const struct core *core, struct bare_plan *plan)
{
	if (bpf_map_lookup_elem(bpf_map__fd(core->bench->bare->maps.plans), &core->cpu, plan))
		fail("plan of a CPU");
}

static void write_plan(const struct core *core, const struct bare_plan *plan)
{
	if (bpf_map_update_elem(bpf_map__fd(core->bench->bare->maps.plans), &core->cpu, plan, 0))
		fail("plan of a CPU");
}

static void *warm_up(void *context)
{
	struct core *core = context;

	if (!harness__pin(core->cpu))
		fail("CPU");
	write_plan(core, &core->work->plan);
	harness__run(core->bench->bare->progs.again_xdpxe, core->work->warm);
	return NULL;
}

/* The harness alone, and xdpxe, at the same time as other CPUs that take part. */
static void run_phase(struct core *core, enum phase phase, int round)
{
	bool is_part = phase == BOTH || (int)phase == core->cpu;
	struct bare_plan plan;
	double ns[2] = { 0 };

	pthread_barrier_wait(core->barrier);
	read_plan(core, &plan);
	plan.first_ns = 0;
	if (is_part)
		ns[0] = harness__run(core->bench->bare->progs.again_nothing, core->work->calls);
	write_plan(core, &plan); /* as if nobody had asked yet */
	pthread_barrier_wait(core->barrier);
	if (!is_part)
		return;
	ns[1] = harness__run(core->bench->bare->progs.again_xdpxe, core->work->calls);
	core->rate[phase][round] = NS_PER_S / (ns[1] - ns[0]);
	read_plan(core, &plan);
	core->first_ns[round] = plan.first_ns;
	core->last_ns[round] = plan.last_ns;
}

static void *work_on(void *context)
{
	struct core *core = context;

	if (!harness__pin(core->cpu))
		fail("CPU");
	for (int round = 0; round < ROUNDS; round++)
		for (int phase = 0; phase < PHASES; phase++)
			run_phase(core, phase, round);
	return NULL;
}

static void run_threads(struct core *cores, void *(*start)(void *context))
{
	pthread_t threads[CORES];

	for (int i = 0; i < CORES; i++)
		if (pthread_create(&threads[i], NULL, start, &cores[i]))
			fail("threads");
	for (int i = 0; i < CORES; i++)
		pthread_join(threads[i], NULL);
}

static double later(const uint64_t *values, bool is_later)
{
	return (double)((values[0] > values[1]) == is_later ? values[0] : values[1]);
}

/* Kernels let one of two callers of BPF_PROG_RUN wait for the other now and then. */
static bool were_at_once(const struct core *cores, int round)
{
	uint64_t first[] = { cores[0].first_ns[round], cores[1].first_ns[round] };
	uint64_t last[] = { cores[0].last_ns[round], cores[1].last_ns[round] };

	return later(last, false) - later(first, true) >=
	       AT_ONCE * (later(last, true) - later(first, false));
}

static struct together medians(const struct core *cores)
{
	double alone[ROUNDS], both[ROUNDS], times[ROUNDS];
	size_t count = 0;

	for (int round = 0; round < ROUNDS; round++) {
		if (!were_at_once(cores, round))
			continue;
		alone[count] =
			(cores[0].rate[FIRST_ALONE][round] + cores[1].rate[SECOND_ALONE][round]) /
			2;
		both[count] = cores[0].rate[BOTH][round] + cores[1].rate[BOTH][round];
		times[count] = both[count] / alone[count];
		count++;
	}
	if (count <= ROUNDS / 2) {
		fprintf(stderr,
			"two CPUs were at work at once in %zu of %d rounds: the machine is busy\n",
			count, ROUNDS);
		exit(1);
	}
	return (struct together){ harness__median(alone, count), harness__median(both, count),
				  harness__median(times, count) };
}

struct together together__measure(const struct bench *bench, const struct work works[2])
{
	struct core *cores = calloc(CORES, sizeof(*cores));
	pthread_barrier_t barrier;
	struct together result;
	uint64_t before;

	if (!cores || pthread_barrier_init(&barrier, NULL, CORES))
		fail("threads");
	for (int i = 0; i < CORES; i++)
		cores[i] = (struct core){
			.bench = bench, .work = &works[i], .barrier = &barrier, .cpu = i
		};
	run_threads(cores, warm_up);
	before = harness__count(bench, works->reason);
	run_threads(cores, work_on);
	harness__expect(bench, works->reason, before, 2ULL * CORES * ROUNDS * works->calls);
	result = medians(cores);
	pthread_barrier_destroy(&barrier);
	free(cores);
	return result;
}
