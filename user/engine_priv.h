/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What engine.c and engine_attach.c share. */
#ifndef XDPXE_ENGINE_PRIV_H
#define XDPXE_ENGINE_PRIV_H

#include "engine.h"

/**
 * engine__link_is_alive() - is @link attached to @ifindex? An interface that was deleted leaves a link to nothing.
 * @prog_id: out, when not NULL
 */
bool engine__link_is_alive(int link, unsigned int ifindex, uint32_t *prog_id);

/**
 * engine__replaces() - is what is pinned for engine->instance of another version, so that it is not to be adopted?
 * Then it is told, and what can be taken over of it is open in engine->old. False for what is unfinished.
 */
bool engine__replaces(struct engine *engine);
/** engine__unlink() - detach every program at once, whoever holds its link */
void engine__unlink(struct engine *engine);

/** engine__is_native() - is the XDP program of @ifindex in its driver? */
bool engine__is_native(unsigned int ifindex);

#endif
