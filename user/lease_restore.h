/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * From the database to `leases` and `owners`.
 *
 * Times: in the boot in which they were written nothing but the kernel's clock counts, whatever the calendar did
 * meanwhile. After a reboot the calendar tells how much time has passed; where it stands before what was written last
 * (no battery, no NTP yet) none has, so that a lease rather lasts too long than is given to somebody else.
 */
#ifndef XDPXE_LEASE_RESTORE_H
#define XDPXE_LEASE_RESTORE_H

#include <stdbool.h>

#include "lease_fit.h"
#include "maps.h"
#include "store.h"

/**
 * struct lease_restored - what became of the rows
 * @leases: put into the maps; @ended: of them, those that have run out: kept for their machines until the pool needs them
 * @declined: addresses that nobody gets yet
 * @left_out: of no configured network, this server's own, or reserved for another machine now and run out
 * @timeless: the calendar stands before what was written last
 */
struct lease_restored {
	size_t leases, ended, declined, left_out;
	bool timeless;
};

/**
 * lease_restore__put() - put leases of @content into the maps
 * @live: the maps are in use: put only what they do not contradict. Else they are empty
 * Return: 0, negative errno
 */
int lease_restore__put(const struct maps *maps, const struct lease_fit *fit,
		       const struct store_content *content, bool live, struct lease_restored *out);

#endif
