/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* DHCP as a booting client speaks and hears it: RFC 2131, 2132, 4578. */
#ifndef XDPXE_STORM_DHCP_H
#define XDPXE_STORM_DHCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xdpxe/dhcp_wire.h"

#define STORM_DHCP_MAX 576 /* room for any message built here */
#define STORM_NAME_MAX 255 /* longest boot file name of option 67 */

/**
 * struct storm_dhcp_say - what a DISCOVER or REQUEST is made of
 * @server_id: @requested: network byte order; a REQUEST has them, a DISCOVER 0
 */
struct storm_dhcp_say {
	uint8_t type;
	uint8_t mac[6];
	uint16_t arch;
	bool ipxe;
	uint32_t xid;
	uint16_t secs;
	uint8_t uuid[16];
	uint32_t server_id, requested;
};

/**
 * storm_dhcp__build() - the BOOTP message, options in the order of the real client
 * Return: its bytes, at most STORM_DHCP_MAX
 */
size_t storm_dhcp__build(uint8_t out[STORM_DHCP_MAX], const struct storm_dhcp_say *say);

/**
 * struct storm_dhcp_heard - what a reply says; addresses in network byte order, 0 for absent
 * @name: the boot file, of option 67 or else of the field; NUL-terminated, empty for none
 * @size_blocks: option 13, 0 for absent
 * @no_wait: option 175.176 or 60 spares iPXE its wait for a proxy
 * @needs_4011: option 60 PXEClient without 43: a UEFI client would ask port 4011
 */
struct storm_dhcp_heard {
	uint8_t type;
	uint32_t xid, yiaddr, siaddr, server_id, mask, router;
	uint16_t flags;
	uint16_t size_blocks;
	uint8_t mac[6];
	bool no_wait, needs_4011, has_lease_time;
	char name[STORM_NAME_MAX + 1];
};

/**
 * storm_dhcp__parse() - take a reply apart
 * Return: NULL; or what is wrong with it
 */
const char *storm_dhcp__parse(const uint8_t *data, size_t len, struct storm_dhcp_heard *out);

#endif
