/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The parts of config__load(): each turns some keys of the raw text into values of struct config.
 */
#ifndef XDPXE_CONFIG_READER_H
#define XDPXE_CONFIG_READER_H

#include "config.h"
#include "config_boot.h"
#include "config_doc.h"
#include "config_schema.h"

struct config_reader {
	yaml_document_t *doc;
	const struct raw_config *raw;
	struct config *out;
	struct config_error *err;
};

/** config_reader__fail() - "FILE:LINE: KEY: " and the rest into the error. Return: false */
bool config_reader__fail(const struct config_reader *reader, const struct config_where *where,
			 const char *format, ...) __attribute__((format(printf, 3, 4)));

/** config_reader__text() - a copy of @text, of NULL too. Return: false without memory */
bool config_reader__text(const struct config_reader *reader, const char *text, char **out);

/** config_reader__array() - zeroed memory, NULL for @count 0. Return: false without memory */
bool config_reader__array(const struct config_reader *reader, size_t count, size_t size, void *out);

/* Each returns false with the error filled. They run in this order. */
bool config_reader__leases(const struct config_reader *reader);
bool config_reader__networks(const struct config_reader *reader);
bool config_reader__tftp(const struct config_reader *reader);
bool config_reader__boot(const struct config_reader *reader);
bool config_reader__hosts(const struct config_reader *reader);

/**
 * config_reader__pool() - the pool of network @index. @budget: addresses that pools may still take
 */
bool config_reader__pool(const struct config_reader *reader, size_t index, uint64_t *budget);

/**
 * config_reader__ipxe() - a URL or a file name under the root, for a client that is iPXE; NULL
 * stays NULL
 */
bool config_reader__ipxe(const struct config_reader *reader, const struct config_where *where,
			 const char *given, char **out);

/**
 * config_reader__first_stage() - a file name under the root, or an HTTP URL where @url_too; NULL
 * stays NULL
 */
bool config_reader__first_stage(const struct config_reader *reader,
				const struct config_where *where, const char *given, bool url_too,
				char **out);

/**
 * config_reader__no_loop() - refuse an iPXE that is told to load a first stage
 * @ipxe: @boot: what it loads, and a first-stage file; NULL for none
 */
bool config_reader__no_loop(const struct config_reader *reader, const struct config_where *where,
			    const char *ipxe, const char *boot);

#endif
