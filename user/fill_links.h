/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A plan -> the maps that tell which network a frame is for: `vlans`, `subnets`. See fill.h for the halves. */
#ifndef XDPXE_FILL_LINKS_H
#define XDPXE_FILL_LINKS_H

#include "engine.h"
#include "plan.h"

/** fill_links__apply() - write `vlans` and `subnets` of a half (0 or 1). Return: 0, negative errno */
int fill_links__apply(const struct engine *engine, const struct plan *plan, int half);

/** fill_links__clear_rest() - zero the networks of a half that the plan has no more. Return: 0, negative errno */
int fill_links__clear_rest(const struct maps *maps, const struct plan *plan, int half);

#endif
