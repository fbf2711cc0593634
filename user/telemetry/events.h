/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reading what the kernel program tells: struct xdpxe_event_head. No system call is made for it. */
#ifndef XDPXE_EVENTS_H
#define XDPXE_EVENTS_H

#include <stdbool.h>

#include "maps.h"
#include "xdpxe/abi.h"

struct events;

/* @name: that follows the event, NULL for none. */
typedef void (*events_fn)(const struct xdpxe_event *event, const struct xdpxe_name *name,
			  void *context);

/** events__open() - Return: NULL with errno */
struct events *events__open(const struct maps *maps);
void events__close(struct events *events);

/**
 * events__take() - call @fn, in order, for those that had come when this was called before, at most @most
 * Return: whether there are more of them
 */
bool events__take(struct events *events, unsigned int most, events_fn fn, void *context);

#endif
