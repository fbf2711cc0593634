/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Server-sent events (WHATWG HTML, section 9.2), as far as the daemon's stream uses them: bytes in, messages out. */
#ifndef XDPXE_SSE_H
#define XDPXE_SSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SSE_NAME 32
#define SSE_LINE_MAX (1 << 20) /* bytes of a line; a longer one is skipped with its message */

typedef void (*sse_message_fn)(const char *event, const char *data, size_t len, void *context);

/**
 * struct sse - a parser; all zero at first
 * @line: what has come of a line. @data: of this message. @skip: this message had a line that is too long
 * @skipped: such messages
 */
struct sse {
	char *line, *data;
	size_t line_len, line_room, data_len;
	char event[SSE_NAME];
	bool has_data, overlong, skip;
	uint64_t skipped;
};

/**
 * sse__feed() - take the next bytes, in pieces of any size
 * @fn is called for each whole message that has data; its texts, which end in NUL, are valid during the call.
 * Return: 0; -ENOMEM
 */
int sse__feed(struct sse *sse, const char *bytes, size_t len, sse_message_fn fn, void *context);

void sse__free(struct sse *sse);

#endif
