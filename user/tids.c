// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tids.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "mapread.h"

static bool params__equal(const struct xdpxe_params *a, const struct xdpxe_params *b)
{
	return a->image == b->image && a->blksize == b->blksize && a->windowsize == b->windowsize;
}

/*
 * Where the search for a port begins. Spread out, it is short without any state beside the maps, and servers that
 * load the same files in the same order agree on the ports.
 */
static uint32_t params__start(const struct xdpxe_params *params)
{
	uint64_t hash = (uint64_t)params->image << 32 | (uint32_t)params->blksize << 16 |
			params->windowsize;

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

int tids__get(const struct maps *maps, const struct xdpxe_params *params,
	      const struct xdpxe_name *name, uint64_t size)
{
	struct xdpxe_tid tid = {
		.size = size, .blocks = (uint32_t)(size / params->blksize + 1), .params = *params, .loaded_s = mapread__now_s(), .name = *name
	};
	uint16_t port = tids__known(maps, params);
	int index, err;

	if (port)
		return port;
	if (!params->blksize)
		return -EINVAL;
	index = tids__find_room(maps, params);
	if (index < 0)
		return index;
	err = bpf_map_update_elem(maps->tids, &index, &tid, BPF_ANY);
	if (err)
		return err;
	port = (uint16_t)(XDPXE_TID_FIRST + index);
	err = bpf_map_update_elem(maps->tid_of, params, &port, BPF_ANY);
	return err ? err : port;
}

struct drop {
	uint32_t image;
	uint32_t count;
	struct {
		uint32_t index;
		struct xdpxe_params params;
	} found[XDPXE_TID_COUNT];
};

static int note_tid_of_image(const void *key, const void *value, void *context)
{
	const struct xdpxe_tid *tid = value;
	struct drop *drop = context;

	if (!tid->params.blksize || tid->params.image != drop->image ||
	    drop->count == XDPXE_TID_COUNT)
		return 0;
	memcpy(&drop->found[drop->count].index, key, sizeof(uint32_t));
	drop->found[drop->count++].params = tid->params;
	return 0;
}

int tids__drop_image(const struct maps *maps, uint32_t image)
{
	static const struct xdpxe_tid free_tid;
	struct drop *drop = calloc(1, sizeof(*drop));
	int err, count;

	if (!drop)
		return -ENOMEM;
	drop->image = image;
	err = mapread__each(maps->tids, note_tid_of_image, drop);
	for (uint32_t i = 0; !err && i < drop->count; i++) {
		err = bpf_map_delete_elem(maps->tid_of, &drop->found[i].params);
		if (!err || err == -ENOENT)
			err = bpf_map_update_elem(maps->tids, &drop->found[i].index, &free_tid,
						  BPF_ANY);
	}
	count = (int)drop->count;
	free(drop);
	return err ? err : count;
}

int tids__preload(const struct maps *maps, const struct xdpxe_name *name, uint16_t blksize_max)
{
	static const uint16_t blksizes[] = { 512, 1024, 1408, 1432, 1456, 1468 };
	struct xdpxe_file file;
	int err = bpf_map_lookup_elem(maps->files, name, &file);

	if (err)
		return err;
	if (file.flags & XDPXE_FILE_PASS)
		return 0;
	for (size_t i = 0; i < sizeof(blksizes) / sizeof(blksizes[0]) && blksizes[i] <= blksize_max;
	     i++) {
		struct xdpxe_params params = { .image = file.image,
					       .blksize = blksizes[i],
					       .windowsize = 1 };
		int port = tids__get(maps, &params, name, file.size);

		if (port < 0)
			return port;
	}
	return 0;
}
