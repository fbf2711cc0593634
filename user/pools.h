/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Free addresses: the queue of each network, and reclaiming what machines no longer use. */
#ifndef XDPXE_POOLS_H
#define XDPXE_POOLS_H

#include "engine.h"
#include "plan.h"

/** pools__create() - make the queue of network slot @slot and fill it with the addresses that have no owner */
int pools__create(const struct maps *maps, uint32_t slot, const struct plan_network *network);

/** pools__share() - put the queue of slot @from into slot @to as well. Return: 0, negative errno */
int pools__share(const struct maps *maps, uint32_t from, uint32_t to);

/**
 * pools__reclaim() - take addresses back from machines that are gone
 * @slot: of @network
 * @hungry: the queue is empty
 *
 * Offers that were not taken up always return. A lease that has run out is kept, so that the machine gets the same
 * address again, until addresses are short (fewer than an eighth are free, or @hungry): then the one that ran out first
 * goes first. Return: addresses that became free; negative errno.
 */
int pools__reclaim(const struct engine *engine, uint32_t slot, const struct plan_network *network,
		   bool hungry);

#endif
