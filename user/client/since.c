// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "client/since.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "parse.h"

#define MS_PER_S 1000
#define S_PER_MIN 60
#define MIN_PER_H 60

/* @format over all of @text; @tm must have what it does not name. */
static bool matches(const char *text, const char *format, struct tm *tm)
{
	struct tm read = *tm;
	const char *end = strptime(text, format, &read);

	if (!end || *end)
		return false;
	*tm = read;
	return true;
}

static bool clock_time(const char *text, int64_t now_s, int64_t *out_s)
{
	time_t now = now_s;
	struct tm day = {};

	localtime_r(&now, &day);
	day.tm_sec = 0;
	if (!matches(text, "%H:%M:%S", &day) && !matches(text, "%H:%M", &day))
		return false;
	day.tm_isdst = -1;
	*out_s = mktime(&day);
	if (*out_s > now_s) {
		day.tm_mday--;
		day.tm_isdst = -1;
		*out_s = mktime(&day);
	}
	return true;
}

/* "Z" or "+01:00" at the end of @text is cut off. Return: false: there is none */
static bool cut_zone(char *text, int *east_s)
{
	size_t len = strlen(text);
	struct tm zone = {};
	char *sign = len > 6 ? text + len - 6 : NULL;

	*east_s = 0;
	if (len && text[len - 1] == 'Z') {
		text[len - 1] = '\0';
		return true;
	}
	if (!sign || (*sign != '+' && *sign != '-') || !matches(sign + 1, "%H:%M", &zone))
		return false;
	*east_s = (zone.tm_hour * MIN_PER_H + zone.tm_min) * S_PER_MIN * (*sign == '-' ? -1 : 1);
	*sign = '\0';
	return true;
}

static bool date_time(const char *given, int64_t *out_s)
{
	static const char *const formats[] = {
		"%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S",
		"%Y-%m-%d %H:%M",    "%Y-%m-%d",
	};
	struct tm tm = { .tm_isdst = -1 };
	char text[32];
	int east_s;
	bool zone;

	if (strlen(given) >= sizeof(text))
		return false;
	snprintf(text, sizeof(text), "%s", given);
	zone = cut_zone(text, &east_s);
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (!matches(text, formats[i], &tm))
			continue;
		*out_s = zone ? timegm(&tm) - east_s : mktime(&tm);
		return true;
	}
	return false;
}

bool since__parse(const char *text, int64_t now_ms, int64_t *out)
{
	int64_t now_s = now_ms / MS_PER_S, then_s;
	uint32_t ago_s;

	if (parse__seconds(text, &ago_s)) {
		*out = now_ms - (int64_t)ago_s * MS_PER_S;
		return *out >= 0;
	}
	if (!clock_time(text, now_s, &then_s) && !date_time(text, &then_s))
		return false;
	*out = then_s * MS_PER_S;
	return then_s >= 0 && then_s <= now_s;
}
