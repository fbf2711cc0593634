// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Every way in which files change becomes an event, and nothing else does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "log.h"
#include "watch.h"

struct fixture {
	struct watch *watch;
	char base[32], root[40], path[128];
};

static const char *at(struct fixture *f, const char *name)
{
	snprintf(f->path, sizeof(f->path), "%s/%s", f->root, name);
	return f->path;
}

static void put(struct fixture *f, const char *name, const char *text)
{
	int fd = open(at(f, name), O_WRONLY | O_CREAT | O_TRUNC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

static void make_folder(struct fixture *f, const char *name)
{
	assert_int_equal(mkdir(at(f, name), 0755), 0);
}

static void move(struct fixture *f, const char *from, const char *to)
{
	char old[128];

	snprintf(old, sizeof(old), "%s", at(f, from));
	assert_int_equal(rename(old, at(f, to)), 0);
}

/* Follow the root as it is now, and forget how it came about. */
static void settle(struct fixture *f)
{
	watch__follow(f->watch, f->root);
	watch__drain(f->watch);
}

/* Whether the descriptor tells of something, and the queue agrees. */
static bool told(struct fixture *f)
{
	struct pollfd fd = { .fd = watch__fd(f->watch), .events = POLLIN };
	bool ready = poll(&fd, 1, 0) == 1, any = watch__drain(f->watch);

	assert_true(ready || !any);
	return any;
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	strcpy(f->base, "/tmp/xdpxe-watch-XXXXXX");
	assert_non_null(mkdtemp(f->base));
	snprintf(f->root, sizeof(f->root), "%s/root", f->base);
	assert_int_equal(mkdir(f->root, 0755), 0);
	put(f, "file", "one");
	make_folder(f, "sub");
	put(f, "sub/file", "one");
	put(f, "../outside", "one");
	f->watch = watch__new();
	assert_non_null(f->watch);
	settle(f);
	assert_false(watch__must_scan(f->watch));
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

	watch__free(f->watch);
	nftw(f->base, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
	free(f);
	return 0;
}

static void every_change_of_a_file_is_told(void **state)
{
	struct fixture *f = *state;

	assert_false(told(f));
	put(f, "new", "x");
	assert_true(told(f));
	put(f, "sub/file", "two");
	assert_true(told(f));
	move(f, "../outside", "file");
	assert_true(told(f));
	move(f, "file", "../outside");
	assert_true(told(f));
	assert_int_equal(truncate(at(f, "sub/file"), 1), 0);
	assert_true(told(f));
	assert_int_equal(chmod(at(f, "sub/file"), 0600), 0);
	assert_true(told(f));
	assert_int_equal(symlink("new", at(f, "link")), 0);
	assert_true(told(f));
	assert_int_equal(unlink(at(f, "sub/file")), 0);
	assert_true(told(f));
	assert_false(told(f));
}

static void a_hard_link_is_told(void **state)
{
	struct fixture *f = *state;
	char outside[64];

	snprintf(outside, sizeof(outside), "%s/outside", f->base);
	assert_int_equal(link(outside, at(f, "hard")), 0);
	assert_true(told(f));
}

static void reading_is_not_told(void **state)
{
	struct fixture *f = *state;
	char text[8];
	int fd = open(at(f, "file"), O_RDONLY);

	assert_int_equal(read(fd, text, sizeof(text)), 3);
	close(fd);
	watch__follow(f->watch, f->root);
	assert_false(told(f));
}

static void a_new_folder_is_watched_once_it_was_followed(void **state)
{
	struct fixture *f = *state;

	make_folder(f, "a");
	assert_true(told(f));
	make_folder(f, "a/b");
	settle(f);
	put(f, "a/b/file", "x");
	assert_true(told(f));
}

static void what_left_the_root_is_watched_no_more(void **state)
{
	struct fixture *f = *state;

	move(f, "sub", "../away");
	assert_true(told(f));
	settle(f);
	put(f, "../away/file", "two");
	assert_false(told(f));
	move(f, "../away", "back");
	settle(f);
	put(f, "back/file", "three");
	assert_true(told(f));
}

static void links_are_not_followed_outside(void **state)
{
	struct fixture *f = *state;

	make_folder(f, "../else");
	assert_int_equal(symlink("../else", at(f, "link")), 0);
	settle(f);
	put(f, "../else/file", "x");
	assert_false(told(f));
}

static void another_root_replaces_the_first(void **state)
{
	struct fixture *f = *state;
	char other[64];

	make_folder(f, "../other");
	snprintf(other, sizeof(other), "%s/other", f->base);
	watch__follow(f->watch, other);
	watch__drain(f->watch);
	put(f, "file", "two");
	assert_false(told(f));
	put(f, "../other/file", "x");
	assert_true(told(f));
	watch__follow(f->watch, NULL);
	watch__drain(f->watch);
	put(f, "../other/file", "y");
	assert_false(told(f));
	assert_false(watch__must_scan(f->watch));
	assert_false(watch__moved(f->watch));
}

static void a_root_that_was_replaced_shows(void **state)
{
	struct fixture *f = *state;

	assert_false(watch__moved(f->watch));
	move(f, "", "../old");
	assert_true(watch__moved(f->watch));
	assert_int_equal(mkdir(f->root, 0755), 0);
	assert_true(watch__moved(f->watch));
	settle(f);
	assert_false(watch__moved(f->watch));
	put(f, "file", "x");
	assert_true(told(f));
}

static void a_root_that_is_missing_shows_when_it_comes(void **state)
{
	struct fixture *f = *state;

	move(f, "", "../old");
	settle(f);
	assert_false(watch__moved(f->watch));
	assert_int_equal(mkdir(f->root, 0755), 0);
	assert_true(watch__moved(f->watch));
}

static void too_many_folders_are_scanned(void **state)
{
	struct fixture *f = *state;
	char name[16];

	for (int i = 0; i < WATCH_FOLDERS_MAX - 2; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		make_folder(f, name);
	}
	settle(f);
	assert_false(watch__must_scan(f->watch));
	make_folder(f, "more");
	settle(f);
	assert_true(watch__must_scan(f->watch));
	assert_int_equal(rmdir(at(f, "more")), 0);
	settle(f);
	assert_false(watch__must_scan(f->watch));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(every_change_of_a_file_is_told),
		TEST(a_hard_link_is_told),
		TEST(reading_is_not_told),
		TEST(a_new_folder_is_watched_once_it_was_followed),
		TEST(what_left_the_root_is_watched_no_more),
		TEST(links_are_not_followed_outside),
		TEST(another_root_replaces_the_first),
		TEST(a_root_that_was_replaced_shows),
		TEST(a_root_that_is_missing_shows_when_it_comes),
		TEST(too_many_folders_are_scanned),
	};

	log__set_level(LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
