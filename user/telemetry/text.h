/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Growing text, and the parts of JSON that are written piece by piece. */
#ifndef XDPXE_TEXT_H
#define XDPXE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Begins all zero. @failed: there was no memory; what is there is not whole */
struct text {
	char *bytes;
	size_t len, room;
	bool failed;
};

void text__add(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** text__bytes() - @len bytes as they are */
void text__bytes(struct text *text, const char *bytes, size_t len);

/** text__json() - a string in quotes. Bytes that are no UTF-8 become U+FFFD; NULL and "" become null */
void text__json(struct text *text, const char *string);

/** text__json_field() - `"KEY": "STRING", ` */
void text__json_field(struct text *text, const char *key, const char *string);

/** text__json_number() - `"KEY": N, `, null where not @known */
void text__json_number(struct text *text, const char *key, uint64_t number, bool known);

/** text__cut() - take the last @count bytes away: a comma too many */
void text__cut(struct text *text, size_t count);

/** text__clear() - nothing is in it, its memory stays */
void text__clear(struct text *text);

void text__free(struct text *text);

#endif
