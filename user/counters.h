/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The daemon's own additions to the reason counters. */
#ifndef XDPXE_COUNTERS_H
#define XDPXE_COUNTERS_H

#include <stdint.h>

#include "xdpxe/reasons.h"

/**
 * counters__add() - one more of @reason
 * The daemon counts only reasons that the program never does, so no CPU's own count is overwritten.
 */
void counters__add(int map, enum xdpxe_reason reason);

/** counters__add_many() - @count more of @reason */
void counters__add_many(int map, enum xdpxe_reason reason, uint64_t count);

/** counters__read() - a counter, summed over all CPUs; 0 when it cannot be read */
uint64_t counters__read(int map, enum xdpxe_reason reason);

#endif
