/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The file that was perhaps meant by a name that does not exist. */
#ifndef XDPXE_NEAREST_H
#define XDPXE_NEAREST_H

#include <stdint.h>

#include "xdpxe/abi.h"

#define NEAREST_FAR 1000 /* not near at all */

/**
 * nearest__distance() - how far @name is from @asked
 * Return: 0 the same but for case, 1 the same in another folder, 2 the same but for case there, else by how many
 * letters they differ (more than 2), NEAREST_FAR when that is more than a third of them
 */
unsigned int nearest__distance(const char *asked, const char *name);

struct nearest;

/** nearest__new() - @files: descriptor of the map. Return: NULL without memory */
struct nearest *nearest__new(int files);
void nearest__free(struct nearest *nearest);

/**
 * nearest__find() - the nearest name there is, "" for none
 * Names are read anew every few seconds at most, and answers are remembered for as long.
 */
void nearest__find(struct nearest *nearest, const char *asked, int64_t now_ms,
		   char out[XDPXE_NAME_MAX]);

#endif
