/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* `xdpxe import --leases`. */
#ifndef XDPXE_CMD_IMPORT_LEASES_H
#define XDPXE_CMD_IMPORT_LEASES_H

#include "import.h"

/**
 * cmd_import_leases() - another server's leases into our database
 * @path:     its file
 * @format:   which server's; NULL: to be guessed
 * @database: ours; NULL: that of the configuration
 * @config:   our configuration, which says for which networks
 *
 * Return: EXIT_*
 */
int cmd_import_leases(const char *path, const enum import_format *format, const char *database,
		      const char *config);

#endif
