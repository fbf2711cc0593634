/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The latest boots of each machine, in the database of leases: HISTORY_BOOTS of a machine, HISTORY_MAX in all; the oldest
 * go first. A thread of its own writes what the table of machines has for it, about once a second, in short transactions
 * by a connection of its own. What cannot be written is told once, dropped and counted; nothing else waits for it.
 */
#ifndef XDPXE_HISTORY_H
#define XDPXE_HISTORY_H

#include "machines.h"

#define HISTORY_BOOTS 8
#define HISTORY_MAX 100000

struct history;

/**
 * history__read() - the boots of a machine that are over, the latest first; any thread may
 * @history: NULL is allowed. Return: how many were copied to @out
 */
size_t history__read(struct history *history, const struct xdpxe_client *client,
		     struct machine_boot *out, size_t most);

#endif
