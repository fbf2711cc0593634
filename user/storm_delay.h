/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Packets that a bad network holds back, by the moment they arrive. Of a fixed size. */
#ifndef XDPXE_STORM_DELAY_H
#define XDPXE_STORM_DELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xdpxe/storm.h"

#define STORM_DELAYS_MAX 16384 /* more are lost */

/**
 * struct storm_delayed - a packet on its way
 * @in: it comes from the server, and is run through the program; else it goes there
 */
struct storm_delayed {
	uint64_t at_ns;
	bool in;
	uint16_t len;
	uint8_t frame[STORM_FRAME_MAX];
};

struct storm_delays;

struct storm_delays *storm_delays__new(void);

/** storm_delays__add() - a copy of @frame. Return: there was room */
bool storm_delays__add(struct storm_delays *delays, uint64_t at_ns, bool in, const uint8_t *frame,
		       size_t len);

/** storm_delays__due() - the first one, if it is due; valid until the next call; NULL for none */
const struct storm_delayed *storm_delays__due(struct storm_delays *delays, uint64_t now_ns);

void storm_delays__free(struct storm_delays *delays);

#endif
