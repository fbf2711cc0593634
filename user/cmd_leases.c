// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "listing.h"
#include "mapread.h"

#define ARCH_TEXT 24

struct lease_row {
	char mac[VIEW_MAC_TEXT];
	char address[INET_ADDRSTRLEN];
	char network[VIEW_NETWORK_TEXT];
	char arch[ARCH_TEXT]; /* empty: the client did not tell */
	const char *state;
	__u32 sort_address;
	int64_t expires_in_s;		    /* negative: since when it is over */
	uint32_t first_seen_s, last_seen_s; /* ago */
	bool ipxe, reserved;
	bool aside; /* no lease: the address is set aside; the MAC is empty when a client declined it */
};

struct lease_reader {
	struct rows *rows;
	const struct rows *networks;
	uint32_t now_s;
};

static void arch_text(char text[ARCH_TEXT], unsigned int code)
{
	static const char *const names[XDPXE_ARCHES] = {
#define XDPXE_ARCH(code, NAME, name, kind, what) [code] = name,
#include "xdpxe/arch.def"
#undef XDPXE_ARCH
	};

	text[0] = '\0';
	if (code < XDPXE_ARCHES && names[code])
		snprintf(text, ARCH_TEXT, "%s", names[code]);
	else if (code != XDPXE_NONE)
		snprintf(text, ARCH_TEXT, "arch-%u", code);
}

static const char *state_text(uint64_t word, uint32_t now_s)
{
	if (XDPXE_LEASE_EXPIRES(word) <= now_s)
		return "expired";
	return XDPXE_LEASE_STATE(word) == XDPXE_LEASE_BOUND ? "bound" : "offered";
}

/* A lease of a network that is configured no more is shown with the address of its network alone. */
static void network_text(char text[VIEW_NETWORK_TEXT], __be32 subnet, const struct rows *networks)
{
	for (size_t i = 0; i < networks->count; i++) {
		const struct xdpxe_network *network = rows__at(networks, i);

		if (network->subnet == subnet) {
			view__network_text(text, subnet, network->mask);
			return;
		}
	}
	inet_ntop(AF_INET, &subnet, text, VIEW_NETWORK_TEXT);
}

static int add_lease(const void *key, const void *value, void *context)
{
	const struct xdpxe_client *client = key;
	const struct xdpxe_lease *lease = value;
	struct lease_reader *reader = context;
	struct lease_row *row;

	if (XDPXE_LEASE_STATE(lease->word) == XDPXE_LEASE_DEAD)
		return 0;
	row = rows__add(reader->rows);
	if (!row)
		return -ENOMEM;
	view__mac_text(row->mac, client->chaddr, client->hlen);
	inet_ntop(AF_INET, &lease->addr, row->address, sizeof(row->address));
	network_text(row->network, client->subnet, reader->networks);
	arch_text(row->arch, lease->arch);
	row->state = state_text(lease->word, reader->now_s);
	row->sort_address = ntohl(lease->addr);
	row->expires_in_s = (int64_t)XDPXE_LEASE_EXPIRES(lease->word) - reader->now_s;
	/* A frame may have come since the clock was read. */
	row->first_seen_s = reader->now_s > lease->first_s ? reader->now_s - lease->first_s : 0;
	row->last_seen_s = reader->now_s > lease->last_s ? reader->now_s - lease->last_s : 0;
	row->ipxe = lease->ipxe;
	row->reserved = lease->flags & XDPXE_LEASE_RESERVED;
	return 0;
}

/* The network that an address is in, empty for one that is configured no more. */
static void network_of(char text[VIEW_NETWORK_TEXT], __be32 addr, const struct rows *networks)
{
	text[0] = '\0';
	for (size_t i = 0; i < networks->count; i++) {
		const struct xdpxe_network *network = rows__at(networks, i);

		if ((addr & network->mask) == network->subnet)
			view__network_text(text, network->subnet, network->mask);
	}
}

