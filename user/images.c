// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The slots of `images`: which hold a file version, taking a free one, freeing those that nothing needs. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <bpf/bpf.h>

#include "images_priv.h"
#include "log.h"
#include "mapread.h"
#include "sessions.h"
#include "tids.h"

uint32_t images__take(struct images *images, uint64_t bytes)
{
	for (uint32_t i = 0; i < XDPXE_IMAGES_MAX; i++) {
		uint32_t slot = (images->next + i) % XDPXE_IMAGES_MAX;

		if (images->slots[slot].used)
			continue;
		images->slots[slot] = (struct image_slot){ .used = true, .bytes = bytes };
		images->held += bytes;
		images->next = slot + 1;
		return slot;
	}
	return IMAGE_NONE;
}

void images__give_back(struct images *images, uint32_t slot)
{
	images->held -= images->slots[slot].bytes;
	images->slots[slot] = (struct image_slot){};
}

/* Adoption. The size of a version that no name tells is rounded up to chunks. */
#define NS_PER_S 1000000000ull

static int adopt_slot(const void *key, const void *value, void *context)
{
	struct images *images = context;
	struct bpf_map_info info = {};
	uint32_t slot, id, len = sizeof(info);
	int map, err;

	memcpy(&slot, key, sizeof(slot));
	memcpy(&id, value, sizeof(id));
	if (slot >= XDPXE_IMAGES_MAX)
		return -EINVAL;
	map = bpf_map_get_fd_by_id(id);
	if (map < 0)
		return map;
	err = bpf_obj_get_info_by_fd(map, &info, &len);
	close(map);
	images->slots[slot] = (struct image_slot){
		.used = true,
		.bytes = (uint64_t)info.max_entries << XDPXE_CHUNK_SHIFT,
	};
	images->next = slot + 1;
	return err;
}

static int adopt_name(const void *key, const void *value, void *context)
{
	const struct xdpxe_file *file = value;
	struct images *images = context;

	(void)key;
	if (!(file->flags & XDPXE_FILE_PASS) && file->image < XDPXE_IMAGES_MAX &&
	    images->slots[file->image].used)
		images->slots[file->image].bytes = file->size;
	return 0;
}

struct images *images__new(const struct maps *maps, bool adopted)
{
	struct images *images = calloc(1, sizeof(*images));
	uint32_t kept = 0;
	int err = 0;

	if (!images) {
		log_error("images: out of memory");
		return NULL;
	}
	images->maps = maps;
	images->aliases.size = sizeof(struct alias);
	images->told.size = sizeof(uint64_t);
	if (adopted)
		err = mapread__each(maps->images, adopt_slot, images);
	if (adopted && !err)
		err = mapread__each(maps->files, adopt_name, images);
	if (err) {
		log_error("images: the maps cannot be read: %s", strerror(-err));
		images__free(images);
		return NULL;
	}
	for (uint32_t i = 0; i < XDPXE_IMAGES_MAX; i++) {
		images->held += images->slots[i].bytes;
		kept += images->slots[i].used;
	}
	if (kept)
		log_info("images: %u file versions adopted", kept);
	return images;
}

void images__set_quiet(struct images *images, unsigned int ms)
{
	images->quiet_ns = ms * (NS_PER_S / 1000);
}

void images__tell_again(struct images *images)
{
	rows__free(&images->told);
}

void images__free(struct images *images)
{
	if (!images)
		return;
	rows__free(&images->aliases);
	rows__free(&images->told);
	free(images);
}

/* Which slots must stay, by slot; and what it takes to find out. */
struct census {
	const struct maps *maps;
	uint32_t idle_ms;
	bool needed[XDPXE_IMAGES_MAX];
};

static void census__need(struct census *census, uint32_t image)
{
	if (image < XDPXE_IMAGES_MAX)
		census->needed[image] = true;
}

static int need_named(const void *key, const void *value, void *context)
{
	const struct xdpxe_file *file = value;

	(void)key;
	if (!(file->flags & XDPXE_FILE_PASS))
		census__need(context, file->image);
	return 0;
}

static int need_in_flight(const struct transfer *transfer, void *context)
{
	struct census *census = context;
	uint32_t index = (uint32_t)ntohs(transfer->session.key.tid) - XDPXE_TID_FIRST;
	struct xdpxe_tid tid;

	if (transfer->story.state != XDPXE_SESSION_OPEN || transfer->idle_ms >= census->idle_ms)
		return 0;
	if (index < XDPXE_TID_COUNT && !bpf_map_lookup_elem(census->maps->tids, &index, &tid) &&
	    tid.params.blksize)
		census__need(census, tid.params.image);
	return 0;
}

/* The TIDs go first: a crash in between leaves a slot that the next daemon collects. */
static int images__release(struct images *images, uint32_t slot)
{
	int err = tids__drop_image(images->maps, slot);

	if (err >= 0)
		err = bpf_map_delete_elem(images->maps->images, &slot);
	if (err && err != -ENOENT)
		return err;
	images__give_back(images, slot);
	return 0;
}

int images__collect(struct images *images, unsigned int idle_s)
{
	struct census *census = calloc(1, sizeof(*census));
	int err, freed = 0;

	if (!census)
		return -ENOMEM;
	census->maps = images->maps;
	census->idle_ms = idle_s * 1000;
	err = mapread__each(images->maps->files, need_named, census);
	if (!err)
		err = sessions__each(images->maps, need_in_flight, census);
	for (uint32_t slot = 0; !err && slot < XDPXE_IMAGES_MAX && freed < IMAGES_COLLECT_MAX;
	     slot++) {
		if (!images->slots[slot].used || census->needed[slot])
			continue;
		err = images__release(images, slot);
		freed += !err;
	}
	free(census);
	if (err)
		log_error("images: old file versions cannot be freed: %s", strerror(-err));
	return err ? err : freed;
}
