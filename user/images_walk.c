// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The files below the TFTP root. */
#define _GNU_SOURCE 1 /* O_PATH, scandirat */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "images_priv.h"

#define DEPTH_MAX 16
#define FOLDERS_MAX XDPXE_FILES_MAX
#define FOUND_MAX                                                                                  \
	(4 * XDPXE_FILES_MAX) /* more than can be served, so that boot files are among them */
#define RENAME_ATTEMPTS 16

/* A folder being read and those above it: one that is among them again is a loop of symbolic links. */
struct folder {
	const char *path;
	const struct folder *up;
	unsigned int depth;
	dev_t device;
	ino_t inode;
};

static int open_beneath(int root, const char *path, int flags)
{
	struct open_how how = {
		.flags = (uint64_t)(flags | O_CLOEXEC),
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};

	/* EAGAIN: something was renamed during the look-up, and the kernel could not tell whether it stayed inside. */
	for (int attempt = 0; attempt < RENAME_ATTEMPTS; attempt++) {
		int fd = (int)syscall(SYS_openat2, root, path, &how, sizeof(how));

		if (fd >= 0 || errno != EAGAIN)
			return fd >= 0 ? fd : -errno;
	}
	return -EAGAIN;
}

int walk__open(const struct walk *walk, const char *path, int flags)
{
	char at_root[64], below_root[sizeof(at_root) + XDPXE_NAME_MAX], root[PATH_MAX],
		target[PATH_MAX];
	int fd = open_beneath(walk->root, path, flags);
	size_t len;

	if (fd != -EXDEV)
		return fd;
	/* Perhaps an absolute link to a place inside: opened by what it means below the root. */
	snprintf(at_root, sizeof(at_root), "/proc/self/fd/%d", walk->root);
	snprintf(below_root, sizeof(below_root), "%s/%s", at_root, path);
	if (!realpath(at_root, root) || !realpath(below_root, target))
		return -EXDEV;
	len = strlen(root);
	if (strncmp(root, target, len) || target[len] != '/')
		return -EXDEV;
	return open_beneath(walk->root, target + len + 1, flags);
}

/* @path: shorter than XDPXE_NAME_MAX */
static int walk__add(struct walk *walk, const char *path, const struct stat *st)
{
	struct found *found;

	if (walk->rows.count == FOUND_MAX) {
		walk->skipped++;
		return 0;
	}
	found = rows__add(&walk->rows);
	if (!found)
		return -ENOMEM;
	memcpy(found->name.path, path, strlen(path) + 1);
	file__describe(&found->file, st);
	found->ctime_ns = file__stamp_ns(&st->st_ctim);
	found->rank = UINT32_MAX;
	return 0;
}

/* A name that cannot be opened: counted and told, unless it went away meanwhile. The root itself must be there. */
static int walk__skip(struct walk *walk, const char *path, int err)
{
	if (*path && (err == -ENOENT || err == -ENOTDIR))
		return 0;
	if (!*path || err == -ENOMEM || err == -EMFILE || err == -ENFILE)
		return err;
	if (err == -EXDEV)
		told__warn(walk->told,
			   "tftp root: %s: a symbolic link that leads out of the root; skipped",
			   path);
	else
		told__warn(walk->told, "tftp root: %s: %s; skipped", path, strerror(-err));
	if (err != -EXDEV && err != -EACCES && err != -ELOOP)
		walk->partial = true;
	walk->skipped++;
	return 0;
}

static int walk__folder(struct walk *walk, const char *path, const struct folder *up);

static int walk__entry(struct walk *walk, const struct folder *in, const char *name)
{
	char path[XDPXE_NAME_MAX];
	struct stat st;
	int fd, len, err;

	len = snprintf(path, sizeof(path), "%s%s%s", in->path, *in->path ? "/" : "", name);
	if (len < 0 || (size_t)len >= sizeof(path)) {
		told__warn(walk->told, "tftp root: %s/%s: longer than %zu bytes; skipped", in->path,
			   name, sizeof(path) - 1);
		walk->skipped++;
		return 0;
	}
	fd = walk__open(walk, path, O_PATH);
	if (fd < 0)
		return walk__skip(walk, path, fd);
	err = fstat(fd, &st) ? -errno : 0;
	close(fd);
	if (err)
		return walk__skip(walk, path, err);
	if (S_ISREG(st.st_mode))
		return walk__add(walk, path, &st);
	return S_ISDIR(st.st_mode) ? walk__folder(walk, path, in) : 0;
}

static int is_not_self(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
}

static int by_entry_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

/* Whether a folder may be entered: not too deep, not one of those that contain it. */
static bool folder__may_enter(struct walk *walk, const struct folder *folder)
{
	if (folder->depth > DEPTH_MAX || walk->folders >= FOLDERS_MAX) {
		told__warn(walk->told, "tftp root: %s: too deep or too many folders; skipped",
			   folder->path);
		walk->skipped++;
		return false;
	}
	for (const struct folder *up = folder->up; up; up = up->up)
		if (up->device == folder->device && up->inode == folder->inode)
			return false;
	walk->folders++;
	return true;
}

static int walk__folder(struct walk *walk, const char *path, const struct folder *up)
{
	struct folder folder = { .path = path, .up = up, .depth = up ? up->depth + 1 : 0 };
	int fd = walk__open(walk, *path ? path : ".", O_RDONLY | O_DIRECTORY);
	struct dirent **entries = NULL;
	struct stat st;
	int count, err = 0;

	if (fd < 0)
		return walk__skip(walk, path, fd);
	if (fstat(fd, &st)) {
		err = -errno;
		goto cleanup;
	}
	folder.device = st.st_dev;
	folder.inode = st.st_ino;
	if (!folder__may_enter(walk, &folder))
		goto cleanup;
	count = scandirat(fd, ".", &entries, is_not_self, by_entry_name);
	if (count < 0)
		err = walk__skip(walk, path, -errno);
	for (int i = 0; i < count; i++) {
		if (!err)
			err = walk__entry(walk, &folder, entries[i]->d_name);
		free(entries[i]);
	}
cleanup:
	free(entries);
	close(fd);
	return err;
}

static int by_name(const void *a, const void *b)
{
	const struct found *one = a, *other = b;

	return strcmp(one->name.path, other->name.path);
}

int walk__run(struct walk *walk, const char *root, struct rows *told)
{
	int err;

	*walk = (struct walk){
		.root = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC),
		.rows = { .size = sizeof(struct found) },
		.told = told,
	};
	if (walk->root < 0)
		return -errno;
	err = walk__folder(walk, "", NULL);
	if (err)
		return err;
	if (walk->partial)
		told__warn(walk->told,
			   "tftp root: not all of %s could be read; no name is removed this time",
			   root);
	rows__sort(&walk->rows, by_name);
	walk->found = walk->rows.items;
	walk->count = walk->rows.count;
	return 0;
}

static int against_name(const void *path, const void *item)
{
	return strcmp(path, ((const struct found *)item)->name.path);
}

struct found *walk__find(const struct walk *walk, const char *path)
{
	return rows__find(&walk->rows, path, against_name);
}

void walk__close(struct walk *walk)
{
	if (walk->root >= 0)
		close(walk->root);
	rows__free(&walk->rows);
}
