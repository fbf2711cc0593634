/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The parts of what `xdpxe check` prints. */
#ifndef XDPXE_CHECK_H
#define XDPXE_CHECK_H

#include <stdio.h>

#include "plan.h"

/**
 * struct check_files - the files below the TFTP root
 * @files: @bytes: of those that fit the cache, boot files first and then by name, as `run` loads
 *         them
 * @chunks: of struct xdpxe_chunk for them
 * @beyond: files left to the host's own TFTP server
 */
struct check_files {
	size_t files, beyond;
	uint64_t bytes, chunks;
};

/**
 * check_files__count() - walk the root of @plan; all zero where there is none. Return: 0, negative
 * errno
 */
int check_files__count(const struct plan *plan, struct check_files *out);

/** check__bytes() - "1.5 GiB"; text is in @buffer */
const char *check__bytes(uint64_t bytes, char buffer[32]);

/** check__print_networks() - a row for each */
void check__print_networks(const struct plan *plan, FILE *out);

/**
 * check__print_boot() - every architecture by code and name, what it boots, and how long that is;
 * iPXE; hosts
 */
void check__print_boot(const struct plan *plan, FILE *out);

/** check__print_tftp() - the root, the bounds, second names; @files: of check_files__count() */
void check__print_tftp(const struct plan *plan, const struct check_files *files, FILE *out);

/** check__print_limits() - limits, whether addresses are probed, replies that wait */
void check__print_limits(const struct plan *plan, FILE *out);

/** check__print_memory() - a row for each map */
void check__print_memory(const struct plan *plan, const struct check_files *files, FILE *out);

#endif
