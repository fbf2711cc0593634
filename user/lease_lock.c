// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "lease_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "parse.h"
#include "store.h"

#define SUFFIX ".lock"

static uint32_t read_pid(int fd)
{
	char text[16] = "";
	uint32_t pid = 0;
	ssize_t len = pread(fd, text, sizeof(text) - 1, 0);

	text[len > 0 ? strcspn(text, "\n") : 0] = '\0';
	return parse__u32(text, 1, INT32_MAX, &pid) ? pid : 0;
}

static void write_pid(int fd)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%d\n", (int)getpid());

	if (ftruncate(fd, 0) < 0 || pwrite(fd, text, (size_t)len, 0) != len)
		log_debug("a lock file without its process number: %s", strerror(errno));
}

int lease_lock__take(const char *path, int *fd)
{
	struct flock whole = { .l_type = F_WRLCK };
	size_t size = strlen(path) + sizeof(SUFFIX);
	char *name = malloc(size);

	*fd = -1;
	if (!name)
		return -ENOMEM;
	snprintf(name, size, "%s" SUFFIX, path);
	store__make_folders(path);
	*fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	free(name);
	if (*fd < 0)
		return 0;
	if (fcntl(*fd, F_OFD_SETLK, &whole) == 0) {
		write_pid(*fd);
		return 0;
	}
	if (errno != EAGAIN && errno != EACCES) {
		close(*fd);
		*fd = -1;
		return 0;
	}
	log_error("%s is the database of another xdpxe run (pid %u): give each a `leases.database` "
		  "of its own",
		  path, read_pid(*fd));
	close(*fd);
	*fd = -1;
	return -EBUSY;
}
