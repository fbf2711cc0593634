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
#define CONFIG_OPTIONS_MAX 32

/* An option by number: a code, and its value in one of the other ways. */
struct raw_option {
	char *code, *hex, *text, *u8, *u16, *u32, *boolean;
	char **ip;
	unsigned int ip_count;
};

struct raw_options {
	struct raw_option *list;
	unsigned int list_count;
};

struct raw_network {
	char *subnet, *address, *pool, *lease_time, *router, *domain;
	char *interface, *vlan, *relayed;
	char *renew_time, *rebind_time, *mtu, *unknown_clients;
	char **dns, **ntp;
	unsigned int dns_count, ntp_count;
	struct raw_options options;
	char *authoritative, *conflict_check;
};

struct raw_host {
	char *mac, *ip, *boot, *ipxe, *deny, *hostname;
	struct raw_options options;
};

struct raw_boot_options {
	struct raw_options arch[XDPXE_ARCHES]; /* of codes that share a name only the first */
	struct raw_options ipxe;
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

struct raw_limits {
	char *messages, *requests, *combinations, *leases, *offers, *own_mac;
};

struct raw_delay {
	char *mac, *class, *delay;
};

struct raw_config {
	char **interfaces;
	unsigned int interfaces_count;
	struct raw_leases leases;
	char *mode, *authoritative;
	struct raw_network *networks;
	unsigned int networks_count;
	struct raw_tftp tftp;
	struct raw_boot boot;
	struct raw_boot_options boot_options;
	char *hosts_file, *unknown_clients;
	char *telemetry;
	struct raw_host *hosts;
	unsigned int hosts_count;
	struct raw_limits limits;
	struct raw_delay *reply_delay;
	unsigned int reply_delay_count;
	char *web;
};

/* For cyaml_load_data() and cyaml_free(), which must get the same. */
extern const cyaml_config_t config_cyaml;
extern const cyaml_schema_value_t config_schema;
extern const cyaml_schema_value_t config_hosts_schema; /* of a file of hosts: a list */

#endif
