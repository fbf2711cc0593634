/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The architectures of arch.def by code, and what a value under `boot:` is. */
#ifndef XDPXE_CONFIG_BOOT_H
#define XDPXE_CONFIG_BOOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct config_arch - a row of arch.def
 * @name: key under `boot:` @text: what it is @http: the first stage is a URL
 */
struct config_arch {
	const char *name;
	const char *text;
	bool http;
};

/** config_arch__get() - by code of option 93. Return: NULL for a code without a name */
const struct config_arch *config_arch__get(size_t code);

/** config_arch__codes() - bit N for each code N of that name. Return: 0 for a name that no code has */
uint64_t config_arch__codes(const char *name);

/** boot__is_url() - a value of `boot:` is a URL, and no file name under the root */
bool boot__is_url(const char *value);

/** boot__is_http() - it is one that UEFI HTTP boot takes */
bool boot__is_http(const char *value);

/** boot__is_tftp() - it is fetched by TFTP: a file name under the root or a tftp:// URL */
bool boot__is_tftp(const char *value);

#endif
