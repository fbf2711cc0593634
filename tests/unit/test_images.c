// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#define _GNU_SOURCE 1
#include "image_maps.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "image_sums.h"
#include "images.h"
#include "log.h"
#include "tids.h"

#define CACHE (16u << 20)

struct fixture {
	struct maps maps;
	struct images *images;
	struct images_report report;
	char base[32]; /* holds the root, and what lies beside it */
	char root[40];
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	image_maps__open(&f->maps);
	strcpy(f->base, "/tmp/xdpxe-images-XXXXXX");
	assert_non_null(mkdtemp(f->base));
	snprintf(f->root, sizeof(f->root), "%s/root", f->base);
	assert_int_equal(mkdir(f->root, 0755), 0);
	f->images = images__new(&f->maps, true);
	assert_non_null(f->images);
	*state = f;
	return 0;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	nftw(f->base, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
	images__free(f->images);
	image_maps__close(&f->maps);
	free(f);
	return 0;
}

static void fill_random(uint8_t *data, size_t len, uint64_t seed)
{
	for (size_t i = 0; i < len; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		data[i] = (uint8_t)(seed >> 56);
	}
}

static void put_file(const struct fixture *f, const char *name, size_t len, uint64_t seed)
{
	char path[256];
	uint8_t *data = malloc(len + 1);
	int fd;

	assert_non_null(data);
	fill_random(data, len, seed);
	snprintf(path, sizeof(path), "%s/%s", f->root, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, len), len);
	close(fd);
	free(data);
}

static void put_link(const struct fixture *f, const char *name, const char *target)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", f->root, name);
	assert_int_equal(symlink(target, path), 0);
}

static void drop_file(const struct fixture *f, const char *name)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", f->root, name);
	assert_int_equal(unlink(path), 0);
}

static void sync_with(struct fixture *f, uint64_t cache, const char *const *first)
{
	assert_int_equal(images__sync(f->images, f->root, cache, first, &f->report), 0);
}

/* The entry of a name; all zero with @image UINT32_MAX - 1 where there is none. */
static struct xdpxe_file entry(const struct fixture *f, const char *path)
{
	const struct xdpxe_name name = image_maps__name(path);
	struct xdpxe_file file;

	if (bpf_map_lookup_elem(f->maps.files, &name, &file))
		return (struct xdpxe_file){ .image = UINT32_MAX - 1 };
	return file;
}

static bool has_entry(const struct fixture *f, const char *path)
{
	return entry(f, path).image != UINT32_MAX - 1;
}

static bool slot_in_use(const struct fixture *f, uint32_t slot)
{
	uint32_t id;

	return !bpf_map_lookup_elem(f->maps.images, &slot, &id);
}

static void read_chunk(const struct fixture *f, uint32_t slot, uint32_t index,
		       struct xdpxe_chunk *chunk)
{
	uint32_t id;
	int map;

	assert_int_equal(bpf_map_lookup_elem(f->maps.images, &slot, &id), 0);
	map = bpf_map_get_fd_by_id(id);
	assert_true(map >= 0);
	assert_int_equal(bpf_map_lookup_elem(map, &index, chunk), 0);
	close(map);
}

static uint32_t chunk_count(const struct fixture *f, uint32_t slot)
{
	struct bpf_map_info info = {};
	uint32_t id, len = sizeof(info);
	int map;

	assert_int_equal(bpf_map_lookup_elem(f->maps.images, &slot, &id), 0);
	map = bpf_map_get_fd_by_id(id);
	assert_int_equal(bpf_obj_get_info_by_fd(map, &info, &len), 0);
	close(map);
	return info.max_entries;
}

