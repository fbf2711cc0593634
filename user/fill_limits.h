/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The maps of `limits:` and `reply-delay:`. */
#ifndef XDPXE_FILL_LIMITS_H
#define XDPXE_FILL_LIMITS_H

#include "maps.h"
#include "plan.h"

/** limits__of() - what the maps will say of a network */
struct xdpxe_limits limits__of(const struct config_limits *config,
			       const struct plan_network *network);

/** fill_limits__network() - the limits of network @index, for slot @slot. Return: 0, negative errno */
int fill_limits__network(const struct maps *maps, const struct plan *plan, size_t index,
			 uint32_t slot);

/** fill_limits__delays() - whose replies wait, and nobody else's. Return: 0, negative errno */
int fill_limits__delays(const struct maps *maps, const struct plan *plan);

#endif
