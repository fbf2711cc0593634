// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Second names of files: entries of `files` that share the image of another. */
#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>

#include "images_priv.h"

static int by_name(const void *a, const void *b)
{
	const struct alias *one = a, *other = b;

	return strcmp(one->name.path, other->name.path);
}

static int against_name(const void *path, const void *item)
{
	return strcmp(path, ((const struct alias *)item)->name.path);
}

struct alias *alias__find(const struct images *images, const char *name)
{
	return rows__find(&images->aliases, name, against_name);
}

void images__forget_aliases(struct images *images)
{
	images->aliases.count = 0;
}

int images__add_alias(struct images *images, const char *name, const char *file)
{
	struct alias *alias;

	if (strlen(name) >= XDPXE_NAME_MAX || strlen(file) >= XDPXE_NAME_MAX)
		return -ENAMETOOLONG;
	alias = rows__add(&images->aliases);
	if (!alias)
		return -ENOMEM;
	strcpy(alias->name.path, name);
	strcpy(alias->file.path, file);
	return 0;
}

void sync__match_aliases(struct sync *sync)
{
	rows__sort(&sync->images->aliases, by_name);
	for (size_t i = 0; i < sync->images->aliases.count; i++) {
		struct alias *alias = rows__at(&sync->images->aliases, i);

		alias->shadowed = walk__find(&sync->walk, alias->name.path);
		alias->there = walk__find(&sync->walk, alias->file.path);
		if (alias->shadowed)
			told__warn(sync->walk.told,
				   "tftp.aliases: %s: a file of that name is in the root, and goes "
				   "before the alias of %s",
				   alias->name.path, alias->file.path);
	}
}

/* Return: 0, negative errno. */
static int sync__place_alias(struct sync *sync, const struct alias *alias)
{
	const struct named *known = names__find(&sync->known, alias->name.path);
	struct xdpxe_file file;

	if (!alias->there && !sync->walk.partial)
		return 0; /* sync__remove() took it away */
	if (!bpf_map_lookup_elem(sync->maps->files, &alias->file, &file)) {
		if (known && !memcmp(&known->file, &file, sizeof(file)))
			return 0;
		return bpf_map_update_elem(sync->maps->files, &alias->name, &file, BPF_ANY);
	}
	if (errno != ENOENT)
		return -errno;
	if (!known || sync->walk.partial || !bpf_map_delete_elem(sync->maps->files, &alias->name))
		return 0;
	return errno == ENOENT ? 0 : -errno;
}

int sync__place_aliases(struct sync *sync)
{
	int err = 0;

	for (size_t i = 0; !err && i < sync->images->aliases.count; i++) {
		const struct alias *alias = rows__at(&sync->images->aliases, i);

		if (!alias->shadowed)
			err = sync__place_alias(sync, alias);
	}
	return err;
}
