/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How long things take: counts in fixed buckets, as Prometheus wants them. Filled by whoever sees a thing end, read by
 * /metrics. Any thread may use it, and nobody waits.
 */
#ifndef XDPXE_HISTOGRAMS_H
#define XDPXE_HISTOGRAMS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/* What is measured. Names and buckets: histograms__info(). */
enum histogram {
	HISTOGRAM_BOOT,	    /* a machine's first DISCOVER until it was handed over */
	HISTOGRAM_EXCHANGE, /* DISCOVER until the ACK of its REQUEST */
	HISTOGRAM_TRANSFER, /* RRQ until the last block was acknowledged */
	HISTOGRAM_MISS,	    /* a frame for which the maps had no answer, until it was run again */
	HISTOGRAMS,
};

#define HISTOGRAM_BOUNDS 12 /* at most; behind the last everything counts that is longer */

/**
 * struct histogram_info - what one of them is
 * @name: without "xdpxe_" and "_seconds"; @help: a sentence
 * @bounds: upper bounds, nanoseconds, ascending; 0 behind the last
 */
struct histogram_info {
	const char *name, *help;
	uint64_t bounds[HISTOGRAM_BOUNDS];
};

/* Begins with all zero. */
struct histograms {
	struct histogram_counts {
		_Atomic uint64_t buckets[HISTOGRAM_BOUNDS + 1]; /* each for itself, not summed up */
		_Atomic uint64_t sum_ns;
	} of[HISTOGRAMS];
	_Atomic uint64_t file_bytes, file_blocks; /* of all transfers that came to their end */
};

const struct histogram_info *histograms__info(enum histogram which);

/** histograms__add() - one more that took @ns nanoseconds; NULL for @histograms: nobody wants to know */
void histograms__add(struct histograms *histograms, enum histogram which, uint64_t ns);

/** histograms__add_file() - a file was read to its end: HISTOGRAM_TRANSFER, and how much that was */
void histograms__add_file(struct histograms *histograms, uint64_t ns, uint64_t bytes,
			  uint32_t blocks);

#endif
