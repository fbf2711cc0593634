// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The text of Kea's configuration: comments, and lines of members, which the JSON library forgets. */
#include "import_kea.h"

#include <string.h>

/* The end of a string that begins at @at. */
static char *skip_string(char *at)
{
	for (at++; *at && *at != '"' && *at != '\n'; at++)
		if (*at == '\\' && at[1])
			at++;
	return *at ? at + 1 : at;
}

static char *blank_until(char *at, const char *end)
{
	for (; at < end; at++)
		if (*at != '\n')
			*at = ' ';
	return at;
}

void import_kea__strip(char *text)
{
	char *at = text, *end;

	while (*at) {
		if (*at == '"') {
			at = skip_string(at);
		} else if (*at == '#' || strncmp(at, "//", 2) == 0) {
			at = blank_until(at, at + strcspn(at, "\n"));
		} else if (strncmp(at, "/*", 2) == 0) {
			end = strstr(at + 2, "*/");
			at = blank_until(at, end ? end + 2 : at + strlen(at));
		} else {
			at++;
		}
	}
}

struct cursor {
	const char *at;
	unsigned int line;
};

/* Move on to `"key"` with a ':' behind it. */
static bool find_key(struct cursor *cursor, const char *key)
{
	size_t len = strlen(key);

	for (const char *at = cursor->at; *at; at++) {
		cursor->line += *at == '\n';
		if (*at != '"' || strncmp(at + 1, key, len) != 0 || at[len + 1] != '"')
			continue;
		if (at[len + 2 + strspn(at + len + 2, " \t\r\n")] != ':')
			continue;
		cursor->at = at + 1;
		return true;
	}
	return false;
}

/* In the order in which members stand in the text, which the library keeps. */
static void locate(struct kea *kea, struct cursor *cursor, const json_t *value)
{
	struct cursor before;
	struct kea_place *place;
	const json_t *member;
	const char *key;
	size_t i;

	if (json_is_array(value))
		json_array_foreach(value, i, member) locate(kea, cursor, member);
	if (!json_is_object(value))
		return;
	json_object_foreach((json_t *)value, key, member)
	{
		before = *cursor;
		place = find_key(cursor, key) ? rows__add(&kea->places) : NULL;
		if (place)
			*place = (struct kea_place){ value, key, cursor->line };
		else
			*cursor = before; /* written with an escape: it has no line */
		locate(kea, cursor, member);
	}
}

void import_kea__locate(struct kea *kea, const char *text, const json_t *root)
{
	struct cursor cursor = { text, 1 };

	locate(kea, &cursor, root);
}

void import_kea__note(struct kea *kea, const json_t *object, const char *key, const char *why)
{
	char *value = json_dumps(json_object_get(object, key), JSON_ENCODE_ANY | JSON_COMPACT);
	unsigned int line = 0;

	for (size_t i = 0; i < kea->places.count; i++) {
		const struct kea_place *place = rows__at(&kea->places, i);

		if (place->object == object && strcmp(place->key, key) == 0)
			line = place->line;
	}
	import__note(kea->import, line,
		     import__format(kea->import, "\"%s\": %s", key, value ? value : ""), why);
	free(value);
}
