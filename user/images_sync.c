// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The TFTP root -> `files` and `images`. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <bpf/bpf.h>

#include "images_priv.h"
#include "mapread.h"

static int by_rank(const void *a, const void *b)
{
	const struct found *one = a, *other = b;

	if (one->rank != other->rank)
		return one->rank < other->rank ? -1 : 1;
	return strcmp(one->name.path, other->name.path);
}

/* Boot files come first, and what is more than `files` can hold is left out. */
static void sync__rank(struct sync *sync, const char *const *first)
{
	struct walk *walk = &sync->walk;
	size_t room = XDPXE_FILES_MAX - sync->images->aliases.count;

	for (uint32_t rank = 0; first && first[rank]; rank++) {
		const char *path = first[rank] + strspn(first[rank], "/");
		struct found *found = walk__find(walk, path);
		const struct alias *alias = found ? NULL : alias__find(sync->images, path);

		if (alias)
			found = walk__find(walk, alias->file.path);
		if (found && found->rank == UINT32_MAX)
			found->rank = rank;
	}
	rows__sort(&walk->rows, by_rank);
	if (walk->count > room) {
		size_t beyond = walk->count - room;

		told__warn(walk->told, "tftp root: more than %zu files; %zu are left out", room,
			   beyond);
		walk->skipped += (uint32_t)beyond;
		walk->count = room;
	}
}

/* Was @found written just now? A stamp in the future tells nothing, and does not make a file wait. */
static bool sync__is_hot(const struct sync *sync, const struct found *found)
{
	uint64_t stamp = found->ctime_ns, quiet = sync->images->quiet_ns;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	if (found->file.mtime_ns > stamp && found->file.mtime_ns <= file__stamp_ns(&now))
		stamp = found->file.mtime_ns;
	return quiet && stamp + quiet > sync->began_ns && stamp <= file__stamp_ns(&now);
}

/* Files that may be half-written keep the version that is served, if there is one. */
static void sync__hold(struct sync *sync)
{
	for (size_t i = 0; i < sync->walk.count; i++) {
		struct found *found = &sync->walk.found[i];
		const struct named *known;

		if (sync__has(sync, found) || !sync__is_hot(sync, found))
			continue;
		found->hot = true;
		sync->report->hot++;
		known = names__find(&sync->known, found->name.path);
		if (known)
			found->file = known->file;
	}
}

/* Names that are gone leave `files`; an unfinished walk does not tell which. */
static int sync__remove(struct sync *sync)
{
	bool *kept = calloc(sync->known.count + 1, sizeof(*kept));
	int err = kept ? 0 : -ENOMEM;

	for (size_t i = 0; !err && i < sync->walk.count; i++) {
		const struct named *known =
			names__find(&sync->known, sync->walk.found[i].name.path);

		if (known)
			kept[known - (const struct named *)sync->known.items] = true;
	}
	for (size_t i = 0; !err && !sync->walk.partial && i < sync->known.count; i++) {
		const struct named *known = rows__at(&sync->known, i);
		const struct alias *alias = alias__find(sync->images, known->name.path);

		if (kept[i] || (alias && alias->there))
			continue;
		err = bpf_map_delete_elem(sync->maps->files, &known->name);
		if (err == -ENOENT)
			err = 0;
		sync->report->removed += !err;
	}
	free(kept);
	return err;
}

/* Sort out what the cache is for, and pass the others up at once: that frees theirs for what is to be loaded. */
static int sync__plan(struct sync *sync)
{
	uint64_t planned = 0;
	int err = 0;

	for (size_t i = 0; !err && i < sync->walk.count; i++) {
		struct found *found = &sync->walk.found[i];

		if (found->hot &&
		    (found->file.image == IMAGE_NONE || found->file.flags & XDPXE_FILE_PASS))
			continue;
		if (found->file.size > sync->cache_bytes - planned)
			err = sync__pass(sync, found);
		else
			planned += found->file.size;
	}
	return err;
}

static int report_file(const void *key, const void *value, void *context)
{
	const struct xdpxe_file *file = value;
	const struct sync *sync = context;
	struct images_report *report = sync->report;
	const struct alias *alias = alias__find(sync->images, key);

	if (alias && !alias->shadowed) {
		report->aliases++;
		return 0;
	}
	if (file->flags & XDPXE_FILE_PASS) {
		report->passed++;
		return 0;
	}
	report->files++;
	report->bytes += file->size;
	return 0;
}

static int sync__run(struct sync *sync, const char *root, const char *const *first)
{
	int err = walk__run(&sync->walk, root, &sync->images->told);

	if (!err)
		err = names__read(&sync->known, sync->maps->files);
	if (err)
		return err;
	sync__match_aliases(sync);
	sync__rank(sync, first);
	sync__hold(sync);
	err = sync__remove(sync);
	if (!err)
		err = sync__plan(sync);
	if (!err)
		err = sync__load_all(sync);
	if (!err)
		err = sync__place_aliases(sync);
	if (!err)
		err = mapread__each(sync->maps->files, report_file, sync);
	return err;
}

int images__sync(struct images *images, const char *root, uint64_t cache_bytes,
		 const char *const *first, struct images_report *report)
{
	struct sync *sync = calloc(1, sizeof(*sync));
	struct timespec now;
	int err;

	*report = (struct images_report){};
	if (!sync)
		return -ENOMEM;
	sync->images = images;
	sync->maps = images->maps;
	sync->cache_bytes = cache_bytes;
	sync->report = report;
	clock_gettime(CLOCK_REALTIME, &now);
	sync->began_ns = file__stamp_ns(&now);
	err = sync__run(sync, root, first);
	report->skipped = sync->walk.skipped;
	if (err)
		told__warn(&images->told, "tftp root: %s: %s", root, strerror(-err));
	walk__close(&sync->walk);
	rows__free(&sync->known);
	free(sync);
	return err;
}
