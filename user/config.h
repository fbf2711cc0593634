/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The configuration file: YAML to struct config. Every address here is in host byte order. */
#ifndef XDPXE_CONFIG_H
#define XDPXE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config_limits.h"
#include "config_web.h"
#include "xdpxe/abi.h"

enum config_mode {
	CONFIG_MODE_SERVER, /* DHCP and TFTP */
	CONFIG_MODE_PROXY,  /* TFTP, and DHCP without addresses, which another server gives */
	CONFIG_MODE_TFTP,   /* files only */
};

struct config_range {
	uint32_t first, last; /* both belong to it */
};

/**
 * struct config_options - DHCP options given by number
 * @line:  where the list stands
 * @bytes: serialised: code, length, bytes; NULL for none
 * @codes: bit N % 64 of word N / 64: option N is among them
 */
struct config_options {
	unsigned int line;
	uint8_t *bytes;
	size_t len;
	uint64_t codes[4];
};

struct config_network {
	unsigned int line; /* of the file, for messages of later checks */
	uint32_t subnet, mask;
	uint32_t address; /* 0: the interface's */
	struct config_range *pool;
	size_t pool_count;
	uint32_t lease_time_s;
	uint32_t router; /* 0: none */
	uint32_t *dns;
	size_t dns_count;
	char *domain;	  /* NULL: none */
	char *interface;  /* NULL: the one that has the address */
	uint16_t vlan[2]; /* outer and inner, 0: no tag */
	bool relayed;	  /* its machines are behind relays only */
	uint32_t renew_time_s, rebind_time_s;
	uint32_t *ntp;
	size_t ntp_count;
	uint16_t mtu;	 /* 0: not told */
	bool known_only; /* machines that are not in `hosts` are left alone */
	struct config_options options;
	bool authoritative;
	bool conflict_check; /* free addresses are probed */
};

struct config_host {
	unsigned int line; /* of the configuration, or with @in_file of the file of hosts */
	bool in_file;
	bool deny;
	uint8_t mac[6];
	uint32_t ip;			/* 0: from the pool */
	char *boot;			/* NULL: by architecture */
	char *ipxe;			/* NULL: boot.ipxe */
	char *hostname;			/* NULL: not told */
	struct config_options *options; /* NULL: none */
};

#define CONFIG_ALIASES_MAX 256

/* A second name of a file; both are relative to the root, without a leading '/'. */
struct config_alias {
	unsigned int line;
	char *name;
	char *file;
};

struct config {
	char *path; /* of the file itself */
	char **interfaces;
	size_t interface_count;
	unsigned int interfaces_line;
	enum config_mode mode;
	char *lease_database; /* NULL: leases are in the kernel only */
	bool telemetry;	      /* it is followed what machines do */
	struct config_network *networks;
	size_t network_count;
	char *tftp_root; /* NULL: no TFTP */
	unsigned int tftp_root_line;
	uint64_t cache_bytes;
	struct config_alias *aliases;
	size_t alias_count;
	uint64_t rollover_one; /* bit N: clients of arch code N count 65,535, 1 */
	uint8_t window;	       /* blocks for one ACK, at most */
	/* By code of option 93, NULL for none. Codes that share a name hold equal texts. */
	char *boot[XDPXE_ARCHES];
	unsigned int boot_line[XDPXE_ARCHES];
	char *boot_ipxe; /* NULL: none */
	unsigned int boot_ipxe_line;
	/* By code of option 93, of codes that share a name only the first; and for iPXE. */
	struct config_options boot_options[XDPXE_ARCHES];
	struct config_options ipxe_options;
	char *hosts_path; /* of the file of hosts, NULL: none */
	struct config_host *hosts;
	size_t host_count;
	struct config_limits limits;
	struct config_delay *delays;
	size_t delay_count;
	struct config_web web;
};

/**
 * struct config_error - what is wrong with a configuration, ready to print
 * @text: one line, "FILE:LINE: key: what was given; what is legal"
 */
struct config_error {
	char text[1024];
};

/**
 * config__load() - read and check a file
 * @path: YAML file
 * @err:  filled when the result is NULL
 *
 * Checks all that the file alone can tell: syntax, unknown keys, values, overlaps. What needs the
 * machine (interfaces, boot files) is checked by plan__make().
 *
 * Return: the configuration, to be freed by config__free(), or NULL.
 */
struct config *config__load(const char *path, struct config_error *err);

/** config_host__clear() - free what a host points to */
void config_host__clear(struct config_host *host);

/** config_options__has() - is option @code among them? */
static inline bool config_options__has(const struct config_options *options, uint8_t code)
{
	return options->codes[code / 64] >> code % 64 & 1;
}

/** config__free() - free a configuration; NULL is allowed */
void config__free(struct config *config);

/**
 * config__error() - write "PATH:LINE: key: given; legal" into @err
 * @line: 0 leaves the line number out
 */
void config__error(struct config_error *err, const char *path, unsigned int line,
		   const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
