// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The configuration file: config__load() from a file in memory. A refusal is one line; what is taken is consistent.
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "config_holds.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config_error err = { .text = "" };
	int file = memfd_create("config", MFD_CLOEXEC);
	struct config *config;
	char path[64];

	must(file >= 0 && write(file, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	config = config__load(path, &err);
	if (config)
		check_config(config);
	else
		check_error(&err, path);
	config__free(config);
	close(file);
	return 0;
}
