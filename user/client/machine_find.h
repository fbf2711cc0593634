/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A machine by what its operator knows of it: MAC, address or name. */
#ifndef XDPXE_MACHINE_FIND_H
#define XDPXE_MACHINE_FIND_H

#include "client/api_client.h"

/**
 * machine_find__get() - one machine with its history, as in doc/api.md
 * @name:   MAC in a usual spelling, IPv4 address, or a host's name, which is looked up
 * @answer: its json is to be released
 * Return: 0; -ENOENT: the daemon knows none; -EINVAL: @name is none of these, and is no name of a host;
 * what api_client__get() returns
 */
int machine_find__get(struct api_client *client, const char *name, struct api_answer *answer);

#endif
