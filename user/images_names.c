// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A copy of the map `files`, to look names up in while the map is changed. */
#include <errno.h>
#include <string.h>

#include "images_priv.h"
#include "mapread.h"

static int names__add(const void *key, const void *value, void *context)
{
	struct named *named = rows__add(context);

	if (!named)
		return -ENOMEM;
	memcpy(&named->name, key, sizeof(named->name));
	memcpy(&named->file, value, sizeof(named->file));
	return 0;
}

static int by_name(const void *a, const void *b)
{
	const struct named *one = a, *other = b;

	return strcmp(one->name.path, other->name.path);
}

int names__read(struct rows *names, int files)
{
	int err;

	*names = (struct rows){ .size = sizeof(struct named) };
	err = mapread__each(files, names__add, names);
	rows__sort(names, by_name);
	return err;
}

static int against_name(const void *path, const void *item)
{
	return strcmp(path, ((const struct named *)item)->name.path);
}

const struct named *names__find(const struct rows *names, const char *path)
{
	return rows__find(names, path, against_name);
}
