/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which daemon a command asks. */
#ifndef XDPXE_API_PLACE_H
#define XDPXE_API_PLACE_H

#include "rows.h"

#define API_PLACE_PATH 128

/* @name: of its first interface, or its path when that was given */
struct api_place {
	char name[API_PLACE_PATH];
	char path[API_PLACE_PATH]; /* of its socket */
};

/**
 * api_place__find() - the daemons of this network namespace
 * @ifname: the one that serves this interface; NULL: all
 * @socket: the one that listens there, and no other; NULL: its own place. No privileges are needed for that beyond those on the socket
 * @places: out: struct api_place, at least one on success; rows__free() after
 * Return: 0; negative errno, which is told
 */
int api_place__find(const char *ifname, const char *socket, struct rows *places);

/** api_place__one() - as api_place__find(), but several are an error, which lists them */
int api_place__one(const char *ifname, const char *socket, struct api_place *place);

/** api_place__tell_silence() - say that a daemon does not answer, why, and what works without it */
void api_place__tell_silence(const struct api_place *place, const char *why);

#endif
