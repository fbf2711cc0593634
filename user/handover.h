/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Leases from the maps of another version of xdpxe, which are replaced and not adopted.
 *
 * They are taken twice: before the new program is attached, so that it gives no address of theirs to anybody else, and
 * right after, for what the old one gave meanwhile.
 */
#ifndef XDPXE_HANDOVER_H
#define XDPXE_HANDOVER_H

#include <stdint.h>

#include "maps.h"
#include "pins.h"
#include "plan.h"

#define HANDOVER_ABI                                                                               \
	4 /* the oldest XDPXE_ABI_VERSION whose leases, owners and lease_clock are laid out as now */

/**
 * handover__open() - open what can be taken over of @instance
 * @abi: the version of its maps @old: out: `leases`, `owners` and `lease_clock`, or none of them where their layout is
 * another one; -1 for every other map. pins__close() closes them
 */
void handover__open(const struct instance *instance, uint32_t abi, struct maps *old);

/**
 * handover__take() - put the leases of @old that @maps do not contradict into @maps, which may be in use
 * @plan: of @maps
 * What was taken is logged. The clock of leases is that of @maps afterwards. Return: 0, negative errno
 */
int handover__take(const struct maps *old, const struct maps *maps, const struct plan *plan);

#endif
