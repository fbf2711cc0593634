/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is lost on the way to clients, as the program measures it: see struct xdpxe_loss. */
#ifndef XDPXE_USER_LOSS_H
#define XDPXE_USER_LOSS_H

#include <stdbool.h>
#include <stdint.h>

#include "engine.h"

/** loss__is_seen() - are frames of the interface with this number being lost? */
bool loss__is_seen(const struct maps *maps, uint32_t port);

/**
 * loss__tell() - say in the log where frames have begun to be lost, or are no longer
 * @told: a bit for each port number: what was said last
 */
void loss__tell(const struct engine *engine, uint32_t *told);

#endif
