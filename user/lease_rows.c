// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "lease_rows.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lease_clock.h"
#include "mapread.h"

struct reader {
	struct rows *rows;
	const struct lease_filter *filter;
	const struct rows *networks; /* struct view_network; NULL: they are not known */
	uint32_t now_s;
	int64_t calendar; /* Unix time less the clock of the rows that are read */
};

static void arch_text(char text[LEASE_ARCH_TEXT], unsigned int code)
{
	static const char *const names[XDPXE_ARCHES] = {
#define XDPXE_ARCH(code, NAME, name, kind, what) [code] = name,
#include "xdpxe/arch.def"
#undef XDPXE_ARCH
	};

	text[0] = '\0';
	if (code < XDPXE_ARCHES && names[code])
		snprintf(text, LEASE_ARCH_TEXT, "%s", names[code]);
	else if (code != XDPXE_NONE)
		snprintf(text, LEASE_ARCH_TEXT, "arch-%u", code);
}

/* The network that an address is in: one that is configured no more is shown by @subnet alone. */
static void network_text(char text[VIEW_NETWORK_TEXT], __be32 addr, __be32 subnet,
			 const struct rows *networks)
{
	const struct view_network *network =
		networks ? view__network_of(networks, subnet ? subnet : addr) : NULL;

	text[0] = '\0';
	if (network)
		view__network_text(text, network->wire.subnet, network->wire.mask);
	else if (subnet)
		inet_ntop(AF_INET, &subnet, text, VIEW_NETWORK_TEXT);
}

static bool wants(const struct lease_filter *filter, const struct lease_row *row)
{
	return (filter->states >> row->state & 1) && row->addr >= filter->first &&
	       row->addr <= filter->last &&
	       (!filter->has_network || ntohl(row->client.subnet) == filter->subnet) &&
	       (!filter->mac_len || (row->client.hlen >= filter->mac_len &&
				     !memcmp(row->client.chaddr, filter->mac, filter->mac_len)));
}

/* Add @row if it is wanted, with what follows from its other members. */
static int add(const struct reader *reader, struct lease_row *row)
{
	struct lease_row *added;
	__be32 addr = htonl(row->addr);

	row->expires_in_s = row->expires - reader->calendar - reader->now_s;
	if (row->state == LEASE_BOUND || row->state == LEASE_OFFERED)
		row->state = row->expires_in_s <= 0 ? LEASE_EXPIRED : row->state;
	network_text(row->network, addr, row->client.subnet, reader->networks);
	if (!wants(reader->filter, row))
		return 0;
	added = rows__add(reader->rows);
	if (!added)
		return -ENOMEM;
	*added = *row;
	return 0;
}

/* A frame may have come since the clock was read. */
static uint32_t ago(const struct reader *reader, int64_t time_s)
{
	int64_t since = (int64_t)reader->now_s - time_s;

	return since > 0 && since < UINT32_MAX ? (uint32_t)since : 0;
}

static int add_lease(const void *key, const void *value, void *context)
{
	const struct xdpxe_lease *lease = value;
	const struct reader *reader = context;
	uint32_t state = XDPXE_LEASE_STATE(lease->word);
	struct lease_row row = {
		.addr = ntohl(lease->addr),
		.state = state == XDPXE_LEASE_BOUND ? LEASE_BOUND : LEASE_OFFERED,
		.expires = XDPXE_LEASE_EXPIRES(lease->word) + reader->calendar,
		.first_seen_s = ago(reader, lease->first_s),
		.last_seen_s = ago(reader, lease->last_s),
		.ipxe = lease->ipxe,
		.reserved = lease->flags & XDPXE_LEASE_RESERVED,
	};

	if (state == XDPXE_LEASE_DEAD)
		return 0;
	memcpy(&row.client, key, sizeof(row.client));
	arch_text(row.arch, lease->arch);
	return add(reader, &row);
}

/* The network of a declined address, which has no machine that would tell. */
static __be32 subnet_of(const struct rows *networks, __be32 addr)
{
	const struct view_network *network = networks ? view__network_of(networks, addr) : NULL;

	return network ? network->wire.subnet : 0;
}

static int add_owner(const void *key, const void *value, void *context)
{
	static const __u8 declined[6];
	const struct xdpxe_client *owner = value;
	const struct reader *reader = context;
	struct lease_row row = { .state = LEASE_DECLINED };
	__be32 addr;

	if (owner->hlen != 0 || owner->subnet <= reader->now_s)
		return 0;
	if (memcmp(owner->chaddr, declined, sizeof(declined)) != 0) {
		row.state = LEASE_IN_USE;
		row.client.hlen = sizeof(declined);
		memcpy(row.client.chaddr, owner->chaddr, sizeof(declined));
	}
	memcpy(&addr, key, sizeof(addr));
	row.addr = ntohl(addr);
	row.expires = owner->subnet + reader->calendar;
	row.client.subnet = subnet_of(reader->networks, addr);
	return add(reader, &row);
}

int lease_rows__from_maps(const struct view *view, const struct lease_filter *filter,
			  struct rows *rows)
{
	struct rows networks;
	struct reader reader = { .rows = rows,
				 .filter = filter,
				 .networks = &networks,
				 .now_s = lease_clock__now_s(),
				 .calendar = lease_clock__calendar() };
	int err = view__networks(view, &networks);

	if (!err)
		err = mapread__each(view->maps.leases, add_lease, &reader);
	if (!err)
		err = mapread__each(view->maps.owners, add_owner, &reader);
	rows__free(&networks);
	return err;
}

/* As struct view_network, of which only subnet and mask are used here. */
static int copy_networks(const struct rows *from, struct rows *to)
{
	for (size_t i = 0; i < from->count; i++) {
		const struct store_network *stored = rows__at(from, i);
		struct view_network *network = rows__add(to);

		if (!network)
			return -ENOMEM;
		network->wire.subnet = stored->subnet;
		network->wire.mask = stored->mask;
	}
	return 0;
}

int lease_rows__from_store(const struct store_content *content, const struct lease_filter *filter,
			   struct rows *rows)
{
	struct rows networks = { .size = sizeof(struct view_network) };
	/* The times are Unix time already. */
	struct reader reader = { .rows = rows, .filter = filter, .networks = &networks };
	int err = copy_networks(&content->networks, &networks);

	reader.now_s = (uint32_t)(lease_clock__now_s() + lease_clock__calendar());
	for (size_t i = 0; !err && i < content->leases.count; i++) {
		const struct store_lease *lease = rows__at(&content->leases, i);
		struct lease_row row = { .client = lease->client,
					 .addr = ntohl(lease->addr),
					 .state = LEASE_BOUND,
					 .expires = lease->expires,
					 .first_seen_s = ago(&reader, lease->first_seen),
					 .last_seen_s = ago(&reader, lease->last_seen),
					 .ipxe = lease->ipxe,
					 .reserved = lease->reserved };

		arch_text(row.arch, lease->arch);
		err = add(&reader, &row);
	}
	for (size_t i = 0; !err && i < content->declined.count; i++) {
		const struct store_declined *declined = rows__at(&content->declined, i);
		struct lease_row row = { .addr = ntohl(declined->addr),
					 .state = LEASE_DECLINED,
					 .expires = declined->until };

		row.client.subnet = subnet_of(&networks, declined->addr);
		err = add(&reader, &row);
	}
	rows__free(&networks);
	return err;
}