/* An open transfer of @image by some client whose latest frame came @age_s ago. */
static void put_session(const struct fixture *f, const char *path, uint32_t image,
			unsigned int age_s, uint8_t state)
{
	const struct xdpxe_params params = { .image = image, .blksize = 512, .windowsize = 1 };
	const struct xdpxe_name name = image_maps__name(path);
	int port = tids__get(&f->maps, &params, &name, 1);
	struct xdpxe_session_set set = {};
	struct xdpxe_story_set stories = {};
	struct xdpxe_story *story = &stories.ways[2];
	uint32_t slot = 7 + image;
	struct timespec now;

	assert_true(port > 0);
	story->key = (struct xdpxe_session_key){ .client = htonl(0x0a4d0005),
						 .client_port = htons(2070),
						 .tid = htons((uint16_t)port) };
	clock_gettime(CLOCK_MONOTONIC, &now);
	story->state = state;
	story->begun_ms = story->over_ms = (uint32_t)(((uint64_t)now.tv_sec - age_s) * 1000);
	set.ways[2] = xdpxe_session_word(1, 0, story->begun_ms >> XDPXE_SESSION_SENT_SHIFT);
	assert_int_equal(bpf_map_update_elem(f->maps.stories, &slot, &stories, BPF_ANY), 0);
	assert_int_equal(bpf_map_update_elem(f->maps.sessions, &slot, &set, BPF_ANY), 0);
}

