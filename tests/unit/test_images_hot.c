// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Files that are being written, and files with two names. */
#define _GNU_SOURCE 1
#include "image_maps.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "images.h"
#include "log.h"

#define CACHE (256u << 20)
#define QUIET_MS 150
#define NOWHERE (UINT32_MAX - 1)

struct fixture {
	struct maps maps;
	struct images *images;
	struct images_report report;
	char root[32];
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	image_maps__open(&f->maps);
	strcpy(f->root, "/tmp/xdpxe-hot-XXXXXX");
	assert_non_null(mkdtemp(f->root));
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

	nftw(f->root, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
	images__free(f->images);
	image_maps__close(&f->maps);
	free(f);
	return 0;
}

static void path_of(const struct fixture *f, const char *name, char path[256])
{
	snprintf(path, 256, "%s/%s", f->root, name);
}

static void put(const struct fixture *f, const char *name, size_t size)
{
	char path[256];
	int fd;

	path_of(f, name, path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)size), 0);
	close(fd);
}

static void drop(const struct fixture *f, const char *name)
{
	char path[256];

	path_of(f, name, path);
	assert_int_equal(unlink(path), 0);
}

static void sync_root(struct fixture *f)
{
	assert_int_equal(images__sync(f->images, f->root, CACHE, NULL, &f->report), 0);
}

static void wait_quiet(void)
{
	const struct timespec pause = { .tv_nsec = (QUIET_MS + 20) * 1000000L };

	nanosleep(&pause, NULL);
}

static struct xdpxe_file entry(const struct fixture *f, const char *path)
{
	const struct xdpxe_name name = image_maps__name(path);
	struct xdpxe_file file;

	if (bpf_map_lookup_elem(f->maps.files, &name, &file))
		return (struct xdpxe_file){ .image = NOWHERE };
	return file;
}

static void a_changed_file_keeps_its_version_until_it_is_left_alone(void **state)
{
	struct fixture *f = *state;
	struct xdpxe_file old;

	put(f, "kernel", 100);
	sync_root(f);
	old = entry(f, "kernel");
	images__set_quiet(f->images, QUIET_MS);
	put(f, "kernel", 200);
	sync_root(f);
	assert_int_equal(f->report.hot, 1);
	assert_int_equal(f->report.loaded, 0);
	assert_int_equal(f->report.files, 1);
	assert_int_equal(entry(f, "kernel").size, 100);
	assert_int_equal(entry(f, "kernel").image, old.image);

	wait_quiet();
	sync_root(f);
	assert_int_equal(f->report.hot, 0);
	assert_int_equal(f->report.loaded, 1);
	assert_int_equal(entry(f, "kernel").size, 200);
}

static void a_new_file_waits_too_but_not_without_a_quiet_time(void **state)
{
	struct fixture *f = *state;

	put(f, "start", 10);
	sync_root(f);
	assert_int_equal(entry(f, "start").size, 10);
	images__set_quiet(f->images, QUIET_MS);
	put(f, "new", 20);
	sync_root(f);
	assert_int_equal(f->report.hot, 1);
	assert_int_equal(entry(f, "new").image, NOWHERE);
	images__set_quiet(f->images, 0);
	sync_root(f);
	assert_int_equal(f->report.hot, 0);
	assert_int_equal(entry(f, "new").size, 20);
}

static void an_unchanged_file_is_never_hot(void **state)
{
	struct fixture *f = *state;

	put(f, "a", 10);
	sync_root(f);
	images__set_quiet(f->images, QUIET_MS);
	sync_root(f);
	assert_int_equal(f->report.hot, 0);
	assert_int_equal(f->report.files, 1);
}

static void a_time_in_the_future_does_not_postpone(void **state)
{
	const struct timespec future[2] = { { .tv_sec = 4000000000 }, { .tv_sec = 4000000000 } };
	struct fixture *f = *state;
	char path[256];

	images__set_quiet(f->images, QUIET_MS);
	put(f, "a", 10);
	path_of(f, "a", path);
	assert_int_equal(utimensat(AT_FDCWD, path, future, 0), 0);
	wait_quiet();
	sync_root(f);
	assert_int_equal(f->report.hot, 0);
	assert_int_equal(entry(f, "a").size, 10);
}

