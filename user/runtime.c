// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "runtime.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "parse.h"
#include "pins.h"

#define RUNTIME_DIR "/run/xdpxe"
#define ASK_SECONDS 30

static void runtime_path(const char *ifname, const char *suffix, char *path, size_t size)
{
	mkdir(RUNTIME_DIR, 0755);
	snprintf(path, size, RUNTIME_DIR "/%lu-%s.%s", pins__netns(), ifname, suffix);
}

static pid_t read_pid(int fd)
{
	char text[16] = "";
	uint32_t pid = 0;
	ssize_t len = pread(fd, text, sizeof(text) - 1, 0);

	if (len <= 0)
		return 0;
	text[strcspn(text, "\n")] = 0;
	return parse__u32(text, 1, INT32_MAX, &pid) ? (pid_t)pid : 0;
}

/* A daemon that ended removed its lock; one that we opened just before must not count. */
static bool is_still_there(int fd, const char *path)
{
	struct stat opened, named;

	return fstat(fd, &opened) == 0 && stat(path, &named) == 0 && opened.st_ino == named.st_ino;
}

int runtime__lock(const char *ifname, pid_t *holder)
{
	struct flock whole = { .l_type = F_WRLCK };
	char path[128];
	char text[16];
	int fd, len;

	runtime_path(ifname, "lock", path, sizeof(path));
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0)
		return -errno;
	if (fcntl(fd, F_OFD_SETLK, &whole) < 0) {
		int err = errno == EAGAIN || errno == EACCES ? -EBUSY : -errno;

		*holder = read_pid(fd);
		close(fd);
		return err;
	}
	if (!is_still_there(fd, path)) {
		close(fd);
		return -EAGAIN;
	}
	len = snprintf(text, sizeof(text), "%d\n", (int)getpid());
	if (ftruncate(fd, 0) < 0 || pwrite(fd, text, len, 0) != len) {
		int err = -errno;

		close(fd);
		return err;
	}
	return fd;
}

pid_t runtime__holder(const char *ifname)
{
	struct flock asked = {
		.l_type = F_WRLCK
	}; /* asks only: a daemon that starts just now must not find it taken */
	char path[128];
	pid_t pid = 0;
	int fd;

	runtime_path(ifname, "lock", path, sizeof(path));
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return 0;
	if (fcntl(fd, F_OFD_GETLK, &asked) == 0 && asked.l_type != F_UNLCK)
		pid = read_pid(fd);
	close(fd);
	return pid;
}

static int socket_address(const char *first, struct sockaddr_un *address)
{
	char path[128];

	runtime_path(first, "sock", path, sizeof(path));
	memset(address, 0, sizeof(*address));
	address->sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(address->sun_path))
		return -ENAMETOOLONG;
	memcpy(address->sun_path, path, strlen(path) + 1);
	return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
}

void runtime__http_path(const char *first, char *path, size_t size)
{
	runtime_path(first, "http", path, size);
}

int runtime__listen(const char *first)
{
	struct sockaddr_un address;
	int fd = socket_address(first, &address);
	mode_t mask;
	int err;

	if (fd < 0)
		return fd;
	unlink(address.sun_path); /* the lock says that nobody listens there */
	mask = umask(0077);
	err = bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, 8) < 0;
	umask(mask);
	if (err) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

void runtime__forget(const char *ifname)
{
	char path[128];

	runtime_path(ifname, "lock", path, sizeof(path));
	unlink(path);
	runtime_path(ifname, "sock", path, sizeof(path));
	unlink(path);
	runtime_path(ifname, "http", path, sizeof(path));
	unlink(path);
	rmdir(RUNTIME_DIR); /* stays while another daemon runs */
}

int runtime__ask(const char *first, const char *command, char reply[RUNTIME_REPLY])
{
	struct timeval limit = { .tv_sec = ASK_SECONDS };
	struct sockaddr_un address;
	int fd = socket_address(first, &address);
	ssize_t len = -1;

	if (fd < 0)
		return fd;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0 &&
	    send(fd, command, strlen(command), MSG_NOSIGNAL) >= 0)
		len = recv(fd, reply, RUNTIME_REPLY - 1, 0);
	if (len <= 0) {
		int err = len == 0 ? -ECONNRESET : -errno;

		close(fd);
		return err;
	}
	reply[len] = 0;
	close(fd);
	return 0;
}
