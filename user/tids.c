// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tids.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "image_sums.h"
#include "mapread.h"
#include "sessions.h"

#define IDLE_S 60 /* when all are taken: a TID nobody has used that long after it was made goes */
#define BUSY_MS 60000 /* a client not heard for longer is gone */
#define CLIENT_TIDS                                                                                \
	256 /* transfers under way that one address can keep TIDs for, when all are taken */
#define CLIENT_SLOTS 4096 /* addresses that are told apart for that; a power of two */

static bool params__equal(const struct xdpxe_params *a, const struct xdpxe_params *b)
{
	return a->image == b->image && a->blksize == b->blksize && a->windowsize == b->windowsize &&
	       a->rollover == b->rollover;
}

/*
 * Where the search for a port begins. Spread out, it is short without any state beside the maps, and servers that
 * load the same files in the same order agree on the ports.
 */
static uint32_t params__start(const struct xdpxe_params *params)
{
	uint64_t hash = (uint64_t)params->image << 32 | (uint64_t)params->blksize << 16 |
			(uint32_t)params->windowsize << 8 | params->rollover;

	hash *= 0x9e3779b97f4a7c15ull; /* 2^64 / golden ratio: neighbours end up far apart */
	return (uint32_t)((hash >> 32) % XDPXE_TID_COUNT);
}

/* An entry that is free, or that a crash left with these @params and no way to it. Return: index, negative errno */
static int tids__find_room(const struct maps *maps, const struct xdpxe_params *params)
{
	uint32_t start = params__start(params);

	for (uint32_t i = 0; i < XDPXE_TID_COUNT; i++) {
		uint32_t index = (start + i) % XDPXE_TID_COUNT;
		struct xdpxe_tid tid;
		int err = bpf_map_lookup_elem(maps->tids, &index, &tid);

		if (err)
			return err;
		if (!tid.params.blksize || params__equal(&tid.params, params))
			return (int)index;
	}
	return -ENOSPC;
}

/* The port of @params if there is one that means just that, or 0. */
static uint16_t tids__known(const struct maps *maps, const struct xdpxe_params *params)
{
	struct xdpxe_tid tid;
	uint32_t index;
	uint16_t port;

	if (bpf_map_lookup_elem(maps->tid_of, params, &port) || port < XDPXE_TID_FIRST)
		return 0;
	index = port - XDPXE_TID_FIRST;
	if (bpf_map_lookup_elem(maps->tids, &index, &tid) || !params__equal(&tid.params, params))
		return 0;
	return port;
}

/* The TIDs that are to go. */
struct drop {
	uint32_t image;		    /* of this file version; IMAGE_ANY: of any, when idle */
	uint32_t older_s;	    /* and made before */
	bool busy[XDPXE_TID_COUNT]; /* some client is in a transfer */
	struct {
		uint32_t address; /* network byte order, 0: free */
		uint32_t transfers;
	} clients[CLIENT_SLOTS];
	uint32_t count;
	struct {
		uint32_t index;
		struct xdpxe_params params;
	} found[XDPXE_TID_COUNT];
};

#define IMAGE_ANY UINT32_MAX

static int note_tid(const void *key, const void *value, void *context)
{
	const struct xdpxe_tid *tid = value;
	struct drop *drop = context;
	uint32_t index;

	memcpy(&index, key, sizeof(index));
	if (!tid->params.blksize || drop->count == XDPXE_TID_COUNT)
		return 0;
	if (drop->image != IMAGE_ANY && tid->params.image != drop->image)
		return 0;
	if (drop->image == IMAGE_ANY && (drop->busy[index] || tid->loaded_s > drop->older_s))
		return 0;
	drop->found[drop->count].index = index;
	drop->found[drop->count++].params = tid->params;
	return 0;
}

/*
 * May this client keep one more TID? One that holds transfers open on hundreds of combinations would leave none to
 * others. Beyond CLIENT_SLOTS of them they are not told apart, and may.
 */
static bool client_may_keep(struct drop *drop, uint32_t address)
{
	uint32_t at = (uint32_t)(address * 0x9e3779b97f4a7c15ull >> 32);

	for (uint32_t i = 0; i < CLIENT_SLOTS; i++, at++) {
		uint32_t slot = at % CLIENT_SLOTS;

		if (drop->clients[slot].address && drop->clients[slot].address != address)
			continue;
		drop->clients[slot].address = address;
		return ++drop->clients[slot].transfers <= CLIENT_TIDS;
	}
	return true;
}

