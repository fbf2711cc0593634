/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Free addresses: the queue of each network, and reclaiming what machines no longer use. */
#ifndef XDPXE_POOLS_H
#define XDPXE_POOLS_H

#include "conflict.h"
#include "engine.h"
#include "plan.h"

/**
 * pools__create() - make the queue of network slot @slot, with the addresses that have no owner
 * Where addresses are probed it stays empty: see conflict.h. Return: 0, negative errno
 */
int pools__create(const struct maps *maps, uint32_t slot, const struct plan_network *network);

/** pools__share() - put the queue of slot @from into slot @to as well. Return: 0, negative errno */
int pools__share(const struct maps *maps, uint32_t from, uint32_t to);

/**
 * pools__reclaim() - take addresses back from machines that are gone
 * @slot: of @network
 * @conflict: probes an address that was in use, before it is free again
 * @hungry: the queue is empty
 *
 * Offers that were not taken up always return. A lease that has run out is kept, so that the machine gets the same
 * address again, until addresses are short (fewer than an eighth are free, or @hungry): then the one that ran out first
 * goes first. Return: addresses that became free, without those that are probed first; negative errno.
 */
int pools__reclaim(const struct engine *engine, uint32_t slot, const struct plan_network *network,
		   struct conflict *conflict, bool hungry);

/** pools__end_quarantine() - probe again what was set aside, and whose time is over; where addresses are probed */
void pools__end_quarantine(const struct engine *engine, const struct plan *plan,
			   struct conflict *conflict);

/** pools__set_aside() - how many addresses of @network are set aside */
size_t pools__set_aside(const struct maps *maps, const struct plan_network *network);

#endif
