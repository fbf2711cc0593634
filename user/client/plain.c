// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "client/plain.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "table.h"

#define MS_PER_S 1000
#define NS_PER_MS 1000000

static const struct {
	uint32_t first, last;
} hidden[] = {
	{ 0x00, 0x1f },	    { 0x7f, 0x9f },	{ 0xad, 0xad },	      { 0x61c, 0x61c },
	{ 0x180e, 0x180e }, { 0x200b, 0x200f }, { 0x2028, 0x202e },   { 0x2060, 0x206f },
	{ 0xfeff, 0xfeff }, { 0xfff9, 0xfffb }, { 0xe0000, 0xe0fff },
};

static bool is_hidden(uint32_t point)
{
	for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
		if (point >= hidden[i].first && point <= hidden[i].last)
			return true;
	return false;
}

/* RFC 3629: bytes of the character that begins @text, 0 when it is none. */
static size_t decode(const unsigned char *text, uint32_t *point)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = text[0] < 0x80		? 1
		     : (text[0] & 0xe0) == 0xc0 ? 2
		     : (text[0] & 0xf0) == 0xe0 ? 3
		     : (text[0] & 0xf8) == 0xf0 ? 4
						: 0;

	*point = len == 1 ? text[0] : text[0] & (0x7f >> len);
	for (size_t i = 1; i < len; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		*point = *point << 6 | (text[i] & 0x3f);
	}
	if (len &&
	    (*point < least[len] || *point > 0x10ffff || (*point >= 0xd800 && *point <= 0xdfff)))
		return 0;
	return len;
}

char *plain__clean(char *to, size_t size, const char *from)
{
	const unsigned char *at = (const unsigned char *)from;
	size_t used = 0;

	while (*at) {
		uint32_t point;
		size_t len = decode(at, &point);
		bool hide = !len || is_hidden(point);
		size_t room = hide ? 1 : len;

		if (used + room >= size)
			break;
		if (hide)
			to[used] = '?';
		else
			memcpy(to + used, at, len);
		used += room;
		at += len ? len : 1;
	}
	if (size)
		to[used] = '\0';
	return to;
}

const char *plain__thousands(char text[PLAIN_NUMBER], uint64_t number)
{
	char digits[PLAIN_NUMBER];
	size_t len = (size_t)snprintf(digits, sizeof(digits), "%" PRIu64, number), used = 0;

	for (size_t i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			text[used++] = ',';
		text[used++] = digits[i];
	}
	text[used] = '\0';
	return text;
}

static struct tm local_of(int64_t time_ms)
{
	time_t seconds = time_ms / MS_PER_S;
	struct tm local = {};

	localtime_r(&seconds, &local);
	return local;
}

const char *plain__time(char text[PLAIN_TIME], int64_t time_ms, int64_t now_ms)
{
	struct tm then = local_of(time_ms), now = local_of(now_ms);
	bool today = then.tm_yday == now.tm_yday && then.tm_year == now.tm_year;
	size_t used = strftime(text, PLAIN_TIME, today ? "%H:%M:%S" : "%Y-%m-%d %H:%M:%S", &then);

	snprintf(text + used, PLAIN_TIME - used, ".%03d", (int)(time_ms % MS_PER_S));
	return text;
}

const char *plain__date(char text[PLAIN_TIME], int64_t time_ms)
{
	struct tm then = local_of(time_ms);

	if (!strftime(text, PLAIN_TIME, "%Y-%m-%d %H:%M:%S", &then))
		text[0] = '\0';
	return text;
}

const char *plain__gap(char text[PLAIN_TIME], int64_t ms)
{
	char words[TABLE_TEXT];

	if (ms < 0)
		ms = 0;
	if (ms < 10 * MS_PER_S)
		snprintf(text, PLAIN_TIME, "%d.%03ds", (int)(ms / MS_PER_S), (int)(ms % MS_PER_S));
	else if (ms < 60 * MS_PER_S)
		snprintf(text, PLAIN_TIME, "%d.%ds", (int)(ms / MS_PER_S),
			 (int)(ms % MS_PER_S / 100));
	else
		snprintf(text, PLAIN_TIME, "%.24s",
			 table__duration(words, (uint64_t)ms / MS_PER_S));
	return text;
}

int64_t plain__now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * MS_PER_S + now.tv_nsec / NS_PER_MS;
}
