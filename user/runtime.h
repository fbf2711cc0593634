/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a running daemon keeps under /run/xdpxe: a lock for each interface, and a control socket. */
#ifndef XDPXE_RUNTIME_H
#define XDPXE_RUNTIME_H

#include <stddef.h>
#include <sys/types.h>

#define RUNTIME_REPLY 1024

/**
 * runtime__lock() - claim an interface of this network namespace for this process
 * Return: descriptor, to be kept open; -EBUSY when another daemon has it (@holder: its pid); other negative errno
 */
int runtime__lock(const char *ifname, pid_t *holder);

/** runtime__holder() - pid of the daemon that has @ifname, 0 for none */
pid_t runtime__holder(const char *ifname);

/** runtime__listen() - the control socket of the daemon whose first interface is @first. Return: descriptor */
int runtime__listen(const char *first);

/** runtime__http_path() - where the daemon whose first interface is @first answers HTTP. @size: at most 108 are needed */
void runtime__http_path(const char *first, char *path, size_t size);

/** runtime__forget() - remove lock and sockets of an interface */
void runtime__forget(const char *ifname);

/**
 * runtime__ask() - send @command to the daemon whose first interface is @first
 * @reply: its answer: "ok" or "ok TEXT", or the text of an error
 * Return: 0; negative errno when no daemon answers
 */
int runtime__ask(const char *first, const char *command, char reply[RUNTIME_REPLY]);

#endif
