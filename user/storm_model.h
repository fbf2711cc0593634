/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How each kind of client speaks and how patient it is, taken from captures of the real ones.
 * Constants only. What a machine says in DHCP follows from its architecture and stage; how it reads files from
 * --client, or from the architecture as well.
 */
#ifndef XDPXE_STORM_MODEL_H
#define XDPXE_STORM_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * struct storm_moments - when something is sent that gets no answer
 * @ms: from the first time on, which is 0; the last one is when the client gives up
 */
struct storm_moments {
	const uint16_t *ms;
	uint8_t count;
};

/** struct storm_dhcp_model - a client's DHCP; its options are written by storm_dhcp__build() */
struct storm_dhcp_model {
	const char *name;
	bool broadcast;	  /* sets the broadcast flag, and takes no unicast reply */
	bool needs_mask;  /* takes no OFFER without options 1 and 54 */
	bool skips_probe; /* option 13 spares it the request for the file's size */
	bool new_xid;	  /* for every repeated DISCOVER */
	bool plain_ip;	  /* UDP checksum 0, "don't fragment" */
	uint8_t ttl;
	uint16_t collect_ms; /* how long it waits for better OFFERs */
	uint16_t secs[4];    /* of each DISCOVER; of a REQUEST, the third */
	struct storm_moments discover, request, arp;
};

enum storm_client {
	STORM_CLIENT_IPXE,
	STORM_CLIENT_EDK2,
	STORM_CLIENT_GRUB,
	STORM_CLIENT_UBOOT,
	STORM_CLIENT_ROM,
	STORM_CLIENT_AUTO, /* as the architecture has it; no row of its own */
};

/**
 * struct storm_tftp_model - a client's TFTP
 * @probe:   option string of a request that is given up once the size is known, NULL for none
 * @request: that of the request that is meant. "%u" in either is the block size, or the window
 * @abort_code: @abort_text: the ERROR that ends a probe
 * @must_have_oack: a server that ignores the options is no use
 */
struct storm_tftp_model {
	const char *name;
	const char *const *probe;
	const char *const *request;
	uint16_t blksize, window;
	uint16_t abort_code;
	const char *abort_text;
	bool must_have_oack, leading_slash, plain_ip;
	uint8_t habits; /* STORM_ANSWERS_*, STORM_NO_CHECKSUM */
	uint8_t ttl;
	uint16_t first_port, ports; /* own ports are in [first_port, first_port + ports) */
	struct storm_moments rrq, ack;
};

/** storm_model__tftp() - the row of @client, which is not AUTO */
const struct storm_tftp_model *storm_model__tftp(enum storm_client client);

/** storm_model__client() - by name, "ipxe" and so on. Return: false for none */
bool storm_model__client(const char *name, enum storm_client *out);

/** storm_model__client_names() - "ipxe, edk2, ..." */
const char *storm_model__client_names(void);

/** storm_model__dhcp() - what firmware of a code of option 93 says; with @ipxe, what iPXE says there */
const struct storm_dhcp_model *storm_model__dhcp(uint16_t arch, bool ipxe);

/** storm_model__of_arch() - the TFTP client that such firmware has */
enum storm_client storm_model__of_arch(uint16_t arch);

/** storm_model__is_efi() */
bool storm_model__is_efi(uint16_t arch);

/** storm_model__is_uboot() */
bool storm_model__is_uboot(uint16_t arch);

#endif
