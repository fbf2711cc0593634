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

/**
 * struct config_reader - one file while it is read
 * @path:  of the file, for messages
 * @doc:   its text as a tree; NULL for a file that is no YAML
 * @lines: where there is no tree: the line of each entry
 */
struct config_reader {
	const char *path;
	yaml_document_t *doc;
	const unsigned int *lines;
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
bool config_reader__telemetry(const struct config_reader *reader);
bool config_reader__mode(const struct config_reader *reader);
bool config_reader__networks(const struct config_reader *reader);
bool config_reader__tftp(const struct config_reader *reader);
bool config_reader__boot(const struct config_reader *reader);
bool config_reader__boot_options(const struct config_reader *reader);
bool config_reader__hosts(const struct config_reader *reader);
bool config_reader__limits(const struct config_reader *reader);
bool config_reader__delays(const struct config_reader *reader);
bool config_reader__web(const struct config_reader *reader);
bool config_reader__check_proxy(const struct config_reader *reader);

/** config_reader__authoritative() - of network @i: its own key, or else the one for all */
bool config_reader__authoritative(const struct config_reader *reader, size_t i);

/** config_reader__path() - a file name; a relative one counts from the configuration's folder */
bool config_reader__path(const struct config_reader *reader, const char *given, char **out);

/** config_reader__line() - line of a place in the file */
unsigned int config_reader__line(const struct config_reader *reader,
				 const struct config_where *where);

/**
 * config_reader__network_options() - what machines of network @index are told beside the address:
 * NTP, MTU, renewal times, options by number; and whether unknown ones are served
 */
bool config_reader__network_options(const struct config_reader *reader, size_t index);

/**
 * config_reader__pool() - the pool of network @index. @budget: addresses that pools may still take
 */
bool config_reader__pool(const struct config_reader *reader, size_t index, uint64_t *budget);

/**
 * config_reader__link() - where the machines of network @index are, and this server's address
 */
bool config_reader__link(const struct config_reader *reader, size_t index);

/** config_reader__member() - an address of a machine in network @index; NULL leaves @out */
bool config_reader__member(const struct config_reader *reader, size_t index, const char *key,
			   const char *given, uint32_t *out);

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

/** config_reader__fail_arch() - @given is no name of an architecture; lists those that are. Return: false */
bool config_reader__fail_arch(const struct config_reader *reader, const struct config_where *where,
			      const char *given);

/**
 * config_reader__no_loop() - refuse an iPXE that is told to load a first stage
 * @ipxe: @boot: what it loads, and a first-stage file; NULL for none
 */
bool config_reader__no_loop(const struct config_reader *reader, const struct config_where *where,
			    const char *ipxe, const char *boot);

#endif
