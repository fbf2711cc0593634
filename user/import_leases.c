// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Which leases of another server are taken over. */
#include "import_leases.h"

#include <arpa/inet.h>
#include <string.h>

#include "xdpxe/dhcp_wire.h"

#define LONGEST_S (365 * 86400) /* what our own configuration allows */

struct choice {
	struct import *import;
	const struct config *config;
	int64_t now;
	struct rows *out;
	struct import_lease_sum *sum;
};

static int by_address(const void *a, const void *b)
{
	const struct import_lease *one = a, *other = b;

	if (one->address != other->address)
		return one->address < other->address ? -1 : 1;
	return (one->line > other->line) - (one->line < other->line);
}

/* By machine and network, the one that lasts longest last. */
static int by_machine(const void *a, const void *b)
{
	const struct store_lease *one = a, *other = b;
	int order = memcmp(&one->client, &other->client, sizeof(one->client));

	if (order)
		return order;
	return (one->expires > other->expires) - (one->expires < other->expires);
}

/* The network in which @address is a machine's. */
static const struct config_network *network_of(const struct config *config, uint32_t address)
{
	for (size_t i = 0; i < config->network_count; i++) {
		const struct config_network *network = &config->networks[i];

		if ((address & network->mask) == network->subnet && address != network->subnet &&
		    address != (network->subnet | ~network->mask) && address != network->address)
			return network;
	}
	return NULL;
}

static bool is_machine(const struct import_lease *lease)
{
	static const uint8_t none[6];

	return lease->has_mac && !(lease->mac[0] & 1) && memcmp(lease->mac, none, sizeof(none));
}

static void leave_out(const struct choice *choice, const struct import_lease *lease,
		      const char *why)
{
	const struct in_addr address = { htonl(lease->address) };
	char text[INET_ADDRSTRLEN];

	choice->sum->unlike++;
	inet_ntop(AF_INET, &address, text, sizeof(text));
	import__note(choice->import, lease->line, text, why);
}

/* What the last word on an address says. */
static void choose(const struct choice *choice, const struct import_lease *lease)
{
	const struct config_network *network = network_of(choice->config, lease->address);
	int64_t end = choice->now + LONGEST_S;
	struct store_lease *row;

	if (!lease->active || lease->expires <= choice->now) {
		choice->sum->over++;
		return;
	}
	if (!is_machine(lease)) {
		leave_out(choice, lease, "it is known by no Ethernet address");
		return;
	}
	if (!network) {
		leave_out(choice, lease, "a machine's address in none of the networks");
		return;
	}
	if (choice->out->count == XDPXE_LEASES_MAX) {
		leave_out(choice, lease, "more leases than there is room for");
		return;
	}
	row = rows__add(choice->out);
	if (!row) {
		choice->import->no_memory = true;
		return;
	}
	row->client.subnet = htonl(network->subnet);
	row->client.htype = 1;
	row->client.hlen = sizeof(lease->mac);
	memcpy(row->client.chaddr, lease->mac, sizeof(lease->mac));
	row->addr = htonl(lease->address);
	row->arch = XDPXE_NONE;
	row->expires = lease->expires < end ? lease->expires : end;
	row->last_seen =
		lease->starts > 0 && lease->starts < choice->now ? lease->starts : choice->now;
	row->first_seen = row->last_seen;
}

static int of_address(const void *key, const void *item)
{
	const uint32_t *address = key;
	const struct import_lease *lease = item;

	return (*address > lease->address) - (*address < lease->address);
}

/* The last word on an address that there is one on. */
static const struct import_lease *said_of(const struct rows *leases, uint32_t address)
{
	const struct import_lease *items = leases->items, *end = items + leases->count;
	const struct import_lease *at = rows__find(leases, &address, of_address);

	while (at + 1 < end && at[1].address == address)
		at++;
	return at;
}

/* A server that goes by client identifiers may have given a machine several addresses: the longest lease stays. */
static void drop_seconds(const struct choice *choice, const struct rows *leases)
{
	struct rows *out = choice->out;
	struct store_lease *items = out->items;
	size_t kept = 0;

	rows__sort(out, by_machine);
	for (size_t i = 0; i < out->count; i++) {
		if (i + 1 < out->count &&
		    memcmp(&items[i].client, &items[i + 1].client, sizeof(items[i].client)) == 0) {
			leave_out(choice, said_of(leases, ntohl(items[i].addr)),
				  "its machine has another address that it keeps for longer");
			continue;
		}
		items[kept++] = items[i];
	}
	out->count = kept;
	choice->sum->taken = kept;
}

void import_leases__choose(struct import *import, const struct config *config, int64_t now,
			   struct rows *leases, struct rows *out, struct import_lease_sum *sum)
{
	const struct choice choice = { import, config, now, out, sum };
	const struct import_lease *items;

	*sum = (struct import_lease_sum){ 0 };
	rows__sort(leases, by_address);
	items = leases->items;
	for (size_t i = 0; i < leases->count; i++)
		if (i + 1 == leases->count || items[i].address != items[i + 1].address)
			choose(&choice, &items[i]);
	drop_seconds(&choice, leases);
}