/* RFC 1071 by the letter: big-endian words, one at a time, a last odd byte padded with zero. */
static uint16_t naive_sum(const uint8_t *data, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += i & 1 ? data[i] : (uint32_t)data[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* The sum of data[0..x), from the table and the bytes since the last stride. */
static uint32_t sum_up_to(const struct xdpxe_chunk *chunk, size_t x)
{
	uint8_t rest[XDPXE_SUM_STRIDE] = {};
	uint16_t words[XDPXE_SUM_STRIDE / 2];
	uint32_t sum = chunk->sums[x / XDPXE_SUM_STRIDE];

	memcpy(rest, chunk->data + x / XDPXE_SUM_STRIDE * XDPXE_SUM_STRIDE, x % XDPXE_SUM_STRIDE);
	memcpy(words, rest, sizeof(words));
	for (size_t i = 0; i < XDPXE_SUM_STRIDE / 2; i++)
		sum += words[i];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* The sum of data[a..b) in network byte order, from two look-ups. */
static uint16_t sum_by_lookup(const struct xdpxe_chunk *chunk, size_t a, size_t b)
{
	uint32_t sum = sum_up_to(chunk, b) + (sum_up_to(chunk, a) ^ 0xffff);

	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	/* A block that begins at an odd place has its bytes in the other halves of the words. */
	return a & 1 ? ntohs((uint16_t)(sum << 8 | sum >> 8)) : ntohs((uint16_t)sum);
}

static void two_look_ups_give_the_sum_of_any_range(void **state)
{
	struct xdpxe_chunk *chunk = calloc(1, sizeof(*chunk));
	uint32_t seed = 1;

	(void)state;
	assert_non_null(chunk);
	fill_random(chunk->data, sizeof(chunk->data), 42);
	memset(chunk->data + 4000, 0, 2000);
	memset(chunk->data + 8000, 0xff, 2000);
	image_sums__fill(chunk, 0);
	for (int i = 0; i < 20000; i++) {
		size_t a, len;

		seed = seed * 1103515245u + 12345u;
		a = (seed >> 8) % XDPXE_CHUNK_BYTES;
		len = (seed >> 4) % (XDPXE_BLKSIZE_MAX + 1);
		/* 0 and 0xffff are the two zeros of ones'-complement arithmetic. */
		assert_int_equal(sum_by_lookup(chunk, a, a + len) % 0xffff,
				 naive_sum(chunk->data + a, len) % 0xffff);
	}
	free(chunk);
}

/* Every whole block of a file has its sum in the chunk that it begins in, for the sizes that firmware asks for. */
static void each_block_has_its_sum(void **state)
{
	static const uint16_t sizes[] = { 512, 1024, 1408, 1432, 1456, 1468 };
	const uint32_t chunks = 5;
	uint8_t *data = calloc(chunks, XDPXE_CHUNK_BYTES + XDPXE_CHUNK_DATA);
	struct xdpxe_chunk *chunk = calloc(chunks, sizeof(*chunk));

	(void)state;
	assert_true(data && chunk);
	fill_random(data, (size_t)chunks * XDPXE_CHUNK_BYTES, 7);
	memset(data + XDPXE_CHUNK_BYTES, 0, 4000);
	for (uint32_t i = 0; i < chunks; i++) {
		memcpy(chunk[i].data, data + (size_t)i * XDPXE_CHUNK_BYTES, XDPXE_CHUNK_DATA);
		image_sums__fill(&chunk[i], (uint64_t)i * XDPXE_CHUNK_BYTES);
	}
	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		uint16_t size = sizes[s], first = image_sums__first(size);

		for (uint32_t at = 0; at < chunks * XDPXE_CHUNK_BYTES; at += size) {
			const struct xdpxe_chunk *in = &chunk[at >> XDPXE_CHUNK_SHIFT];
			uint32_t offset = at & (XDPXE_CHUNK_BYTES - 1);
			uint16_t sum = in->block_sums[first + offset / size];

			assert_int_not_equal(sum, 0);
			assert_int_equal(ntohs(sum) % 0xffff, naive_sum(data + at, size) % 0xffff);
		}
	}
	assert_int_equal(image_sums__first(1400), XDPXE_NONE);
	free(data);
	free(chunk);
}

static void chunks_hold_the_file_and_overlap(void **state)
{
	struct fixture *f = *state;
	const size_t size = 2 * XDPXE_CHUNK_BYTES + 100;
	uint8_t *data = calloc(1, size + XDPXE_CHUNK_DATA);
	struct xdpxe_chunk *chunk = malloc(sizeof(*chunk)), *sums = malloc(sizeof(*sums));
	uint32_t slot;

	assert_true(data && chunk && sums);
	put_file(f, "vmlinuz", size, 9);
	fill_random(data, size, 9);
	sync_with(f, CACHE, NULL);
	slot = entry(f, "vmlinuz").image;
	assert_int_equal(chunk_count(f, slot), 3);
	for (uint32_t i = 0; i < 3; i++) {
		read_chunk(f, slot, i, chunk);
		assert_memory_equal(chunk->data, data + (size_t)i * XDPXE_CHUNK_BYTES,
				    XDPXE_CHUNK_DATA);
		memcpy(sums->data, chunk->data, sizeof(chunk->data));
		image_sums__fill(sums, (uint64_t)i * XDPXE_CHUNK_BYTES);
		assert_memory_equal(chunk->sums, sums->sums, sizeof(sums->sums));
		assert_memory_equal(chunk->block_sums, sums->block_sums, sizeof(sums->block_sums));
	}
	free(data);
	free(chunk);
	free(sums);
}

static void an_empty_block_behind_the_end_lies_in_a_chunk(void **state)
{
	struct fixture *f = *state;

	put_file(f, "empty", 0, 1);
	put_file(f, "full", XDPXE_CHUNK_BYTES, 1);
	put_file(f, "almost", XDPXE_CHUNK_BYTES - 1, 1);
	sync_with(f, CACHE, NULL);
	assert_int_equal(chunk_count(f, entry(f, "empty").image), 1);
	assert_int_equal(chunk_count(f, entry(f, "full").image), 2);
	assert_int_equal(chunk_count(f, entry(f, "almost").image), 1);
	assert_int_equal(f->report.files, 3);
	assert_int_equal(f->report.bytes, 2 * XDPXE_CHUNK_BYTES - 1);
}

static void sync_follows_the_root(void **state)
{
	struct fixture *f = *state;
	struct xdpxe_file a, b;
	char dir[64];

	snprintf(dir, sizeof(dir), "%s/sub", f->root);
	assert_int_equal(mkdir(dir, 0755), 0);
	put_file(f, "a", 100, 1);
	put_file(f, "sub/b", 200, 2);
	sync_with(f, CACHE, NULL);
	assert_int_equal(f->report.loaded, 2);
	a = entry(f, "a");
	b = entry(f, "sub/b");
	assert_int_equal(b.size, 200);

	sync_with(f, CACHE, NULL);
	assert_int_equal(f->report.loaded, 0);
	assert_int_equal(entry(f, "a").image, a.image);

	put_file(f, "a", 100, 3);
	put_file(f, "c", 300, 4);
	drop_file(f, "sub/b");
	sync_with(f, CACHE, NULL);
	assert_int_equal(f->report.loaded, 2);
	assert_int_equal(f->report.removed, 1);
	assert_int_equal(f->report.files, 2);
	assert_int_not_equal(entry(f, "a").image, a.image);
	assert_true(has_entry(f, "c"));
	assert_false(has_entry(f, "sub/b"));
	assert_true(slot_in_use(f, a.image));
	assert_true(slot_in_use(f, b.image));
}

static void many_files_each_get_their_own_image(void **state)
{
	struct fixture *f = *state;
	struct xdpxe_chunk *chunk = malloc(sizeof(*chunk));
	uint8_t data[40];
	char name[16];

	assert_non_null(chunk);
	for (unsigned int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "f%u", i);
		put_file(f, name, sizeof(data), i);
	}
	sync_with(f, CACHE, NULL);
	assert_int_equal(f->report.loaded, 300);
	for (unsigned int i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "f%u", i);
		fill_random(data, sizeof(data), i);
		read_chunk(f, entry(f, name).image, 0, chunk);
		assert_memory_equal(chunk->data, data, sizeof(data));
	}
	free(chunk);
}

