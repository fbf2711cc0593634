/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* When the files are looked at again: a while after something changed below the TFTP root. */
#ifndef XDPXE_REFRESH_H
#define XDPXE_REFRESH_H

#include <systemd/sd-event.h>

#include "service.h"

struct refresh;

/**
 * refresh__start() - follow the root of @service, which has been read, in @loop
 * Return: NULL with a message logged: only a reload reads files then
 */
struct refresh *refresh__start(sd_event *loop, struct service *service);

/** refresh__follow() - @service has been reloaded: perhaps its root is another one */
void refresh__follow(struct refresh *refresh);

/** refresh__tick() - once a second: look where nothing tells of changes, and whether the root was replaced */
void refresh__tick(struct refresh *refresh);

/** refresh__stop() - NULL is allowed */
void refresh__stop(struct refresh *refresh);

#endif
