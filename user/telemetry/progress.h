/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where transfers are: nobody tells of a block, so the sessions are looked at while some last longer than a moment. */
#ifndef XDPXE_PROGRESS_H
#define XDPXE_PROGRESS_H

#include "machines_feed.h"
#include "maps.h"
#include "names.h"

/* Begins with {}. */
struct progress {
	int64_t asked_ms;  /* the table, whether there is anything to look at */
	int64_t looked_ms; /* at the sessions */
};

/** progress__look() - if it is time, and worth it */
void progress__look(struct progress *progress, const struct maps *maps, struct machines *machines,
		    int64_t now_ms);

/** progress__restore() - transfers that are under way at the start. Return: how many, negative errno */
int progress__restore(const struct maps *maps, struct machines *machines, struct names *names,
		      int64_t now_ms);

#endif
