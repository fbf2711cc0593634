// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPLACEMENT "\\ufffd"

/* Room for @more bytes and a NUL. */
static bool make_room(struct text *text, size_t more)
{
	size_t room = text->room ? text->room : 512;
	char *bytes;

	if (text->failed)
		return false;
	while (room <= text->len + more)
		room *= 2;
	if (room == text->room)
		return true;
	bytes = realloc(text->bytes, room);
	if (!bytes) {
		text->failed = true;
		return false;
	}
	text->bytes = bytes;
	text->room = room;
	return true;
}

void text__bytes(struct text *text, const char *bytes, size_t len)
{
	if (!make_room(text, len))
		return;
	memcpy(text->bytes + text->len, bytes, len);
	text->len += len;
	text->bytes[text->len] = '\0';
}

void text__add(struct text *text, const char *format, ...)
{
	va_list args, again;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	if (len >= 0 && make_room(text, (size_t)len)) {
		vsnprintf(text->bytes + text->len, (size_t)len + 1, format, again);
		text->len += (size_t)len;
	}
	va_end(again);
	va_end(args);
}

/* RFC 3629 section 4. Return: bytes of the sequence that @at begins with, 0 for none */
static size_t utf8_sequence(const unsigned char *at)
{
	size_t more = at[0] >= 0xf0 ? 3 : at[0] >= 0xe0 ? 2 : 1;
	unsigned char low = 0x80, high = 0xbf;

	if (at[0] < 0x80)
		return 1;
	if (at[0] < 0xc2 || at[0] > 0xf4)
		return 0;
	if (at[0] == 0xe0)
		low = 0xa0; /* else it would be longer than need be, */
	else if (at[0] == 0xed)
		high = 0x9f; /* half a surrogate, */
	else if (at[0] == 0xf0)
		low = 0x90;
	else if (at[0] == 0xf4)
		high = 0x8f; /* or beyond U+10FFFF */
	if (at[1] < low || at[1] > high)
		return 0;
	for (size_t i = 2; i <= more; i++)
		if (at[i] < 0x80 || at[i] > 0xbf)
			return 0;
	return more + 1;
}

/* Return: bytes of @at that were taken */
static size_t add_character(struct text *text, const unsigned char *at)
{
	size_t len = utf8_sequence(at);

	if (len == 0) {
		text__bytes(text, REPLACEMENT, strlen(REPLACEMENT));
		return 1;
	}
	if (*at == '"' || *at == '\\')
		text__bytes(text, "\\", 1);
	if (*at < 0x20 || *at == 0x7f)
		text__add(text, "\\u%04x", *at);
	else
		text__bytes(text, (const char *)at, len);
	return len;
}

void text__json(struct text *text, const char *string)
{
	const unsigned char *at = (const unsigned char *)string;

	if (!string || !*string) {
		text__bytes(text, "null", 4);
		return;
	}
	text__bytes(text, "\"", 1);
	while (*at)
		at += add_character(text, at);
	text__bytes(text, "\"", 1);
}

void text__json_field(struct text *text, const char *key, const char *string)
{
	text__add(text, "\"%s\": ", key);
	text__json(text, string);
	text__bytes(text, ", ", 2);
}

void text__json_number(struct text *text, const char *key, uint64_t number, bool known)
{
	if (known)
		text__add(text, "\"%s\": %llu, ", key, (unsigned long long)number);
	else
		text__add(text, "\"%s\": null, ", key);
}

void text__cut(struct text *text, size_t count)
{
	if (text->failed || text->len < count)
		return;
	text->len -= count;
	text->bytes[text->len] = '\0';
}

void text__clear(struct text *text)
{
	text->len = 0;
	text->failed = false;
}

void text__free(struct text *text)
{
	free(text->bytes);
	*text = (struct text){ 0 };
}