static int add_aside(const void *key, const void *value, void *context)
{
	static const __u8 unknown[6];
	const struct xdpxe_client *owner = value;
	struct lease_reader *reader = context;
	struct lease_row *row;
	__be32 addr;

	if (owner->hlen || owner->subnet <= reader->now_s)
		return 0;
	row = rows__add(reader->rows);
	if (!row)
		return -ENOMEM;
	memcpy(&addr, key, sizeof(addr));
	row->aside = true;
	row->state = "declined";
	if (memcmp(owner->chaddr, unknown, sizeof(unknown)) != 0) {
		row->state = "in use";
		view__mac_text(row->mac, owner->chaddr, sizeof(unknown));
	}
	inet_ntop(AF_INET, &addr, row->address, sizeof(row->address));
	network_of(row->network, addr, reader->networks);
	row->sort_address = ntohl(addr);
	row->expires_in_s = (int64_t)owner->subnet - reader->now_s;
	return 0;
}

static int gather(const struct view *view, struct rows *rows)
{
	struct rows networks;
	struct lease_reader reader = { .rows = rows,
				       .networks = &networks,
				       .now_s = mapread__now_s() };
	int err = view__networks(view, &networks);

	if (!err)
		err = mapread__each(view->maps.leases, add_lease, &reader);
	if (!err)
		err = mapread__each(view->maps.owners, add_aside, &reader);
	rows__free(&networks);
	return err;
}

static int by_address(const void *a, const void *b)
{
	const struct lease_row *one = a, *other = b;

	return (one->sort_address > other->sort_address) -
	       (one->sort_address < other->sort_address);
}

static json_t *aside_json(const struct lease_row *row)
{
	return json_pack("{s:s?, s:s, s:s, s:I, s:s, s:n, s:b, s:n, s:n, s:b}", "mac",
			 row->mac[0] ? row->mac : NULL, "address", row->address, "state",
			 row->state, "expires_in_s", (json_int_t)row->expires_in_s, "network",
			 row->network, "arch", "ipxe", 0, "first_seen_s_ago", "last_seen_s_ago",
			 "reserved", 0);
}

static json_t *to_json(const void *item)
{
	const struct lease_row *row = item;

	if (row->aside)
		return aside_json(row);

	return json_pack("{s:s, s:s, s:s, s:I, s:s, s:s?, s:b, s:I, s:I, s:b}", "mac", row->mac,
			 "address", row->address, "state", row->state, "expires_in_s",
			 (json_int_t)row->expires_in_s, "network", row->network, "arch",
			 row->arch[0] ? row->arch : NULL, "ipxe", row->ipxe, "first_seen_s_ago",
			 (json_int_t)row->first_seen_s, "last_seen_s_ago",
			 (json_int_t)row->last_seen_s, "reserved", row->reserved);
}

static void to_cells(const void *item, struct table *table)
{
	const struct lease_row *row = item;
	char text[TABLE_TEXT];

	table__cell(table, "%s", row->address);
	table__cell(table, "%s", row->mac[0] ? row->mac : "-");
	table__cell(table, "%s", row->state);
	table__cell(table, "%s%s", row->expires_in_s < 0 ? "-" : "",
		    table__duration(text, (uint64_t)llabs(row->expires_in_s)));
	table__cell(table, "%s", row->network);
	table__cell(table, "%s%s", row->arch[0] ? row->arch : "-", row->ipxe ? " (iPXE)" : "");
	table__cell(table, "%s", row->aside ? "-" : table__duration(text, row->first_seen_s));
	table__cell(table, "%s", row->aside ? "-" : table__duration(text, row->last_seen_s));
	table__cell(table, "%s", row->reserved ? "reserved" : "pool");
}

int cmd_leases(int argc, char **argv)
{
	static const struct table_column columns[] = {
		{ "ADDRESS", false },	{ "MAC", false },      { "STATE", false },
		{ "EXPIRES", true },	{ "NETWORK", false },  { "ARCH", false },
		{ "FIRST SEEN", true }, { "LAST SEEN", true }, { "FROM", false },
	};
	static const struct listing listing = {
		.help = {
			.name = "leases",
			.text = "Shows every address that is offered or leased, and those that are set aside, by address:\n"
				"in use by a machine without a lease, or declined by a client.",
			.example = "  $ xdpxe leases --json | jq -r '.[] | select(.state == \"bound\") | .mac'\n"
				   "  52:54:00:12:34:56\n",
		},
		.row_size = sizeof(struct lease_row),
		.gather = gather,
		.compare = by_address,
		.to_json = to_json,
		.to_cells = to_cells,
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0]),
	};

	return listing__run(&listing, argc, argv);
}
