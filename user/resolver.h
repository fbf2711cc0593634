/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Misses: complete the maps, then run the same frame through the same program again. */
#ifndef XDPXE_RESOLVER_H
#define XDPXE_RESOLVER_H

#include "conflict.h"
#include "engine.h"
#include "plan.h"

struct resolver;

/**
 * resolver__new() - read misses of @engine
 * @plan: points to the plan in force, which reload replaces
 * @conflict: probes addresses; a miss waits for them when the pool is empty meanwhile
 */
struct resolver *resolver__new(struct engine *engine, struct plan **plan,
			       struct conflict *conflict);

/** resolver__fd() - readable when there is a miss */
int resolver__fd(const struct resolver *resolver);

/** resolver__run() - resolve what is waiting. Return: how many, negative errno */
int resolver__run(struct resolver *resolver);

/** resolver__serve_waiting() - resolve what waited for addresses, as far as there are any now */
void resolver__serve_waiting(struct resolver *resolver);

/** resolver__has_waiting() - does anything wait for addresses? */
bool resolver__has_waiting(const struct resolver *resolver);

void resolver__free(struct resolver *resolver);

#endif
