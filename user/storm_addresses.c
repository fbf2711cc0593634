// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "storm_addresses.h"

#include <stdlib.h>

#include "xdpxe/storm.h"

struct slot {
	uint32_t address; /* 0: free */
	uint32_t machine;
};

/* A machine that is given one address after the other claims at most two: the table never fills. */
struct storm_addresses {
	uint32_t mask;
	struct slot slots[];
};

struct storm_addresses *storm_addresses__new(uint32_t machines)
{
	uint32_t size = 16;
	struct storm_addresses *addresses;

	while (size < machines * 4)
		size *= 2;
	addresses = calloc(1, sizeof(*addresses) + size * sizeof(struct slot));
	if (addresses)
		addresses->mask = size - 1;
	return addresses;
}

/* Where @address is, or belongs. */
static uint32_t place_of(const struct storm_addresses *addresses, uint32_t address)
{
	uint32_t place = (uint32_t)storm_mix(address) & addresses->mask;

	while (addresses->slots[place].address && addresses->slots[place].address != address)
		place = (place + 1) & addresses->mask;
	return place;
}

uint32_t storm_addresses__claim(struct storm_addresses *addresses, uint32_t address,
				uint32_t machine)
{
	struct slot *slot = &addresses->slots[place_of(addresses, address)];

	if (!slot->address)
		*slot = (struct slot){ address, machine };
	return slot->machine;
}

uint32_t storm_addresses__owner(const struct storm_addresses *addresses, uint32_t address)
{
	const struct slot *slot = &addresses->slots[place_of(addresses, address)];

	return address && slot->address ? slot->machine : STORM_NOBODY;
}

size_t storm_addresses__bytes(const struct storm_addresses *addresses)
{
	return sizeof(*addresses) + (addresses->mask + 1) * sizeof(struct slot);
}

void storm_addresses__free(struct storm_addresses *addresses)
{
	free(addresses);
}
