/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What telemetry.c and telemetry_restore.c share. */
#ifndef XDPXE_TELEMETRY_PRIV_H
#define XDPXE_TELEMETRY_PRIV_H

#include <pthread.h>

#include "events.h"
#include "happenings_feed.h"
#include "history_feed.h"
#include "journal.h"
#include "machines_feed.h"
#include "names.h"
#include "progress.h"
#include "telemetry.h"

struct telemetry {
	struct maps maps;
	struct names *names;
	struct machines *machines;
	struct happenings *happenings;
	struct history *history;
	struct histograms histograms;
	bool adopted;
	pthread_t thread;
	int wake; /* eventfd: end */

	/* Of the thread. */
	struct events *events;
	uint64_t now_ns; /* every event that is taken was before */
	int64_t calendar_ns, ticked_ms;
	struct progress progress;
	struct journal journal;
};

/** telemetry_restore__all() - what leases, database and sessions say of machines */
void telemetry_restore__all(struct telemetry *telemetry, int64_t now_ms);

#endif