static void a_copied_old_time_does_not_hide_a_change(void **state)
{
	const struct timespec past[2] = { { .tv_sec = 1000000000 }, { .tv_sec = 1000000000 } };
	struct fixture *f = *state;
	char path[256];

	images__set_quiet(f->images, QUIET_MS);
	put(f, "a", 10);
	path_of(f, "a", path);
	assert_int_equal(utimensat(AT_FDCWD, path, past, 0), 0);
	sync_root(f);
	assert_int_equal(f->report.hot, 1);
	assert_int_equal(entry(f, "a").image, NOWHERE);
}

struct scribbler {
	const char *path;
	uint64_t size;
	bool stop;
};

/* Write a file over and over with the time of its last change always set back to the same. */
static void *scribble(void *context)
{
	const struct timespec past[2] = { { .tv_sec = 1000000000 }, { .tv_sec = 1000000000 } };
	struct scribbler *scribbler = context;
	char *data = malloc(scribbler->size);

	for (unsigned int version = 1; !__atomic_load_n(&scribbler->stop, __ATOMIC_RELAXED);
	     version++) {
		int fd = open(scribbler->path, O_WRONLY);

		memset(data, (int)(version & 0xff), scribbler->size);
		if (pwrite(fd, data, scribbler->size, 0) < 0)
			break;
		futimens(fd, past);
		close(fd);
		usleep(version % 4 * 1000);
	}
	free(data);
	return NULL;
}

/* Whether all bytes of the image are the same, as each version of the scribbler has it. */
static bool is_whole(const struct fixture *f, const struct xdpxe_file *file)
{
	struct xdpxe_chunk *chunk = malloc(sizeof(*chunk));
	bool whole = true;
	uint32_t id;
	uint8_t first = 0;
	int map;

	assert_non_null(chunk);
	assert_int_equal(bpf_map_lookup_elem(f->maps.images, &file->image, &id), 0);
	map = bpf_map_get_fd_by_id(id);
	for (uint32_t i = 0; i < file->size >> XDPXE_CHUNK_SHIFT; i++) {
		assert_int_equal(bpf_map_lookup_elem(map, &i, chunk), 0);
		first = i ? first : chunk->data[0];
		for (size_t at = 0; whole && at < XDPXE_CHUNK_BYTES; at++)
			whole = chunk->data[at] == first;
	}
	close(map);
	free(chunk);
	return whole;
}

/* Another time for each round makes the file look changed. */
static void set_time(const char *path, int round)
{
	const struct timespec time[2] = { { .tv_sec = 999999000 + round },
					  { .tv_sec = 999999000 + round } };

	assert_int_equal(utimensat(AT_FDCWD, path, time, 0), 0);
}

static void a_file_that_changes_while_it_is_read_is_not_mixed(void **state)
{
	struct fixture *f = *state;
	struct scribbler scribbler = { .size = 512 * XDPXE_CHUNK_BYTES };
	unsigned int loaded = 0;
	char path[256];
	pthread_t thread;

	put(f, "a", scribbler.size);
	path_of(f, "a", path);
	scribbler.path = path;
	sync_root(f);
	assert_int_equal(pthread_create(&thread, NULL, scribble, &scribbler), 0);
	for (int i = 0; i < 40; i++) {
		struct xdpxe_file file;

		set_time(path, i);
		sync_root(f);
		loaded += f->report.loaded;
		file = entry(f, "a");
		assert_true(is_whole(f, &file));
		images__collect(f->images, 0);
	}
	__atomic_store_n(&scribbler.stop, true, __ATOMIC_RELAXED);
	pthread_join(thread, NULL);
	sync_root(f);
	assert_int_equal(f->report.hot, 0);
	assert_true(loaded > 10);
}

static void a_file_that_is_open_for_writing_waits(void **state)
{
	struct fixture *f = *state;
	char path[256];
	int fd;

	put(f, "a", 10);
	sync_root(f);
	path_of(f, "a", path);
	fd = open(path, O_WRONLY);
	assert_int_equal(write(fd, "x", 1), 1);
	sync_root(f);
	assert_int_equal(f->report.hot, 1);
	assert_int_equal(f->report.loaded, 0);
	close(fd);
	sync_root(f);
	assert_int_equal(f->report.hot, 0);
	assert_int_equal(f->report.loaded, 1);
}

