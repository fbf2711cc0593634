/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Nanoseconds that programs take for one frame, by BPF_PROG_RUN; see bare.bpf.c. */
#ifndef XDPXE_BENCH_HARNESS_H
#define XDPXE_BENCH_HARNESS_H

#include "../bench/bare.h"
#include "setup.h"

#define ROUNDS 9

/** struct result - medians of ROUNDS, ns a call; the harness is in all of them, and alone in @nothing;
 * bare programs: 0 unless they were asked for */
struct result {
	double nothing, grow, grow_copy, xdpxe;
};

/** struct work - what is measured; @reason: of enum xdpxe_reason, that every frame must end in */
struct work {
	struct bare_plan plan;
	uint32_t calls; /* in each round */
	uint32_t warm;	/* calls before the first round */
	uint32_t reason;
	bool bare; /* are bare programs measured beside it? */
};

/** harness__pin() - the calling thread stays on @cpu. Return: may it? */
bool harness__pin(int cpu);

/** harness__run() - nanoseconds a call of @program, harness and all; harness__expect() tells whether they were answered */
double harness__run(const struct bpf_program *program, uint32_t calls);

/** harness__median() - of @values, which are sorted by it */
double harness__median(double *values, size_t count);

/** harness__measure() - each program in turn, in interleaved rounds, on the CPU that the thread is pinned to */
struct result harness__measure(const struct bench *bench, const struct work *work);

/** harness__expect() - end the program unless all @calls since it was counted @before have ended in @reason, and no event was lost */
void harness__expect(const struct bench *bench, uint32_t reason, uint64_t before, uint64_t calls);

/** harness__count() - a counter of xdpxe, over all CPUs */
uint64_t harness__count(const struct bench *bench, uint32_t reason);

#endif
