/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* From `leases` and `owners` to the database: what changed, or all. Times become Unix time by adding @calendar. */
#ifndef XDPXE_LEASE_BATCH_H
#define XDPXE_LEASE_BATCH_H

#include "lease_fit.h"
#include "maps.h"
#include "store.h"

/**
 * lease_batch__write() - put what @events say, or the maps where an event does not, into a change of the database
 * @events: struct xdpxe_lease_event, in the order in which they came; repeated or not
 * Return: 0, negative errno when the maps cannot be read
 */
int lease_batch__write(struct store *store, const struct maps *maps, const struct rows *events,
		       int64_t calendar);

/**
 * lease_batch__write_all() - make the change say what the maps say
 * @fit: NULL: only leases of networks that have any now are replaced
 * Return: 0, negative errno when the maps cannot be read
 */
int lease_batch__write_all(struct store *store, const struct maps *maps,
			   const struct lease_fit *fit, int64_t calendar);

#endif
