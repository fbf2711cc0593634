/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Running a frame through the program of an interface as if it had just come in. */
#ifndef XDPXE_REPLAY_H
#define XDPXE_REPLAY_H

#include <stddef.h>
#include <stdint.h>

#include "engine.h"

/**
 * replay__frame() - the reply, or the pass to the stack, really happens
 * Where the driver sends no XDP frames, the program writes the reply and a packet socket sends it; a pass to the stack
 * does not happen there.
 * Return: 0, negative errno.
 */
int replay__frame(const struct engine_port *port, const void *frame, size_t len);

/**
 * replay__copy() - replay__frame() for a frame that the host has got too
 * Marked by a destination of zeros, the program answers it and passes nothing up.
 */
int replay__copy(const struct engine_port *port, const void *frame, size_t len);

/** replay__marked() - replay__frame() behind a mark, as XDP metadata: XDPXE_WAITED or XDPXE_ASKS_LAST */
int replay__marked(const struct engine_port *port, uint32_t mark, const void *frame, size_t len);

#endif
