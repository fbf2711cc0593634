/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The shape of the configuration file: which keys there are and where; every value is still text.
 */
#ifndef XDPXE_CONFIG_SCHEMA_H
#define XDPXE_CONFIG_SCHEMA_H

#include <cyaml/cyaml.h>

#include "config.h"
#include "xdpxe/abi.h"

#define CONFIG_DNS_MAX 8

struct raw_network {
	char *subnet, *address, *pool, *lease_time, *router, *domain;
	char **dns;
	unsigned int dns_count;
};

struct raw_host {
	char *mac, *ip, *boot, *ipxe, *deny;
};

struct raw_boot {
	char *file[XDPXE_ARCHES]; /* of codes that share a name only the first is filled */
	char *ipxe;
};

struct raw_alias {
	char *name, *file;
};

struct raw_tftp {
	char *root, *cache, *window;
	struct raw_alias *aliases;
	unsigned int aliases_count;
	char **rollover_one;
	unsigned int rollover_one_count;
};

struct raw_leases {
	char *database;
};

struct raw_config {
	char **interfaces;
	unsigned int interfaces_count;
	struct raw_leases leases;
	char *mode;
	struct raw_network *networks;
	unsigned int networks_count;
	struct raw_tftp tftp;
	struct raw_boot boot;
	struct raw_host *hosts;
	unsigned int hosts_count;
};

/* For cyaml_load_data() and cyaml_free(), which must get the same. */
extern const cyaml_config_t config_cyaml;
extern const cyaml_schema_value_t config_schema;

#endif
