// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The TFTP root -> `files` and `images`. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "images_priv.h"
#include "log.h"
#include "mapread.h"

/*
 * Each write to `images` waits for every program that runs, some milliseconds, and a batch of them waits once. So
 * many versions are read first and put in place together.
 */
#define PENDING_MAX 128u
#define PRESSURE_IDLE_S                                                                            \
	30 /* an old version in the way of a new one is freed when unused for that long */

struct sync {
	struct images *images;
	const struct maps *maps;
	uint64_t cache_bytes;
	struct images_report *report;
	struct walk walk;
	struct rows known; /* struct named: `files` as it was */
	uint32_t pending;  /* versions read and not yet in place: */
	uint32_t slots[PENDING_MAX];
	int inner[PENDING_MAX];
	struct found *found[PENDING_MAX];
};

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

	for (uint32_t rank = 0; first && first[rank]; rank++) {
		const char *path = first[rank] + strspn(first[rank], "/");
		struct found *found = walk__find(walk, path);

		if (found && found->rank == UINT32_MAX)
			found->rank = rank;
	}
	rows__sort(&walk->rows, by_rank);
	if (walk->count > XDPXE_FILES_MAX) {
		size_t beyond = walk->count - XDPXE_FILES_MAX;

		log_warn("tftp root: more than %d files; %zu are left out", XDPXE_FILES_MAX,
			 beyond);
		walk->skipped += (uint32_t)beyond;
		walk->count = XDPXE_FILES_MAX;
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

		if (kept[i])
			continue;
		err = bpf_map_delete_elem(sync->maps->files, &known->name);
		if (err == -ENOENT)
			err = 0;
		sync->report->removed += !err;
	}
	free(kept);
	return err;
}

static int sync__pass(struct sync *sync, struct found *found)
{
	found->file.image = IMAGE_NONE;
	found->file.flags = XDPXE_FILE_PASS;
	return bpf_map_update_elem(sync->maps->files, &found->name, &found->file, BPF_ANY);
}

/* Put the versions that were read in place: first the images, then the names. */
static int sync__flush(struct sync *sync)
{
	uint32_t placed = sync->pending;
	int err = 0;

	if (!sync->pending)
		return 0;
	err = bpf_map_update_batch(sync->maps->images, sync->slots, sync->inner, &placed, NULL);
	for (uint32_t i = 0; i < sync->pending; i++) {
		close(sync->inner[i]);
		if (i >= placed) {
			images__give_back(sync->images, sync->slots[i]);
			continue;
		}
		sync->found[i]->file.image = sync->slots[i];
		if (!err)
			err = bpf_map_update_elem(sync->maps->files, &sync->found[i]->name,
						  &sync->found[i]->file, BPF_ANY);
		sync->report->loaded += !err;
	}
	sync->pending = 0;
	return err;
}

/*
 * Make room for @bytes by freeing old versions. The name that waits for it is passed up meanwhile, since its own old
 * version may be the one in the way. Return: 1 there is room, 0 there is not, negative errno.
 */
static int sync__make_room(struct sync *sync, struct found *found)
{
	uint64_t bytes = found->file.size;
	int freed, err = sync__flush(sync);

	if (!err)
		err = sync__pass(sync, found);
	if (err)
		return err;
	do
		freed = images__collect(sync->images, PRESSURE_IDLE_S);
	while (freed > 0 && sync->images->held + bytes > sync->cache_bytes);
	if (freed < 0)
		return freed;
	return sync->images->held + bytes <= sync->cache_bytes;
}

