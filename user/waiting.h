/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Misses that wait until free addresses have been probed: their frames, first come first served. */
#ifndef XDPXE_WAITING_H
#define XDPXE_WAITING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xdpxe/abi.h"

#define WAITING_MAX 4096 /* beyond that the client's next try counts */

struct waiting;

/* What becomes of a miss. */
enum waiting_fate {
	WAITING_STAYS,
	WAITING_DONE, /* it is forgotten */
};

/** A miss; @frame is in it. The function may not add one. */
typedef enum waiting_fate (*waiting_fn)(const struct xdpxe_miss *miss, const uint8_t *frame,
					void *context);

/** waiting__new() - Return: NULL without memory */
struct waiting *waiting__new(void);

void waiting__free(struct waiting *waiting);

/** waiting__add() - keep a miss with a frame of @miss->len bytes. Return: false when there is no room */
bool waiting__add(struct waiting *waiting, const struct xdpxe_miss *miss);

/** waiting__each() - call @fn for each of them, the oldest first */
void waiting__each(struct waiting *waiting, waiting_fn fn, void *context);

size_t waiting__count(const struct waiting *waiting);

#endif
