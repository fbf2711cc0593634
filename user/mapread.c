// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "mapread.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <bpf/bpf.h>

#include "lease_clock.h"

#define BATCH_ENTRIES 1024u

struct reader {
	int fd;
	uint32_t type, key_size, value_size, max_entries;
	uint32_t room; /* entries that fit the buffers */
	char *keys, *values;
	void *position; /* the kernel's cursor: a bucket number or a key */
};

static void reader__close(struct reader *reader)
{
	free(reader->keys);
	free(reader->values);
	free(reader->position);
}

static int reader__resize(struct reader *reader, uint32_t room)
{
	free(reader->keys);
	free(reader->values);
	reader->room = room;
	reader->keys = calloc(room, reader->key_size);
	reader->values = calloc(room, reader->value_size);
	return reader->keys && reader->values ? 0 : -ENOMEM;
}

static int reader__open(struct reader *reader, int fd)
{
	struct bpf_map_info info = {};
	uint32_t len = sizeof(info);
	int err = bpf_obj_get_info_by_fd(fd, &info, &len);

	if (err)
		return err;
	/* The value size of a per-CPU map counts one CPU only: its batches would not fit the buffers. */
	if (info.type == BPF_MAP_TYPE_PERCPU_ARRAY || info.type == BPF_MAP_TYPE_PERCPU_HASH ||
	    info.type == BPF_MAP_TYPE_LRU_PERCPU_HASH)
		return -EINVAL;
	reader->fd = fd;
	reader->type = info.type;
	reader->key_size = info.key_size;
	reader->value_size = info.value_size;
	reader->max_entries = info.max_entries;
	reader->position =
		calloc(1, info.key_size < sizeof(uint64_t) ? sizeof(uint64_t) : info.key_size);
	if (!reader->position)
		return -ENOMEM;
	return reader__resize(reader,
			      info.max_entries < BATCH_ENTRIES ? info.max_entries : BATCH_ENTRIES);
}

/* The next batch. Return: 0 for more to come, 1 for the last one, negative errno; entries read in *@count. */
static int reader__next(struct reader *reader, bool first, uint32_t *count)
{
	for (;;) {
		*count = reader->room;
		int err = bpf_map_lookup_batch(reader->fd, first ? NULL : reader->position,
					       reader->position, reader->keys, reader->values,
					       count, NULL);

		if (err == -ENOENT)
			return 1;
		if (err != -ENOSPC || reader->room > reader->max_entries)
			return err;
		/* One bucket of a hash holds more than the buffers: read that one again with larger ones. */
		err = reader__resize(reader, reader->room * 2);
		if (err)
			return err;
	}
}

static int reader__by_batches(struct reader *reader, mapread_fn fn, void *context)
{
	bool first = true;
	int more = 0, err = 0;

	for (uint64_t seen = 0; !err && !more && seen <= 2ull * reader->max_entries;) {
		uint32_t count = 0;

		more = reader__next(reader, first, &count);
		first = false;
		err = more < 0 ? more : 0;
		for (uint32_t i = 0; !err && i < count; i++)
			err = fn(reader->keys + (size_t)i * reader->key_size,
				 reader->values + (size_t)i * reader->value_size, context);
		seen += count ? count : 1;
	}
	return err;
}

static int reader__by_index(struct reader *reader, mapread_fn fn, void *context)
{
	int err = 0;

	for (uint32_t index = 0; !err && index < reader->max_entries; index++) {
		err = bpf_map_lookup_elem(reader->fd, &index, reader->values);
		if (err == -ENOENT)
			err = 0;
		else if (!err)
			err = fn(&index, reader->values, context);
	}
	return err;
}

int mapread__each(int fd, mapread_fn fn, void *context)
{
	struct reader reader = {};
	int err = reader__open(&reader, fd);

	/* Kernels without commit 5644c6b50ffe (early 2025) fail with EINTR at an empty entry of such a map. */
	if (!err && reader.type == BPF_MAP_TYPE_ARRAY_OF_MAPS)
		err = reader__by_index(&reader, fn, context);
	else if (!err)
		err = reader__by_batches(&reader, fn, context);
	reader__close(&reader);
	return err;
}

static int count_entry(const void *key, const void *value, void *context)
{
	int64_t *count = context;

	(void)key;
	(void)value;
	(*count)++;
	return 0;
}

int64_t mapread__count(int fd)
{
	int64_t count = 0;
	int err = mapread__each(fd, count_entry, &count);

	return err ? err : count;
}

uint64_t mapread__now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

uint32_t mapread__now_s(void)
{
	return lease_clock__now_s();
}
