/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Files that the configuration names. */
#ifndef XDPXE_PLAN_FILE_H
#define XDPXE_PLAN_FILE_H

#include <stdint.h>

#include "config.h"

/**
 * plan_file__check() - can file @name under @root be served
 * @size: its bytes, on success
 * Return: NULL, or why not: "does not exist".
 */
const char *plan_file__check(const char *root, const char *name, uint64_t *size);

/**
 * plan_file__find() - plan_file__check() for a name that may be an alias of @config; a file of that
 * name goes before it
 */
const char *plan_file__find(const struct config *config, const char *name, uint64_t *size);

/** struct plan_origin - what names a file or URL, for messages */
struct plan_origin {
	const char *path;
	const char *key;
	unsigned int line;
};

/**
 * plan_file__require() - plan_file__find(), and whether it fits the cache
 * Return: false with @err filled
 */
bool plan_file__require(const struct config *config, const struct plan_origin *origin,
			const char *name, uint64_t *size, struct config_error *err);

/** plan_file__check_root() - is @root a folder that can be read. Return: NULL, or why not */
const char *plan_file__check_root(const char *root);

#endif
