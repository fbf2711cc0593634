// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Reading file versions, and putting them in place. */
#define _GNU_SOURCE 1
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "images_priv.h"
#include "log.h"

/*
 * Each write to `images` waits for every program that runs, some milliseconds, and a batch of them waits once. So
 * many versions are read first and put in place together.
 */
/* an old version in the way of a new one is freed when unused for that long */
#define PRESSURE_IDLE_S 30

int sync__pass(struct sync *sync, struct found *found)
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

/* The version that is served stays; the caller is told to come again. */
static int sync__wait(struct sync *sync, const struct found *found)
{
	log_debug("tftp root: %s: changes while it is read", found->name.path);
	sync->report->hot++;
	return 0;
}

/* Read one file. Whatever is wrong with it alone is told and counted, and the others go on. */
static int sync__load(struct sync *sync, struct found *found)
{
	uint64_t limit = sync->cache_bytes - sync->images->held;
	int file = walk__open(&sync->walk, found->name.path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	struct xdpxe_file seen = found->file;
	int map = file < 0 ? file : image__read(file, limit, &found->file);
	uint32_t slot;

	if (file >= 0)
		close(file);
	if (map == -EAGAIN)
		return sync__wait(sync, found);
	if (map == -EFBIG || map == -ENOMEM) {
		told__warn(sync->walk.told, "tftp root: %s: %s; left to the host's TFTP server",
			   found->name.path,
			   map == -EFBIG ? "grew beyond the cache"
					 : "no memory for it in the kernel");
		return sync__pass(sync, found);
	}
	if (map < 0) {
		told__warn(sync->walk.told, "tftp root: %s: %s; skipped until the next change",
			   found->name.path, strerror(-map));
		sync->walk.skipped++;
		return 0;
	}
	if (sync->images->quiet_ns && !file__same(&seen, &found->file)) {
		close(map);
		return sync__wait(sync, found);
	}
	slot = images__take(sync->images, found->file.size);
	if (slot == IMAGE_NONE) {
		close(map);
		told__warn(sync->walk.told,
			   "tftp root: %s: all %d image slots are in use; left to the host's TFTP "
			   "server",
			   found->name.path, XDPXE_IMAGES_MAX);
		return sync__pass(sync, found);
	}
	sync->slots[sync->pending] = slot;
	sync->inner[sync->pending] = map;
	sync->found[sync->pending++] = found;
	return sync->pending == PENDING_MAX ? sync__flush(sync) : 0;
}

bool sync__has(const struct sync *sync, const struct found *found)
{
	const struct named *known = names__find(&sync->known, found->name.path);

	return known && !(known->file.flags & XDPXE_FILE_PASS) &&
	       known->file.image < XDPXE_IMAGES_MAX &&
	       sync->images->slots[known->file.image].used &&
	       file__same(&known->file, &found->file);
}

int sync__load_all(struct sync *sync)
{
	int err = 0;

	for (size_t i = 0; !err && i < sync->walk.count; i++) {
		struct found *found = &sync->walk.found[i];

		if (found->hot || (found->file.flags & XDPXE_FILE_PASS) || sync__has(sync, found))
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
	if (sync->pending) { /* also after a failure: what was read is good */
		int flushed = sync__flush(sync);

		err = err ? err : flushed;
	}
	return err;
}
