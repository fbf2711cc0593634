/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which addresses belong to the pool of a network, in use or not; map `members`. */
#ifndef XDPXE_MEMBERS_H
#define XDPXE_MEMBERS_H

#include "maps.h"
#include "plan.h"

/** members__create() - make the list of network slot @slot. Return: 0, negative errno */
int members__create(const struct maps *maps, uint32_t slot, const struct plan_network *network);

/** members__share() - put the list of slot @from into slot @to as well. Return: 0, negative errno */
int members__share(const struct maps *maps, uint32_t from, uint32_t to);

#endif
