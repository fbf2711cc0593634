/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* `options:`: DHCP options by number, for what has no key of its own. */
#ifndef XDPXE_CONFIG_OPTIONS_H
#define XDPXE_CONFIG_OPTIONS_H

#include "config_reader.h"

/* Whom a list of options is for. 43 and 60 go with a boot file only, since they change how firmware reads an offer. */
enum config_options_for {
	CONFIG_OPTIONS_NETWORK,
	CONFIG_OPTIONS_HOST,
	CONFIG_OPTIONS_BOOT,
};

/**
 * config_reader__options() - read a list
 * @top: its place, for messages: "networks[0].options"
 * @out: zeroed; bytes to be freed
 * Refuses what the server makes itself, values that are no such, and a code given twice.
 */
bool config_reader__options(const struct config_reader *reader, const char *top,
			    enum config_options_for whom, const struct raw_options *raw,
			    struct config_options *out);

/**
 * config_options__apart() - whether no machine could be told one option twice: by its network, boot file and
 * reservation; a client joins such values to one (RFC 3396)
 */
bool config_options__apart(const struct config_reader *reader);

#endif
