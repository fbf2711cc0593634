// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "story.h"

#include <stdlib.h>
#include <string.h>

#define HEAD 10 /* bytes before the text */

static size_t line_len(const uint8_t *line)
{
	return HEAD + line[HEAD - 1];
}

/* Make room for a line: the oldest behind the first few go. */
static void drop_middle(struct story *story, size_t more)
{
	while (story->count > STORY_FIRST &&
	       (story->count >= MACHINES_STEPS || story->used + more > STORY_BYTES)) {
		uint8_t *bytes = story->more ? story->more : story->first, *line = bytes;
		size_t len;

		for (int i = 0; i < STORY_FIRST; i++)
			line += line_len(line);
		len = line_len(line);
		memmove(line, line + len, bytes + story->used - line - len);
		story->used -= len;
		story->count--;
	}
}

static bool grow(struct story *story, size_t need)
{
	size_t had = story->more ? story->room : STORY_ROOM, room = had;
	uint8_t *more;

	while (room < need)
		room *= 2;
	if (room == had)
		return true;
	more = realloc(story->more, room);
	if (!more)
		return false;
	if (!story->more)
		memcpy(more, story->first, story->used);
	story->more = more;
	story->room = room;
	return true;
}

void story__add(struct story *story, int64_t time_ms, enum machine_step step, const char *detail)
{
	size_t len = strnlen(detail, MACHINES_TEXT - 1);
	uint8_t *line;

	_Static_assert((STORY_FIRST + 1) * (HEAD + MACHINES_TEXT) < STORY_BYTES,
		       "the first few always leave room for one more");
	drop_middle(story, HEAD + len);
	if (!grow(story, story->used + HEAD + len))
		return;
	line = (story->more ? story->more : story->first) + story->used;
	memcpy(line, &time_ms, sizeof(time_ms));
	line[8] = step;
	line[9] = len;
	memcpy(line + HEAD, detail, len);
	story->used += HEAD + len;
	story->count++;
}

size_t story__lines(const uint8_t *bytes, size_t used, struct machine_line lines[MACHINES_STEPS])
{
	size_t count = 0;

	while (count < MACHINES_STEPS && used >= HEAD && line_len(bytes) <= used) {
		struct machine_line *line = &lines[count];
		size_t len = bytes[HEAD - 1];

		if (bytes[8] >= STEPS || len >= MACHINES_TEXT)
			break;
		memset(line, 0, sizeof(*line));
		memcpy(&line->time_ms, bytes, sizeof(line->time_ms));
		line->step = bytes[8];
		memcpy(line->detail, bytes + HEAD, len);
		used -= HEAD + len;
		bytes += HEAD + len;
		count++;
	}
	return count;
}

void story__clear(struct story *story)
{
	story->used = 0;
	story->count = 0;
}

void story__free(struct story *story)
{
	story__clear(story);
	free(story->more);
	story->more = NULL;
}
