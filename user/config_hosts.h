/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reservations: where they stand, and the parts of reading them. */
#ifndef XDPXE_CONFIG_HOSTS_H
#define XDPXE_CONFIG_HOSTS_H

#include "config_reader.h"

/** struct config_host_key - a place for messages: "hosts[7].ip", or in a file of hosts "ip" */
struct config_host_key {
	char text[64];
};

/** config_host__key() - the name of a host's @key */
struct config_host_key config_host__key(const struct config *config, const struct config_host *host,
					const char *key);

/** config_host__path() - the file a host stands in */
const char *config_host__path(const struct config *config, const struct config_host *host);

/**
 * config_hosts__read() - values of the hosts of @reader->raw
 * @top: of their list in the tree, "" for a file of its own
 * @out: as many
 */
bool config_hosts__read(const struct config_reader *reader, const char *top,
			struct config_host *out);

/** config_hosts__unique() - whether each MAC and IP address stands once, over both files */
bool config_hosts__unique(const struct config_reader *reader);

/**
 * config_hosts__file() - append the hosts of @reader->out->hosts_path: CSV or a YAML list, by the end of its name
 */
bool config_hosts__file(const struct config_reader *reader);

/** config_hosts__append() - room for @count more, zeroed. Return: the first of them, NULL with the error filled */
struct config_host *config_hosts__append(const struct config_reader *reader, size_t count);

#endif
