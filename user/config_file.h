/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The bytes of a file that somebody wrote by hand or by a script. */
#ifndef XDPXE_CONFIG_FILE_H
#define XDPXE_CONFIG_FILE_H

#include <stddef.h>

#include "config.h"

/**
 * config_file__read() - the whole of a regular file of at most 64 MiB, with room for a NUL behind it
 * Return: memory to be freed, NULL with @err filled
 */
char *config_file__read(const char *path, size_t *size, struct config_error *err);

#endif
