/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The daemon: an event loop around engine, images and resolver. */
#ifndef XDPXE_DAEMON_H
#define XDPXE_DAEMON_H

#include <stdbool.h>

/**
 * daemon__run() - load, fill, attach, serve until told to stop
 * @path:    configuration
 * @persist: leave the fast path serving at the end
 * Return: EXIT_*
 */
int daemon__run(const char *path, bool persist);

#endif
