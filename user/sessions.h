/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reading the soft state of transfers; see struct xdpxe_session_set. */
#ifndef XDPXE_SESSIONS_H
#define XDPXE_SESSIONS_H

#include <stdbool.h>

#include "xdpxe/abi.h"

/** A transfer. Return: 0 to go on; negative errno ends the reading. */
typedef int (*sessions_fn)(const struct xdpxe_session *session, void *context);

/** sessions__each() - call @fn for every transfer that is remembered. Return: 0, what @fn returned, negative errno */
int sessions__each(int map, sessions_fn fn, void *context);

/** sessions__count() - how many are remembered. Return: count, negative errno */
int sessions__count(int map);

/** sessions__has_mark() - does the map hold every transfer that is under way? */
bool sessions__has_mark(int map);

/** sessions__set_mark() - say so. Return: 0, negative errno */
int sessions__set_mark(int map);

#endif