static void a_root_that_cannot_be_read_removes_nothing(void **state)
{
	struct fixture *f = *state;
	char away[64];

	put_file(f, "a", 100, 1);
	sync_with(f, CACHE, NULL);
	snprintf(away, sizeof(away), "%s/away", f->base);
	assert_int_equal(rename(f->root, away), 0);
	assert_int_equal(images__sync(f->images, f->root, CACHE, NULL, &f->report), -ENOENT);
	assert_true(has_entry(f, "a"));
}

static void boot_files_go_before_others_when_the_cache_is_small(void **state)
{
	static const char *const first[] = { "/zboot.efi", "missing", NULL };
	struct fixture *f = *state;

	put_file(f, "aaa", 6000, 1);
	put_file(f, "bbb", 2000, 2);
	put_file(f, "zboot.efi", 6000, 3);
	sync_with(f, 10000, first);
	assert_int_equal(f->report.files, 2);
	assert_int_equal(f->report.passed, 1);
	assert_int_equal(entry(f, "aaa").flags, XDPXE_FILE_PASS);
	assert_int_equal(entry(f, "bbb").flags, 0);
	assert_int_equal(entry(f, "zboot.efi").flags, 0);

	sync_with(f, 14000, first);
	assert_int_equal(f->report.loaded, 1);
	assert_int_equal(f->report.passed, 0);
	assert_int_equal(entry(f, "aaa").flags, 0);
}

static void an_old_version_in_flight_counts_against_the_cache(void **state)
{
	struct fixture *f = *state;
	uint32_t old;

	put_file(f, "kernel", 6000, 1);
	sync_with(f, 10000, NULL);
	old = entry(f, "kernel").image;
	put_session(f, "kernel", old, 0, XDPXE_SESSION_OPEN);
	put_file(f, "kernel", 6000, 2);
	sync_with(f, 10000, NULL);
	assert_int_equal(entry(f, "kernel").flags, XDPXE_FILE_PASS);
	assert_true(slot_in_use(f, old));

	put_session(f, "kernel", old, 0, XDPXE_SESSION_DONE);
	sync_with(f, 10000, NULL);
	assert_int_equal(entry(f, "kernel").flags, 0);
	assert_false(slot_in_use(f, old));
}

static void links_are_followed_inside_the_root_only(void **state)
{
	struct fixture *f = *state;
	char inside[64];

	put_file(f, "real", 50, 1);
	put_file(f, "../secret", 50, 2);
	snprintf(inside, sizeof(inside), "%s/real", f->root);
	put_link(f, "relative", "real");
	put_link(f, "absolute", inside);
	put_link(f, "escape", "../secret");
	put_link(f, "etc", "/etc");
	put_link(f, "dangling", "nowhere");
	put_link(f, "loop", ".");
	sync_with(f, CACHE, NULL);
	assert_true(has_entry(f, "relative"));
	assert_true(has_entry(f, "absolute"));
	assert_false(has_entry(f, "escape"));
	assert_false(has_entry(f, "etc/passwd"));
	assert_int_equal(f->report.files, 3);
	assert_int_equal(f->report.skipped, 2);
}

