// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "nearest.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "mapread.h"
#include "rows.h"

#define FRESH_MS 5000
#define ANSWERS 64

/* A question that was answered before: clients ask for the same name again and again. */
struct answer {
	int64_t time_ms;
	char asked[XDPXE_NAME_MAX], name[XDPXE_NAME_MAX];
};

struct nearest {
	int files;
	struct rows names; /* struct xdpxe_name */
	int64_t read_ms;
	struct answer answers[ANSWERS];
};

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static char lower(char letter)
{
	return letter >= 'A' && letter <= 'Z' ? (char)(letter - 'A' + 'a') : letter;
}

/* Letters to put in, take out or change (Levenshtein), case not heeded; given up beyond @most. */
static unsigned int edits(const char *a, const char *b, unsigned int most)
{
	unsigned int row[XDPXE_NAME_MAX + 1], len = (unsigned int)strlen(b);

	for (unsigned int j = 0; j <= len; j++)
		row[j] = j;
	for (unsigned int i = 1; a[i - 1]; i++) {
		unsigned int before = row[0], best = row[0] = i;

		for (unsigned int j = 1; j <= len; j++) {
			unsigned int change = before + (lower(a[i - 1]) != lower(b[j - 1]));

			before = row[j];
			row[j] = row[j] + 1 < change ? row[j] + 1 : change;
			row[j] = row[j - 1] + 1 < row[j] ? row[j - 1] + 1 : row[j];
			best = row[j] < best ? row[j] : best;
		}
		if (best > most)
			return NEAREST_FAR;
	}
	return row[len];
}

unsigned int nearest__distance(const char *asked, const char *name)
{
	size_t len = strlen(asked), other = strlen(name);
	size_t apart = len > other ? len - other : other - len;
	unsigned int most, found;

	if (strcasecmp(asked, name) == 0)
		return 0;
	if (strcmp(base_of(asked), base_of(name)) == 0)
		return 1;
	if (strcasecmp(base_of(asked), base_of(name)) == 0)
		return 2;
	most = (unsigned int)len / 3;
	if (apart > most || len >= XDPXE_NAME_MAX || other >= XDPXE_NAME_MAX)
		return NEAREST_FAR;
	found = edits(asked, name, most);
	return found <= most ? 2 + found : NEAREST_FAR;
}

struct nearest *nearest__new(int files)
{
	struct nearest *nearest = calloc(1, sizeof(*nearest));

	if (nearest) {
		nearest->files = files;
		nearest->names.size = sizeof(struct xdpxe_name);
	}
	return nearest;
}

void nearest__free(struct nearest *nearest)
{
	if (!nearest)
		return;
	rows__free(&nearest->names);
	free(nearest);
}

static int note_name(const void *key, const void *value, void *context)
{
	struct xdpxe_name *name = rows__add(context);

	(void)value;
	if (name)
		memcpy(name, key, sizeof(*name));
	return 0;
}

static void read_names(struct nearest *nearest, int64_t now_ms)
{
	if (nearest->read_ms && now_ms - nearest->read_ms < FRESH_MS)
		return;
	nearest->read_ms = now_ms;
	nearest->names.count = 0;
	mapread__each(nearest->files, note_name, &nearest->names);
}

static void look(const struct nearest *nearest, const char *asked, char out[XDPXE_NAME_MAX])
{
	unsigned int best = NEAREST_FAR;

	out[0] = '\0';
	for (size_t i = 0; i < nearest->names.count && best > 0; i++) {
		const struct xdpxe_name *name = rows__at(&nearest->names, i);
		unsigned int distance = nearest__distance(asked, name->path);

		if (distance >= best)
			continue;
		best = distance;
		memcpy(out, name->path, sizeof(name->path));
	}
}

void nearest__find(struct nearest *nearest, const char *asked, int64_t now_ms,
		   char out[XDPXE_NAME_MAX])
{
	uint32_t hash = 5381;
	struct answer *answer;

	for (const char *letter = asked; *letter; letter++)
		hash = hash * 33 + (unsigned char)*letter;
	answer = &nearest->answers[hash % ANSWERS];
	if (strcmp(answer->asked, asked) != 0 || now_ms - answer->time_ms > FRESH_MS) {
		read_names(nearest, now_ms);
		look(nearest, asked, answer->name);
		snprintf(answer->asked, sizeof(answer->asked), "%s", asked);
		answer->time_ms = now_ms;
	}
	memcpy(out, answer->name, XDPXE_NAME_MAX);
}