/* Read one file. Whatever is wrong with it alone is told and counted, and the others go on. */
static int sync__load(struct sync *sync, struct found *found)
{
	uint64_t limit = sync->cache_bytes - sync->images->held;
	int file = walk__open(&sync->walk, found->name.path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	int map = file < 0 ? file : image__read(file, limit, &found->file);
	uint32_t slot;

	if (file >= 0)
		close(file);
	if (map == -EFBIG || map == -ENOMEM) {
		log_warn("tftp root: %s: %s; left to the host's TFTP server", found->name.path,
			 map == -EFBIG ? "grew beyond the cache"
				       : "no memory for it in the kernel");
		return sync__pass(sync, found);
	}
	if (map < 0) {
		log_warn("tftp root: %s: %s; skipped until the next change", found->name.path,
			 map == -EAGAIN ? "changes while it is read" : strerror(-map));
		sync->walk.skipped++;
		return 0;
	}
	slot = images__take(sync->images, found->file.size);
	if (slot == IMAGE_NONE) {
		close(map);
		log_warn("tftp root: %s: all %d image slots are in use; left to the host's TFTP "
			 "server",
			 found->name.path, XDPXE_IMAGES_MAX);
		return sync__pass(sync, found);
	}
	sync->slots[sync->pending] = slot;
	sync->inner[sync->pending] = map;
	sync->found[sync->pending++] = found;
	return sync->pending == PENDING_MAX ? sync__flush(sync) : 0;
}

/* Whether a file's current version is in the kernel already. */
static bool sync__has(const struct sync *sync, const struct found *found)
{
	const struct named *known = names__find(&sync->known, found->name.path);

	return known && !(known->file.flags & XDPXE_FILE_PASS) &&
	       known->file.image < XDPXE_IMAGES_MAX &&
	       sync->images->slots[known->file.image].used &&
	       file__same(&known->file, &found->file);
}

/* Sort out what the cache is for, and pass the others up at once: that frees theirs for what is to be loaded. */
static int sync__plan(struct sync *sync)
{
	uint64_t planned = 0;
	int err = 0;

	for (size_t i = 0; !err && i < sync->walk.count; i++) {
		struct found *found = &sync->walk.found[i];

		if (found->file.size > sync->cache_bytes - planned)
			err = sync__pass(sync, found);
		else
			planned += found->file.size;
	}
	return err;
}

static int sync__load_all(struct sync *sync)
{
	int err = 0;

	for (size_t i = 0; !err && i < sync->walk.count; i++) {
		struct found *found = &sync->walk.found[i];

		if ((found->file.flags & XDPXE_FILE_PASS) || sync__has(sync, found))
			continue;
		if (sync->images->held + found->file.size > sync->cache_bytes) {
			int room = sync__make_room(sync, found);

			if (room <= 0) {
				err = room;
				continue;
			}
		}
		err = sync__load(sync, found);
	}
	return err;
}

static int report_file(const void *key, const void *value, void *context)
{
	const struct xdpxe_file *file = value;
	struct images_report *report = context;

	(void)key;
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
	int err = walk__run(&sync->walk, root);

	if (!err)
		err = names__read(&sync->known, sync->maps->files);
	if (err)
		return err;
	sync__rank(sync, first);
	err = sync__remove(sync);
	if (!err)
		err = sync__plan(sync);
	if (!err)
		err = sync__load_all(sync);
	if (sync->pending) { /* also after a failure: what was read is good */
		int flushed = sync__flush(sync);

		err = err ? err : flushed;
	}
	if (!err)
		err = mapread__each(sync->maps->files, report_file, sync->report);
	return err;
}

int images__sync(struct images *images, const char *root, uint64_t cache_bytes,
		 const char *const *first, struct images_report *report)
{
	struct sync *sync = calloc(1, sizeof(*sync));
	int err;

	*report = (struct images_report){};
	if (!sync)
		return -ENOMEM;
	sync->images = images;
	sync->maps = images->maps;
	sync->cache_bytes = cache_bytes;
	sync->report = report;
	err = sync__run(sync, root, first);
	report->skipped = sync->walk.skipped;
	if (err)
		log_error("tftp root: %s: %s", root, strerror(-err));
	walk__close(&sync->walk);
	rows__free(&sync->known);
	free(sync);
	return err;
}