static void names_without_room_and_odd_files_are_skipped(void **state)
{
	struct fixture *f = *state;
	char name[XDPXE_NAME_MAX + 1], fifo[64];

	memset(name, 'n', sizeof(name));
	name[XDPXE_NAME_MAX] = '\0';
	put_file(f, name, 10, 1);
	name[XDPXE_NAME_MAX - 1] = '\0';
	put_file(f, name, 10, 1);
	snprintf(fifo, sizeof(fifo), "%s/fifo", f->root);
	assert_int_equal(mkfifo(fifo, 0644), 0);
	sync_with(f, CACHE, NULL);
	assert_int_equal(f->report.files, 1);
	assert_int_equal(f->report.skipped, 1);
	assert_true(has_entry(f, name));
}

static void adoption_keeps_every_slot(void **state)
{
	struct fixture *f = *state;
	uint32_t a, old;

	put_file(f, "a", 100, 1);
	put_file(f, "b", 100, 2);
	sync_with(f, CACHE, NULL);
	a = entry(f, "a").image;
	old = entry(f, "b").image;
	put_session(f, "b", old, 0, XDPXE_SESSION_OPEN);
	put_file(f, "b", 150, 3);
	sync_with(f, CACHE, NULL);

	images__free(f->images);
	f->images = images__new(&f->maps, true);
	assert_non_null(f->images);
	put_file(f, "c", 10, 4);
	sync_with(f, CACHE, NULL);
	assert_int_equal(f->report.loaded, 1);
	assert_int_equal(f->report.files, 3);
	assert_int_equal(entry(f, "a").image, a);
	assert_true(slot_in_use(f, old));
	assert_int_not_equal(entry(f, "c").image, old);
}

static void an_image_that_a_crash_left_without_a_name_is_collected(void **state)
{
	struct fixture *f = *state;
	uint32_t slot = 1234;
	int inner = image_maps__new_inner(3);

	assert_int_equal(bpf_map_update_elem(f->maps.images, &slot, &inner, BPF_ANY), 0);
	close(inner);
	images__free(f->images);
	f->images = images__new(&f->maps, true);
	assert_non_null(f->images);
	assert_int_equal(images__collect(f->images, 10), 1);
	assert_false(slot_in_use(f, slot));
}

static void collect_waits_for_transfers(void **state)
{
	struct fixture *f = *state;
	uint32_t live, idle, done;

	put_file(f, "live", 100, 1);
	put_file(f, "idle", 100, 2);
	put_file(f, "done", 100, 3);
	put_file(f, "named", 100, 4);
	sync_with(f, CACHE, NULL);
	live = entry(f, "live").image;
	idle = entry(f, "idle").image;
	done = entry(f, "done").image;
	put_session(f, "live", live, 5, XDPXE_SESSION_OPEN);
	put_session(f, "idle", idle, 20, XDPXE_SESSION_OPEN);
	put_session(f, "done", done, 0, XDPXE_SESSION_DONE);
	drop_file(f, "live");
	drop_file(f, "idle");
	drop_file(f, "done");
	sync_with(f, CACHE, NULL);

	assert_int_equal(images__collect(f->images, 10), 2);
	assert_true(slot_in_use(f, live));
	assert_false(slot_in_use(f, idle));
	assert_false(slot_in_use(f, done));
	assert_true(slot_in_use(f, entry(f, "named").image));
	assert_int_equal(tids__drop_image(&f->maps, idle), 0);
	assert_int_equal(images__collect(f->images, 2), 1);
	assert_int_equal(tids__drop_image(&f->maps, live), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_look_ups_give_the_sum_of_any_range),
		cmocka_unit_test(each_block_has_its_sum),
		TEST(chunks_hold_the_file_and_overlap),
		TEST(an_empty_block_behind_the_end_lies_in_a_chunk),
		TEST(sync_follows_the_root),
		TEST(many_files_each_get_their_own_image),
		TEST(a_root_that_cannot_be_read_removes_nothing),
		TEST(boot_files_go_before_others_when_the_cache_is_small),
		TEST(an_old_version_in_flight_counts_against_the_cache),
		TEST(links_are_followed_inside_the_root_only),
		TEST(names_without_room_and_odd_files_are_skipped),
		TEST(adoption_keeps_every_slot),
		TEST(an_image_that_a_crash_left_without_a_name_is_collected),
		TEST(collect_waits_for_transfers),
	};

	log__set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
