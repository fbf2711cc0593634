/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Threads that nobody waits for. */
#ifndef XDPXE_BACKGROUND_H
#define XDPXE_BACKGROUND_H

/** background__enter() - this thread is @name, and runs when nobody else of the daemon wants to */
void background__enter(const char *name);

#endif
