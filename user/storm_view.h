/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is seen while a storm runs: five lines that stay in place on a terminal, a line now and then elsewhere. */
#ifndef XDPXE_STORM_VIEW_H
#define XDPXE_STORM_VIEW_H

#include "storm.h"

/** struct storm_view - all zero at first, but for @out and @terminal */
struct storm_view {
	FILE *out;
	bool terminal, drawn;
	uint64_t shown_ns, blocks;
	uint32_t done;
};

/** storm_view__tick() - a storm_tick_fn(); @context is a struct storm_view */
void storm_view__tick(struct storm *storm, void *context);

/** storm_view__end() - leave the terminal as it was found */
void storm_view__end(struct storm_view *view);

#endif
