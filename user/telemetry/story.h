/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The lines of a boot, packed: time (8 bytes), step (1), length (1) and text of each, one behind the other. Of more than
 * there is room for, the first few stay, and the latest.
 */
#ifndef XDPXE_STORY_H
#define XDPXE_STORY_H

#include "machines.h"

#define STORY_BYTES 2048 /* of one boot, at most */
#define STORY_FIRST 8	 /* lines that always stay */
#define STORY_ROOM 256	 /* bytes that need no memory of their own */

/* Begin with {}. */
struct story {
	uint8_t *more; /* NULL: all is in first */
	uint16_t used, room;
	uint8_t count;
	uint8_t first[STORY_ROOM];
};

/** story__bytes() - the lines, packed; until the next is added */
static inline const uint8_t *story__bytes(const struct story *story)
{
	return story->more ? story->more : story->first;
}

/** story__add() - without memory the line is forgotten */
void story__add(struct story *story, int64_t time_ms, enum machine_step step, const char *detail);

/** story__lines() - unpack @used bytes; what makes no sense ends it. Return: how many lines */
size_t story__lines(const uint8_t *bytes, size_t used, struct machine_line lines[MACHINES_STEPS]);

void story__clear(struct story *story);

/** story__free() - also its memory */
void story__free(struct story *story);

#endif
