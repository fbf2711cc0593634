/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The files that machines are to get, and for which architecture. */
#ifndef XDPXE_STORM_EXPECT_H
#define XDPXE_STORM_EXPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "storm_dhcp.h"

#define STORM_ANY_ARCH 0xffffu

/**
 * struct storm_expected - one --expect
 * @arch: code of option 93 of the machines that are to get it, STORM_ANY_ARCH for any
 * @built_for: the code that the file's PE header names, STORM_ANY_ARCH where it has none
 * @name: as the server is to name it, without leading '/'
 * @data: @size bytes
 */
struct storm_expected {
	uint16_t arch, built_for;
	char name[STORM_NAME_MAX + 1];
	char *path;
	const uint8_t *data;
	uint64_t size;
};

/** struct storm_expects - all of them; at most STORM_FILES_MAX */
struct storm_expects {
	struct storm_expected list[16];
	size_t count;
};

/**
 * storm_expect__parse() - "[ARCH:][NAME=]FILE"; without NAME it is FILE's last part
 * Return: NULL; or what is wrong with it. The file is not opened yet.
 */
const char *storm_expect__parse(const char *text, struct storm_expected *out);

/** storm_expect__open() - map the file. Return: 0, negative errno */
int storm_expect__open(struct storm_expected *expected);

void storm_expect__close(struct storm_expects *expects);

/**
 * storm_expect__find() - the file that a server names to a machine of @arch
 * Return: its number; -1 when it is not expected at all, -2 when not for this architecture
 */
int storm_expect__find(const struct storm_expects *expects, const char *name, uint16_t arch);

#endif
