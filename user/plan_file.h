/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Files that the configuration names. */
#ifndef XDPXE_PLAN_FILE_H
#define XDPXE_PLAN_FILE_H

#include <stdint.h>

/**
 * plan_file__check() - can file @name under @root be served
 * @size: its bytes, on success
 * Return: NULL, or why not: "does not exist".
 */
const char *plan_file__check(const char *root, const char *name, uint64_t *size);

/** plan_file__check_root() - is @root a folder that can be read. Return: NULL, or why not */
const char *plan_file__check_root(const char *root);

#endif
