// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Leases of other servers: what is chosen of them is of a network, runs, and each address and machine is there once.
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "import_leases.h"
#include "must.h"

#define TEXT_MAX 20000
#define NOW 1700000000

static struct config_network networks[] = {
	{ .subnet = 0x0a4d0000, .mask = 0xffff0000, .address = 0x0a4d0001 },
	{ .subnet = 0x0a4e0000, .mask = 0xffffff00 },
};

static void check_one(const struct store_lease *lease)
{
	uint32_t address = ntohl(lease->addr), subnet = ntohl(lease->client.subnet);
	bool inside = false;

	for (size_t i = 0; i < 2; i++)
		inside |= networks[i].subnet == subnet && (address & networks[i].mask) == subnet &&
			  address != networks[i].address;
	must(inside);
	must(lease->client.htype == 1 && lease->client.hlen == 6);
	must(!(lease->client.chaddr[0] & 1));
	must(lease->expires > NOW && lease->expires <= NOW + 366LL * 86400);
	must(lease->last_seen <= NOW && lease->first_seen == lease->last_seen);
}

static void check(const struct rows *chosen)
{
	const struct store_lease *items = chosen->items;

	for (size_t i = 0; i < chosen->count; i++) {
		check_one(&items[i]);
		for (size_t n = 0; n < i; n++) {
			must(items[n].addr != items[i].addr);
			must(memcmp(&items[n].client, &items[i].client, sizeof(items[i].client)));
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config config = { .networks = networks, .network_count = 2 };

	if (size > TEXT_MAX)
		return 0;
	for (enum import_format format = IMPORT_DHCPD; format <= IMPORT_KEA; format++) {
		struct rows leases = { .size = sizeof(struct import_lease) };
		struct rows chosen = { .size = sizeof(struct store_lease) };
		char *text = strndup((const char *)data, size);
		struct import_lease_sum sum;
		struct import import;

		must(text != NULL);
		must(import_leases__guess(text) <= IMPORT_KEA);
		import__init(&import, "fuzz");
		import_leases__read(&import, format, text, &leases);
		import_leases__choose(&import, &config, NOW, &leases, &chosen, &sum);
		must(!import.no_memory && sum.taken == chosen.count);
		must(sum.taken + sum.over + sum.unlike <= leases.count);
		check(&chosen);
		import__free(&import);
		rows__free(&leases);
		rows__free(&chosen);
		free(text);
	}
	return 0;
}
