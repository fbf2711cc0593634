/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Leases that last: the database mirrors the maps while a daemon runs, and fills them when it starts on new ones.
 *
 * The maps are the truth. A thread reads the events of the kernel program five times a second and writes what these or
 * the maps say, in one transaction; a thread of its own, since a disk may take long and the daemon must not. When events
 * were lost, the calendar has leapt, or writing has failed before, it writes everything. While writing fails, serving
 * goes on: it is told once, shown by `xdpxe status`, and tried again after 1, 2, 4 ... 60 seconds; nothing is kept for
 * it, since the maps hold it all.
 */
#ifndef XDPXE_LEASES_H
#define XDPXE_LEASES_H

#include <stdbool.h>

#include "maps.h"
#include "pins.h"
#include "plan.h"

struct leases;

/* What is in the maps at a start. */
enum leases_maps {
	LEASES_NEW,	/* nothing */
	LEASES_TAKEN,	/* what another version's had; the database may have more */
	LEASES_ADOPTED, /* all there is */
};

/**
 * leases__new() - claim the database at @path for this process
 * Return: 0, *@out to be freed; -EBUSY with a message logged when another daemon has it; -ENOMEM
 */
int leases__new(const char *path, struct leases **out);

/**
 * leases__restore() - put what the database holds into new maps, or see what adopted ones need
 * @maps: with their clock, and else what @state says. They must outlive @leases
 * @plan: about to be put in force
 * What cannot be read is logged, and leaves its leases out. Return: 0, negative errno
 */
int leases__restore(struct leases *leases, const struct maps *maps, const struct plan *plan,
		    enum leases_maps state);

/** leases__start() - begin to write. Return: 0, negative errno */
int leases__start(struct leases *leases);

/** leases__follow() - another plan is in force, with the same database */
void leases__follow(struct leases *leases, const struct plan *plan);

/** leases__path() - of the database */
const char *leases__path(const struct leases *leases);

/** leases__stop() - write what is left and end; what cannot be written is logged. NULL is allowed, also again */
void leases__stop(struct leases *leases);

/** leases__free() - NULL is allowed */
void leases__free(struct leases *leases);

/**
 * leases__remove_pinned() - pins__remove() of what no daemon serves, and write its leases to the database it names
 * What cannot be written is logged. Return: of pins__remove()
 */
int leases__remove_pinned(const struct instance *instance);

/** leases__forget() - say in the maps that there is no database */
void leases__forget(const struct maps *maps);

#endif
