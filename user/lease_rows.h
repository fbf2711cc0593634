/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What `xdpxe leases` shows: rows from the maps of an instance or from a database, and which of them are wanted. */
#ifndef XDPXE_LEASE_ROWS_H
#define XDPXE_LEASE_ROWS_H

#include "store.h"
#include "view.h"

#define LEASE_ARCH_TEXT 24

enum lease_state { LEASE_OFFERED, LEASE_BOUND, LEASE_EXPIRED, LEASE_DECLINED, LEASE_STATES };

/**
 * struct lease_row - one address
 * @client: with its subnet; hlen 0 for a declined address
 * @addr: host byte order
 * @network: its address and prefix, or the address alone where that is all there is
 * @arch: empty: the client did not tell
 * @expires: Unix time; @expires_in_s: negative: since when it is over
 * @first_seen_s: @last_seen_s: ago
 */
struct lease_row {
	struct xdpxe_client client;
	uint32_t addr;
	enum lease_state state;
	char network[VIEW_NETWORK_TEXT];
	char arch[LEASE_ARCH_TEXT];
	int64_t expires, expires_in_s;
	uint32_t first_seen_s, last_seen_s;
	bool ipxe, reserved;
};

/* Which rows are wanted: those that meet all of it. Begin with LEASE_FILTER_ALL. */
struct lease_filter {
	uint8_t mac[6]; /* the first bytes of the hardware address */
	size_t mac_len;
	uint32_t first, last; /* addresses, host byte order */
	bool has_network;
	uint32_t subnet;     /* of that network, host byte order */
	unsigned int states; /* bit N: enum lease_state N */
};
#define LEASE_FILTER_ALL                                                                           \
	{                                                                                          \
		.last = UINT32_MAX, .states = (1u << LEASE_STATES) - 1                             \
	}

/**
 * lease_filter__set() - one more condition
 * @option: 'm' a MAC address or its first bytes; 'i' an address, a range or a subnet; 'n' a network, with or without
 *          its prefix; 's' states, separated by commas
 * Return: NULL, or what is legal
 */
const char *lease_filter__set(struct lease_filter *filter, int option, const char *text);

/** lease_state__text() - "offered", "bound", "expired", "declined" */
const char *lease_state__text(enum lease_state state);

/** lease_rows__from_maps() - add the rows of an instance. Return: 0, negative errno */
int lease_rows__from_maps(const struct view *view, const struct lease_filter *filter,
			  struct rows *rows);

/** lease_rows__from_store() - add the rows of a database. Return: 0, -ENOMEM */
int lease_rows__from_store(const struct store_content *content, const struct lease_filter *filter,
			   struct rows *rows);

#endif
