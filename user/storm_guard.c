// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "storm_guard.h"

#include <string.h>

#define LINE_MAX_BYTES 512
#define WORDS_MAX 12

/* The words of a line, in place. Return: how many */
static size_t words_of(char *line, char *words[WORDS_MAX])
{
	size_t count = 0;
	char *rest = line;

	while (count < WORDS_MAX && (words[count] = strtok_r(rest, " \t\n", &rest)))
		count++;
	return count;
}

/* Iface Destination Gateway Flags RefCnt Use Metric Mask ...: all zero is the default. */
bool storm_guard__in_ipv4(FILE *table, const char *interface)
{
	char line[LINE_MAX_BYTES], *words[WORDS_MAX];

	while (fgets(line, sizeof(line), table))
		if (words_of(line, words) >= 8 && strcmp(words[0], interface) == 0 &&
		    strcmp(words[1], "00000000") == 0 && strcmp(words[7], "00000000") == 0)
			return true;
	return false;
}

/* Destination, its prefix, source, its prefix, next hop, metric, ..., interface last. The loopback has one that rejects. */
bool storm_guard__in_ipv6(FILE *table, const char *interface)
{
	char line[LINE_MAX_BYTES], *words[WORDS_MAX];

	while (fgets(line, sizeof(line), table)) {
		size_t count = words_of(line, words);

		if (count >= 10 && strspn(words[0], "0") == 32 && strcmp(words[1], "00") == 0 &&
		    strcmp(words[count - 1], interface) == 0)
			return true;
	}
	return false;
}

static bool in_table(const char *path, const char *interface,
		     bool (*look)(FILE *table, const char *interface))
{
	FILE *table = fopen(path, "re");
	bool found;

	if (!table)
		return false;
	found = look(table, interface);
	fclose(table);
	return found;
}

bool storm_guard__default_route(const char *interface)
{
	return in_table("/proc/self/net/route", interface, storm_guard__in_ipv4) ||
	       in_table("/proc/self/net/ipv6_route", interface, storm_guard__in_ipv6);
}
