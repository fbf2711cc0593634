// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* One file -> one inner map of chunks. */
#define _GNU_SOURCE 1 /* F_SETLEASE */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "image_sums.h"
#include "images_priv.h"

#define CHUNKS_PER_CALL 16u
#define READ_ATTEMPTS 3
#define SETTLE_MAX_NS 1000000000ull
/* without a change, and a writer that has the file open is not waited for */
#define OPEN_MAX_NS 5000000000ull

void file__describe(struct xdpxe_file *file, const struct stat *st)
{
	*file = (struct xdpxe_file){
		.size = (uint64_t)st->st_size,
		.mtime_ns = file__stamp_ns(&st->st_mtim),
		.inode = st->st_ino,
		.device = st->st_dev,
		.image = IMAGE_NONE,
	};
}

bool file__same(const struct xdpxe_file *a, const struct xdpxe_file *b)
{
	return a->size == b->size && a->mtime_ns == b->mtime_ns && a->inode == b->inode &&
	       a->device == b->device;
}

/*
 * Wait until the clock that stamps files has left the tick of @stamp_ns: from then on any change shows in the stamp.
 * A stamp far in the future (the clock was set back) is not waited for.
 */
static void file__settle(uint64_t stamp_ns)
{
	const struct timespec pause = { .tv_nsec = 500000 };

	for (;;) {
		struct timespec now;
		uint64_t now_ns;

		clock_gettime(CLOCK_REALTIME_COARSE, &now);
		now_ns = file__stamp_ns(&now);
		if (now_ns > stamp_ns || stamp_ns - now_ns > SETTLE_MAX_NS)
			return;
		nanosleep(&pause, NULL);
	}
}

/* Return: 0; -ESTALE when the file ends before its size; other negative errno. */
static int chunk__read(struct xdpxe_chunk *chunk, int file, uint64_t offset, uint64_t size)
{
	size_t want = size - offset < XDPXE_CHUNK_DATA ? size - offset : XDPXE_CHUNK_DATA;

	for (size_t have = 0; have < want;) {
		ssize_t got = pread(file, chunk->data + have, want - have, (off_t)(offset + have));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			return -ESTALE;
		have += (size_t)got;
	}
	memset(chunk->data + want, 0, XDPXE_CHUNK_DATA - want);
	image_sums__fill(chunk, offset);
	return 0;
}

static int image__fill(int map, int file, uint64_t size, uint32_t chunks)
{
	uint32_t room = chunks < CHUNKS_PER_CALL ? chunks : CHUNKS_PER_CALL;
	struct xdpxe_chunk *buffer = calloc(room, sizeof(*buffer));
	uint32_t keys[CHUNKS_PER_CALL];
	int err = buffer ? 0 : -ENOMEM;

	for (uint32_t done = 0; !err && done < chunks; done += room) {
		uint32_t count = chunks - done < room ? chunks - done : room;

		for (uint32_t i = 0; !err && i < count; i++) {
			keys[i] = done + i;
			err = chunk__read(&buffer[i], file, (uint64_t)keys[i] << XDPXE_CHUNK_SHIFT,
					  size);
		}
		if (!err)
			err = bpf_map_update_batch(map, keys, buffer, &count, NULL);
	}
	free(buffer);
	return err;
}

static bool file__changed_lately(const struct stat *st)
{
	uint64_t stamp = file__stamp_ns(&st->st_ctim), now_ns;
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	now_ns = file__stamp_ns(&now);
	return stamp <= now_ns && now_ns - stamp < OPEN_MAX_NS;
}

/*
 * A lease keeps writers waiting, in open() and truncate(), until the file is closed here; and there is none while
 * somebody has it open for writing. The stamps alone do not tell: a write() sets them when it begins, and a long one
 * goes on long after. SIGURG, which is ignored, tells of a writer that waits. Where there are no leases stamps must do.
 * Return: somebody is writing
 */
static bool file__is_being_written(int file, const struct stat *st)
{
	fcntl(file, F_SETSIG, SIGURG);
	return fcntl(file, F_SETLEASE, F_RDLCK) && errno == EAGAIN && file__changed_lately(st);
}

/* Whether nothing happened to a file between two looks. Writers may set mtime back; nobody sets ctime. */
static bool file__untouched(const struct stat *before, const struct stat *after)
{
	return before->st_size == after->st_size &&
	       file__stamp_ns(&before->st_mtim) == file__stamp_ns(&after->st_mtim) &&
	       file__stamp_ns(&before->st_ctim) == file__stamp_ns(&after->st_ctim);
}

/* The version of the file at this moment as a map. Return: map, -ESTALE when the file changed, other negative errno. */
static int image__read_once(int file, uint64_t limit, struct xdpxe_file *out)
{
	struct bpf_map_create_opts options = { .sz = sizeof(options),
					       .map_flags = BPF_F_INNER_MAP };
	struct stat st, after;
	uint64_t chunks;
	int map, err;

	if (fstat(file, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if (file__is_being_written(file, &st))
		return -EAGAIN;
	if (fstat(file, &st))
		return -errno;
	file__describe(out, &st);
	chunks = (out->size >> XDPXE_CHUNK_SHIFT) + 1;
	if (out->size > limit || chunks > UINT32_MAX)
		return -EFBIG;
	file__settle(out->mtime_ns);
	file__settle(file__stamp_ns(&st.st_ctim));
	map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "xdpxe_image", sizeof(uint32_t),
			     sizeof(struct xdpxe_chunk), (uint32_t)chunks, &options);
	if (map < 0)
		return map;
	err = image__fill(map, file, out->size, (uint32_t)chunks);
	if (!err && fstat(file, &after))
		err = -errno;
	if (!err && !file__untouched(&st, &after))
		err = -ESTALE;
	if (!err)
		return map;
	close(map);
	return err;
}

int image__read(int file, uint64_t limit, struct xdpxe_file *out)
{
	for (int attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
		int map = image__read_once(file, limit, out);

		if (map != -ESTALE)
			return map;
	}
	return -EAGAIN;
}