static void an_alias_shares_the_image_of_its_file(void **state)
{
	struct fixture *f = *state;
	struct xdpxe_file file, alias;

	put(f, "undionly.kpxe", 100);
	assert_int_equal(images__add_alias(f->images, "pxelinux.0", "undionly.kpxe"), 0);
	for (int i = 0; i < 2; i++) {
		sync_root(f);
		file = entry(f, "undionly.kpxe");
		alias = entry(f, "pxelinux.0");
		assert_memory_equal(&file, &alias, sizeof(file));
		assert_int_equal(f->report.files, 1);
		assert_int_equal(f->report.aliases, 1);
		assert_int_equal(f->report.bytes, 100);
		assert_int_equal(f->report.removed, 0);
	}
	put(f, "undionly.kpxe", 300);
	sync_root(f);
	assert_int_equal(entry(f, "pxelinux.0").size, 300);
	assert_int_equal(entry(f, "pxelinux.0").image, entry(f, "undionly.kpxe").image);
	assert_int_equal(images__collect(f->images, 0), 1);
}

static void an_alias_goes_with_its_file_and_comes_back(void **state)
{
	struct fixture *f = *state;

	put(f, "file", 100);
	assert_int_equal(images__add_alias(f->images, "alias", "file"), 0);
	sync_root(f);
	drop(f, "file");
	sync_root(f);
	assert_int_equal(entry(f, "alias").image, NOWHERE);
	assert_int_equal(f->report.removed, 2);
	assert_int_equal(images__collect(f->images, 0), 1);
	put(f, "file", 50);
	sync_root(f);
	assert_int_equal(entry(f, "alias").size, 50);
}

static void a_file_goes_before_an_alias_of_its_name(void **state)
{
	struct fixture *f = *state;

	put(f, "file", 100);
	assert_int_equal(images__add_alias(f->images, "alias", "file"), 0);
	sync_root(f);
	put(f, "alias", 7);
	sync_root(f);
	sync_root(f);
	assert_int_equal(entry(f, "alias").size, 7);
	assert_int_equal(f->report.files, 2);
	assert_int_equal(f->report.aliases, 0);
	drop(f, "alias");
	sync_root(f);
	assert_int_equal(entry(f, "alias").size, 100);
	assert_int_equal(f->report.removed, 0);
	assert_int_equal(images__collect(f->images, 0), 1);
}

static void a_forgotten_alias_leaves_its_file_alone(void **state)
{
	struct fixture *f = *state;

	put(f, "file", 100);
	assert_int_equal(images__add_alias(f->images, "alias", "file"), 0);
	sync_root(f);
	images__forget_aliases(f->images);
	sync_root(f);
	assert_int_equal(entry(f, "alias").image, NOWHERE);
	assert_int_equal(entry(f, "file").size, 100);
	assert_int_equal(images__collect(f->images, 0), 0);
}

static void a_boot_file_may_be_named_by_its_alias(void **state)
{
	static const char *const first[] = { "boot", NULL };
	struct fixture *f = *state;

	put(f, "aaa", 6000);
	put(f, "zzz", 6000);
	assert_int_equal(images__add_alias(f->images, "boot", "zzz"), 0);
	assert_int_equal(images__sync(f->images, f->root, 10000, first, &f->report), 0);
	assert_int_equal(entry(f, "aaa").flags, XDPXE_FILE_PASS);
	assert_int_equal(entry(f, "boot").flags, 0);
}

static void names_of_aliases_have_a_bound(void **state)
{
	char name[XDPXE_NAME_MAX + 1] = "";
	struct fixture *f = *state;

	memset(name, 'a', XDPXE_NAME_MAX);
	assert_int_equal(images__add_alias(f->images, name, "file"), -ENAMETOOLONG);
	assert_int_equal(images__add_alias(f->images, "alias", name), -ENAMETOOLONG);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_changed_file_keeps_its_version_until_it_is_left_alone),
		TEST(a_new_file_waits_too_but_not_without_a_quiet_time),
		TEST(an_unchanged_file_is_never_hot),
		TEST(a_time_in_the_future_does_not_postpone),
		TEST(a_copied_old_time_does_not_hide_a_change),
		TEST(a_file_that_changes_while_it_is_read_is_not_mixed),
		TEST(a_file_that_is_open_for_writing_waits),
		TEST(an_alias_shares_the_image_of_its_file),
		TEST(an_alias_goes_with_its_file_and_comes_back),
		TEST(a_file_goes_before_an_alias_of_its_name),
		TEST(a_forgotten_alias_leaves_its_file_alone),
		TEST(a_boot_file_may_be_named_by_its_alias),
		TEST(names_of_aliases_have_a_bound),
	};

	log__set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
