/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Frames whose replies wait, in the order in which they are due. */
#ifndef XDPXE_DELAY_H
#define XDPXE_DELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xdpxe/abi.h"

#define DELAY_ROOM 1024 /* frames; a room of Raspberry Pis, each of which may ask again meanwhile */

struct delay;

/** delay__new() - Return: NULL without memory */
struct delay *delay__new(void);

void delay__free(struct delay *delay);

/** delay__add() - keep a copy of @miss until @due_ns, CLOCK_MONOTONIC. Return: false when there is no room */
bool delay__add(struct delay *delay, const struct xdpxe_miss *miss, uint64_t due_ns);

/** delay__next() - when the next frame is due, UINT64_MAX for none */
uint64_t delay__next(const struct delay *delay);

/**
 * delay__take() - the frame that is due first, if it is by @now_ns; of those due together the one that came first
 * Return: NULL when none is; else valid until the next call
 */
const struct xdpxe_miss *delay__take(struct delay *delay, uint64_t now_ns);

#endif
