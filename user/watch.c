// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "watch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "log.h"
#include "rows.h"

/* IN_MODIFY: truncate(2) by path closes nothing. IN_CREATE: a link, hard or symbolic, is complete with it. */
#define WATCH_EVENTS                                                                               \
	(IN_CLOSE_WRITE | IN_MODIFY | IN_ATTRIB | IN_CREATE | IN_DELETE | IN_MOVED_FROM |          \
	 IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK)
#define READS_MAX 64 /* at once: somebody may make events faster than they are read */
#define DEPTH_MAX 64 /* each level holds a descriptor open */

#define CIFS_MAGIC 0xff534d42u
#define CEPH_MAGIC 0x00c36400u
#define FUSE_MAGIC 0x65735546u

struct watch {
	int inotify; /* -1: none */
	char *root;  /* NULL: nothing is watched */
	struct stat at;
	struct rows folders; /* int: watch descriptors, ascending */
	bool scan;
	bool told;
};

/* One watch__follow(): the folders found, and what was in the way. */
struct round {
	struct watch *watch;
	struct rows folders;
	const char *wrong; /* NULL: all folders are watched */
};

struct watch *watch__new(void)
{
	struct watch *watch = calloc(1, sizeof(*watch));

	if (!watch)
		return NULL;
	watch->folders.size = sizeof(int);
	watch->inotify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	return watch;
}

/* Changes that other machines make give no events here. */
static bool is_remote(int folder)
{
	struct statfs fs;

	if (fstatfs(folder, &fs))
		return false;
	switch ((unsigned int)fs.f_type) {
	case NFS_SUPER_MAGIC:
	case SMB_SUPER_MAGIC:
	case SMB2_SUPER_MAGIC:
	case AFS_SUPER_MAGIC:
	case V9FS_MAGIC:
	case CIFS_MAGIC:
	case CEPH_MAGIC:
	case FUSE_MAGIC:
		return true;
	default:
		return false;
	}
}

/* By descriptor, so that it is this very folder that is watched. Return: it makes sense to go on below it */
static bool round__watch(struct round *round, int folder)
{
	char path[64];
	int id, *fresh;

	if (is_remote(folder)) {
		round->wrong = "it is on a file system that tells no changes";
		return false;
	}
	if (round->folders.count == WATCH_FOLDERS_MAX) {
		round->wrong = "it has too many folders";
		return false;
	}
	snprintf(path, sizeof(path), "/proc/self/fd/%d", folder);
	id = inotify_add_watch(round->watch->inotify, path, WATCH_EVENTS);
	fresh = id < 0 ? NULL : rows__add(&round->folders);
	if (!fresh) {
		round->wrong = id < 0 && errno == ENOSPC ? "fs.inotify.max_user_watches is reached"
			       : id < 0			 ? strerror(errno)
							 : "out of memory";
		return false;
	}
	*fresh = id;
	return true;
}

/* A folder that went away, or that nobody may read, holds no files that are served. */
static void round__skip(struct round *round)
{
	if (errno == EMFILE || errno == ENFILE || errno == ENOMEM)
		round->wrong = strerror(errno);
}

static void round__folder(struct round *round, int at, const char *name, unsigned int depth);

/* @folder is closed here. */
static void round__enter(struct round *round, int folder, unsigned int depth)
{
	DIR *dir = fdopendir(folder);
	const struct dirent *entry;

	if (!dir) {
		round__skip(round);
		close(folder);
		return;
	}
	while (!round->wrong && (entry = readdir(dir)))
		if ((entry->d_type == DT_DIR || entry->d_type == DT_UNKNOWN) &&
		    strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			round__folder(round, dirfd(dir), entry->d_name, depth + 1);
	closedir(dir);
}

/* Watched first and read then: what comes in between is seen twice, not never. */
static void round__folder(struct round *round, int at, const char *name, unsigned int depth)
{
	int flags = O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC | (depth ? O_NOFOLLOW : 0);
	int folder = depth < DEPTH_MAX ? openat(at, name, flags) : -1;

	if (depth == DEPTH_MAX)
		return;
	if (folder < 0)
		round__skip(round);
	else if (round__watch(round, folder))
		round__enter(round, folder, depth);
	else
		close(folder);
}

static int by_id(const void *a, const void *b)
{
	const int *one = a, *other = b;

	return (*one > *other) - (*one < *other);
}

/* Folders that are no longer below the root; for one that was deleted the kernel has done so already. */
static void drop_others(struct watch *watch, const struct rows *keep)
{
	for (size_t i = 0; i < watch->folders.count; i++) {
		const int *id = rows__at(&watch->folders, i);

		if (!rows__find(keep, id, by_id))
			inotify_rm_watch(watch->inotify, *id);
	}
}

static bool set_root(struct watch *watch, const char *root)
{
	if (root && watch->root && !strcmp(root, watch->root))
		return true;
	free(watch->root);
	watch->root = root ? strdup(root) : NULL;
	watch->told = false;
	return watch->root || !root;
}

static void tell(struct watch *watch, const char *wrong)
{
	if (!watch->told)
		log_warn("tftp root: %s cannot be watched (%s): its files are looked at once a "
			 "second",
			 watch->root ? watch->root : "the folder", wrong);
	watch->told = true;
}

void watch__follow(struct watch *watch, const char *root)
{
	struct round round = { .watch = watch, .folders = { .size = sizeof(int) } };

	if (!set_root(watch, root))
		round.wrong = "out of memory";
	if (root && stat(root, &watch->at))
		memset(&watch->at, 0, sizeof(watch->at));
	if (root && watch->inotify < 0)
		round.wrong = "no inotify";
	if (root && !round.wrong)
		round__folder(&round, AT_FDCWD, root, 0);
	rows__sort(&round.folders, by_id);
	drop_others(watch, &round.folders);
	rows__free(&watch->folders);
	watch->folders = round.folders;
	watch->scan = round.wrong;
	if (round.wrong)
		tell(watch, round.wrong);
}

int watch__fd(const struct watch *watch)
{
	return watch->inotify;
}

bool watch__drain(struct watch *watch)
{
	_Alignas(struct inotify_event) char buffer[16384];
	bool any = false;
	ssize_t len;

	for (int i = 0; watch->inotify >= 0 && i < READS_MAX; i++) {
		len = read(watch->inotify, buffer, sizeof(buffer));
		if (len <= 0)
			break;
		for (char *at = buffer; at < buffer + len;) {
			const struct inotify_event *event = (void *)at;

			any = any || !(event->mask & IN_IGNORED);
			at += sizeof(*event) + event->len;
		}
	}
	return any;
}

bool watch__must_scan(const struct watch *watch)
{
	return watch->root && watch->scan;
}

bool watch__moved(const struct watch *watch)
{
	struct stat now;

	if (!watch->root)
		return false;
	if (stat(watch->root, &now))
		return watch->at.st_ino != 0;
	return now.st_dev != watch->at.st_dev || now.st_ino != watch->at.st_ino;
}

void watch__free(struct watch *watch)
{
	if (!watch)
		return;
	if (watch->inotify >= 0)
		close(watch->inotify);
	rows__free(&watch->folders);
	free(watch->root);
	free(watch);
}
