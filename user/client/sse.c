// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "client/sse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 4096

void sse__free(struct sse *sse)
{
	free(sse->line);
	free(sse->data);
	memset(sse, 0, sizeof(*sse));
}

static int add_bytes(struct sse *sse, const char *bytes, size_t len)
{
	size_t room = sse->line_room ? sse->line_room : FIRST_ROOM;
	char *grown;

	if (sse->overlong || sse->line_len + len > SSE_LINE_MAX) {
		sse->overlong = true;
		return 0;
	}
	while (room < sse->line_len + len + 1)
		room *= 2;
	if (room != sse->line_room) {
		grown = realloc(sse->line, room);
		if (!grown)
			return -ENOMEM;
		sse->line = grown;
		sse->line_room = room;
	}
	memcpy(sse->line + sse->line_len, bytes, len);
	sse->line_len += len;
	sse->line[sse->line_len] = '\0';
	return 0;
}

static void end_message(struct sse *sse, sse_message_fn fn, void *context)
{
	if (sse->skip)
		sse->skipped++;
	else if (sse->has_data)
		fn(sse->event[0] ? sse->event : "message", sse->data, sse->data_len, context);
	sse->event[0] = '\0';
	sse->has_data = sse->skip = false;
}

/* The daemon sends one line of data a message; of several the last counts. */
static int take_field(struct sse *sse)
{
	const char *value;
	char *copy;

	if (strncmp(sse->line, "event:", 6) == 0) {
		value = sse->line + 6 + (sse->line[6] == ' ');
		if (strlen(value) >= SSE_NAME)
			sse->skip = true;
		else
			memcpy(sse->event, value, strlen(value) + 1);
		return 0;
	}
	if (strncmp(sse->line, "data:", 5) != 0)
		return 0; /* a comment, `id`, `retry`, or what a later version has */
	value = sse->line + 5 + (sse->line[5] == ' ');
	copy = strdup(value);
	if (!copy)
		return -ENOMEM;
	free(sse->data);
	sse->data = copy;
	sse->data_len = strlen(copy);
	sse->has_data = true;
	return 0;
}

static int end_line(struct sse *sse, sse_message_fn fn, void *context)
{
	int err = 0;

	if (sse->line_len && sse->line[sse->line_len - 1] == '\r')
		sse->line[--sse->line_len] = '\0';
	if (sse->overlong)
		sse->skip = true;
	else if (!sse->line_len)
		end_message(sse, fn, context);
	else
		err = take_field(sse);
	sse->line_len = 0;
	sse->overlong = false;
	return err;
}

int sse__feed(struct sse *sse, const char *bytes, size_t len, sse_message_fn fn, void *context)
{
	while (len) {
		const char *end = memchr(bytes, '\n', len);
		size_t part = end ? (size_t)(end - bytes) : len;
		int err = add_bytes(sse, bytes, part);

		if (!err && end)
			err = end_line(sse, fn, context);
		if (err)
			return err;
		bytes += part + (end ? 1 : 0);
		len -= part + (end ? 1 : 0);
	}
	return 0;
}
