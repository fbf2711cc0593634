// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "bpffs.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/magic.h>

#define BPFFS_MODE "mode=0700" /* else anybody may make folders in it */
#define ABOVE_MAX 32	       /* processes above this one that are looked at */
#define PATH_ROOM 64

static bool is_bpffs(const char *path)
{
	struct statfs fs;

	return statfs(path, &fs) == 0 && fs.f_type == BPF_FS_MAGIC;
}

static bool mount_here(void)
{
	return mount("bpf", BPFFS, "bpf", 0, BPFFS_MODE) == 0;
}

/* Are these the mounts of process @pid? 0 for this one. Also true when it cannot be told. */
static bool shares_mounts_with(pid_t pid)
{
	char path[PATH_ROOM];
	struct stat own, other;

	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", (int)pid);
	return stat("/proc/self/ns/mnt", &own) < 0 || stat(path, &other) < 0 ||
	       own.st_ino == other.st_ino;
}

/* Mount bpffs where process @pid sees it; in a child, since that changes the mount namespace. */
static bool mount_for(pid_t pid)
{
	char path[PATH_ROOM];
	int status = -1, fd;
	pid_t child;

	snprintf(path, sizeof(path), "/proc/%d/ns/mnt", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	child = fork();
	if (child == 0)
		_exit(setns(fd, CLONE_NEWNS) == 0 && mount_here() ? 0 : 1);
	close(fd);
	return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

/* The parent of a process, 0 when it cannot be told. */
static pid_t parent_of(pid_t pid)
{
	char path[PATH_ROOM], line[256], *rest;
	int parent = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	rest = fgets(line, sizeof(line), file) ? strrchr(line, ')') : NULL; /* behind its name */
	if (!rest || sscanf(rest, ") %*c %d", &parent) != 1)
		parent = 0;
	fclose(file);
	return parent;
}

/* The bpffs of process @pid by a descriptor, which stays when the process goes. NULL when there is none. */
static const char *of_process(pid_t pid, bool mount)
{
	static char path[PATH_ROOM];
	char outer[PATH_ROOM];
	int fd;

	snprintf(outer, sizeof(outer), "/proc/%d/root" BPFFS, (int)pid);
	if (!is_bpffs(outer) && !(mount && mount_for(pid)))
		return NULL;
	fd = open(outer, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return path;
}

/* A parent may have gone; whoever began the session, a shell mostly, is still there. */
static const char *of_one_above(bool mount)
{
	pid_t pid = getppid(), leader = getsid(0);

	for (int i = 0; i < ABOVE_MAX && pid > 1; i++, pid = parent_of(pid))
		if (!shares_mounts_with(pid))
			return of_process(pid, mount);
	return leader > 1 && !shares_mounts_with(leader) ? of_process(leader, mount) : NULL;
}

const char *bpffs__path(bool mount)
{
	const char *outer = NULL;

	if (!shares_mounts_with(1))
		outer = of_process(1, mount);
	if (!outer && (access("/proc/1/ns/mnt", R_OK) < 0 || !shares_mounts_with(1)))
		outer = of_one_above(mount);
	if (outer)
		return outer;
	return is_bpffs(BPFFS) || (mount && mount_here()) ? BPFFS : NULL;
}
