/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Feeding the ring of happenings. */
#ifndef XDPXE_HAPPENINGS_FEED_H
#define XDPXE_HAPPENINGS_FEED_H

#include "happenings.h"

/** happenings__new() - all of its memory is taken now. Return: NULL without it */
struct happenings *happenings__new(void);
void happenings__free(struct happenings *happenings);

/** happenings__bytes() - that it takes */
size_t happenings__bytes(void);

/** happenings__add() - @happening: its number and dropped are set here. Return: false where it is only counted */
bool happenings__add(struct happenings *happenings, const struct happening *happening);

#endif
