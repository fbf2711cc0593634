// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "config_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* 65,536 hosts with every key at its longest */
#define FILE_BYTES_MAX (64 << 20)

char *config_file__read(const char *path, size_t *size, struct config_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *text = NULL;
	struct stat st;
	ssize_t got = 0;

	if (fd < 0 || fstat(fd, &st)) {
		config__error(err, path, 0, "cannot be opened: %s", strerror(errno));
		goto cleanup;
	}
	if (!S_ISREG(st.st_mode) || st.st_size > FILE_BYTES_MAX) {
		config__error(err, path, 0, "%s; legal: a file of at most 64 MiB",
			      S_ISREG(st.st_mode) ? "longer than 64 MiB" : "no regular file");
		goto cleanup;
	}
	text = malloc((size_t)st.st_size + 1);
	if (!text) {
		config__error(err, path, 0, "out of memory");
		goto cleanup;
	}
	for (*size = 0; *size < (size_t)st.st_size; *size += (size_t)got) {
		got = read(fd, text + *size, (size_t)st.st_size - *size);
		if (got <= 0)
			break;
	}
	if (got < 0) {
		config__error(err, path, 0, "cannot be read: %s", strerror(errno));
		free(text);
		text = NULL;
	}
cleanup:
	if (fd >= 0)
		close(fd);
	return text;
}
