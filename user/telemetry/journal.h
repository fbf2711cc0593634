/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Steps that an operator wants to find in the log: at most JOURNAL_PER_S lines a second, the rest are counted. */
#ifndef XDPXE_JOURNAL_H
#define XDPXE_JOURNAL_H

#include "happenings.h"

#define JOURNAL_PER_S 20

/* Begins with {}. */
struct journal {
	int64_t second;
	unsigned int lines;
	uint64_t left_out;
};

/** journal__take() - log a step, if it is one of those */
void journal__take(struct journal *journal, const struct happening *happening);

/** journal__tick() - once a second: say how many were left out */
void journal__tick(struct journal *journal, int64_t now_ms);

#endif
