/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Having boots written. */
#ifndef XDPXE_HISTORY_FEED_H
#define XDPXE_HISTORY_FEED_H

#include "history.h"
#include "machines_feed.h"

/* A machine and the latest that is known of it. */
typedef void (*history_fn)(const struct machine_view *view, const struct machine_boot *boot,
			   void *context);

/** history__open() - @path: of the database, NULL for none. Nothing is opened yet. Return: NULL without memory */
struct history *history__open(const char *path);

/** history__move() - another database, NULL for none */
void history__move(struct history *history, const char *path);

/** history__latest() - call @fn for the latest boot of every machine, at most @most of them; what cannot be read is none */
void history__latest(struct history *history, size_t most, history_fn fn, void *context);

/** history__start() - begin to write what @machines has. Return: 0, negative errno */
int history__start(struct history *history, struct machines *machines);

/** history__close() - write what is left, and free. NULL is allowed */
void history__close(struct history *history);

#endif
