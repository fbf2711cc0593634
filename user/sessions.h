/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reading the soft state of transfers; see struct xdpxe_session_set. */
#ifndef XDPXE_SESSIONS_H
#define XDPXE_SESSIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "maps.h"
#include "xdpxe/abi.h"

/* A session, unpacked; see abi_tftp.h. */
struct transfer_session {
	struct xdpxe_session_key key;
	uint32_t acked;
	uint32_t
		sent_ms; /* CLOCK_MONOTONIC, cut to 32 bits; 0: nothing has been sent behind @acked */
};

/* A transfer as it stands in the maps, and how long ago things happened, in milliseconds. */
struct transfer {
	struct transfer_session session;
	struct xdpxe_story story;
	uint32_t age_ms;   /* since the first RRQ */
	uint32_t idle_ms;  /* since the client was last answered, or the transfer was over */
	uint32_t quiet_ms; /* since the blocks behind session.acked went out; 0 when none did */
};

/** A transfer. Return: 0 to go on; negative errno ends the reading. */
typedef int (*sessions_fn)(const struct transfer *transfer, void *context);

/** sessions__each() - call @fn for every transfer that is remembered. Return: 0, what @fn returned, negative errno */
int sessions__each(const struct maps *maps, sessions_fn fn, void *context);

/** sessions__count() - how many are remembered. Return: count, negative errno */
int sessions__count(const struct maps *maps);

/** sessions__has_mark() - does the map hold every transfer that is under way? */
bool sessions__has_mark(const struct maps *maps);

/** sessions__set_mark() - say so. Return: 0, negative errno */
int sessions__set_mark(const struct maps *maps);

#endif
