/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Misses: complete the maps, then run the same frame through the same program again. */
#ifndef XDPXE_RESOLVER_H
#define XDPXE_RESOLVER_H

#include "conflict.h"
#include "engine.h"
#include "plan.h"

struct resolver;
struct histograms;

/**
 * resolver__new() - read misses of @engine
 * @plan: points to the plan in force, which reload replaces
 * @conflict: probes addresses; a miss waits for them when the pool is empty meanwhile
 */
struct resolver *resolver__new(struct engine *engine, struct plan **plan,
			       struct conflict *conflict);

/** resolver__measure() - count how long misses take. @histograms: NULL for not at all */
void resolver__measure(struct resolver *resolver, struct histograms *histograms);

/** resolver__fd() - readable when there is a miss */
int resolver__fd(const struct resolver *resolver);

/** resolver__run() - resolve what is waiting. Return: how many, negative errno */
int resolver__run(struct resolver *resolver);

/** resolver__serve_waiting() - resolve what waited for addresses, as far as there are any now */
void resolver__serve_waiting(struct resolver *resolver);

/** resolver__has_waiting() - does anything wait for addresses? */
bool resolver__has_waiting(const struct resolver *resolver);
/** resolver__next_due() - when the next reply that waits is due, CLOCK_MONOTONIC in nanoseconds; UINT64_MAX for none */
uint64_t resolver__next_due(const struct resolver *resolver);

/** resolver__run_due() - send replies that are due by @until_ns; not more than a loop may take at once */
void resolver__run_due(struct resolver *resolver, uint64_t until_ns);

/** resolver__show_life() - several times a second: without it the program lets no reply wait */
void resolver__show_life(const struct resolver *resolver);

/** resolver__end() - nobody is there to send replies later: those that wait go out now, and no other waits */
void resolver__end(struct resolver *resolver);

void resolver__free(struct resolver *resolver);

#endif