static int note_busy(const struct transfer *transfer, void *context)
{
	uint32_t index = (uint32_t)ntohs(transfer->session.key.tid) - XDPXE_TID_FIRST;
	struct drop *drop = context;

	if (index < XDPXE_TID_COUNT && transfer->story.state == XDPXE_SESSION_OPEN &&
	    transfer->idle_ms < BUSY_MS && client_may_keep(drop, transfer->session.key.client))
		drop->busy[index] = true;
	return 0;
}

/* The way to a TID goes first, then its meaning. Return: how many, negative errno */
static int drop_found(const struct maps *maps, const struct drop *drop)
{
	static const struct xdpxe_tid free_tid;
	int err = 0;

	for (uint32_t i = 0; !err && i < drop->count; i++) {
		err = bpf_map_delete_elem(maps->tid_of, &drop->found[i].params);
		if (!err || err == -ENOENT)
			err = bpf_map_update_elem(maps->tids, &drop->found[i].index, &free_tid,
						  BPF_ANY);
	}
	return err ? err : (int)drop->count;
}

int tids__drop_image(const struct maps *maps, uint32_t image)
{
	struct drop *drop = calloc(1, sizeof(*drop));
	int err;

	if (!drop)
		return -ENOMEM;
	drop->image = image;
	err = mapread__each(maps->tids, note_tid, drop);
	if (!err)
		err = drop_found(maps, drop);
	free(drop);
	return err;
}

/* Free the TIDs that are @idle_s old and that nobody uses. Return: how many, negative errno */
static int tids__reclaim(const struct maps *maps, uint32_t idle_s)
{
	struct drop *drop = calloc(1, sizeof(*drop));
	int err;

	if (!drop)
		return -ENOMEM;
	drop->image = IMAGE_ANY;
	drop->older_s = mapread__now_s() > idle_s ? mapread__now_s() - idle_s : 0;
	err = sessions__each(maps, note_busy, drop);
	if (!err)
		err = mapread__each(maps->tids, note_tid, drop);
	if (!err)
		err = drop_found(maps, drop);
	free(drop);
	return err;
}

/* Write an entry, and then the way to it. Return: port, negative errno */
static int tids__put(const struct maps *maps, uint32_t index, const struct xdpxe_tid *tid)
{
	uint16_t port = (uint16_t)(XDPXE_TID_FIRST + index);
	int err = bpf_map_update_elem(maps->tids, &index, tid, BPF_ANY);

	if (!err)
		err = bpf_map_update_elem(maps->tid_of, &tid->params, &port, BPF_ANY);
	return err ? err : port;
}

int tids__get(const struct maps *maps, const struct xdpxe_params *params,
	      const struct xdpxe_name *name, uint64_t size)
{
	struct xdpxe_tid tid = {
		.size = size,
		.params = *params,
		.loaded_s = mapread__now_s(),
		.sums = image_sums__first(params->blksize),
		.name = *name,
	};
	uint16_t port = tids__known(maps, params);
	int index;

	if (port)
		return port;
	if (!params->blksize)
		return -EINVAL;
	tid.blocks = (uint32_t)(size / params->blksize + 1);
	index = tids__find_room(maps, params);
	if (index == -ENOSPC && tids__reclaim(maps, IDLE_S) > 0)
		index = tids__find_room(maps, params);
	return index < 0 ? index : tids__put(maps, (uint32_t)index, &tid);
}

int tids__preload(const struct maps *maps, const struct xdpxe_name *name, uint16_t blksize_max)
{
	static const struct {
		uint16_t blksize;
		uint8_t windowsize;
	} asked[TIDS_PRELOADED] = {
		{ 512, 1 },  { 1024, 1 }, { 1408, 1 }, { 1432, 1 },
		{ 1456, 1 }, { 1468, 1 }, { 1468, 2 }, { 1468, 4 },
	};
	struct xdpxe_file file;
	int err = bpf_map_lookup_elem(maps->files, name, &file);

	if (err)
		return err;
	if (file.flags & XDPXE_FILE_PASS)
		return 0;
	for (size_t i = 0; i < TIDS_PRELOADED && asked[i].blksize <= blksize_max; i++) {
		struct xdpxe_params params = { .image = file.image,
					       .blksize = asked[i].blksize,
					       .windowsize = asked[i].windowsize };
		int port = tids__get(maps, &params, name, file.size);

		if (port < 0)
			return port;
	}
	return 0;
}
