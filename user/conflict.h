/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The conflict check: an address enters the queue of its network when nobody has answered for it (RFC 2131 section 2.2,
 * by the ARP probe of RFC 5227). This happens ahead of need, so that the program in the kernel never waits. An address
 * that somebody uses without a lease, found by a probe or heard by chance, is set aside.
 *
 * A network whose segment ARP does not reach, or for which no packet socket can be had, gets its addresses unprobed.
 */
#ifndef XDPXE_CONFLICT_H
#define XDPXE_CONFLICT_H

#include "engine.h"
#include "plan.h"

struct conflict;

/** conflict__new() - for the interfaces of @plan. Return: NULL without memory */
struct conflict *conflict__new(const struct engine *engine, const struct plan *plan);

void conflict__free(struct conflict *conflict);

/**
 * conflict__plan() - @plan is in force, or about to be; nothing is a candidate yet
 * It is borrowed until the next call. Return: 0, negative errno
 */
int conflict__plan(struct conflict *conflict, const struct plan *plan);

/**
 * conflict__ask_early() - probe the first addresses before there are maps, so that they are ready when the program is
 * Only for a start that adopts nothing: without maps nobody can tell which addresses have owners.
 */
void conflict__ask_early(struct conflict *conflict);

/**
 * conflict__inherit() - take over what is free and was probed, and make candidates of the other free addresses
 * @old_half: that was in force before, -1 for none
 */
void conflict__inherit(struct conflict *conflict, int old_half);

/** conflict__want() - an address (network byte order) of network @index has no owner any more: a candidate */
void conflict__want(struct conflict *conflict, size_t index, uint32_t addr);

/** conflict__want_free() - every address of the pool of network @index that has no owner is a candidate */
void conflict__want_free(struct conflict *conflict, size_t index);

/** conflict__has_free() - the queue of network @index is not empty */
bool conflict__has_free(struct conflict *conflict, size_t index);

/** conflict__hurry() - a machine waits. Return: false when no address of network @index is being probed */
bool conflict__hurry(struct conflict *conflict, size_t index);

/** conflict__run() - hear, give to the queues what nobody has, ask on */
void conflict__run(struct conflict *conflict);

/** conflict__wake() - when it is to run again, CLOCK_MONOTONIC; UINT64_MAX: when something is heard or wanted */
uint64_t conflict__wake(const struct conflict *conflict);

/** conflict__fd() - what is to be listened to on the @index-th interface. Return: -1 for nothing */
int conflict__fd(const struct conflict *conflict, size_t index);

#endif
