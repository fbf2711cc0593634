/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The harness on two CPUs: each alone, and both at once. */
#ifndef XDPXE_BENCH_TOGETHER_H
#define XDPXE_BENCH_TOGETHER_H

#include "harness.h"

/** struct together - medians of rounds: packets a second without the harness, and their ratio in the same round */
struct together {
	double alone; /* mean of the two CPUs */
	double both;
	double times;
};

/**
 * together__measure() - xdpxe on CPU 0, on CPU 1 and on both at once, in interleaved rounds
 * @works: of each CPU, @works->calls and @works->reason of both alike
 * Ends the program unless all were answered, and unless in most rounds both CPUs were at work at once.
 */
struct together together__measure(const struct bench *bench, const struct work works[2]);

#endif
