/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The conflict check in the daemon's loop: it runs when ARP is heard, and when something is due. */
#ifndef XDPXE_CONFLICT_LOOP_H
#define XDPXE_CONFLICT_LOOP_H

#include <systemd/sd-event.h>

#include "service.h"

/** conflict_loop__start() - until @loop ends, for a @service that has been started. Return: 0, negative errno */
int conflict_loop__start(sd_event *loop, struct service *service);

#endif
