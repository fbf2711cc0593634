/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which machine has which address; of a fixed size. Addresses are in network byte order. */
#ifndef XDPXE_STORM_ADDRESSES_H
#define XDPXE_STORM_ADDRESSES_H

#include <stddef.h>
#include <stdint.h>

#define STORM_NOBODY UINT32_MAX

struct storm_addresses;

/** storm_addresses__new() - for up to @machines, with one address each. Return: NULL without memory */
struct storm_addresses *storm_addresses__new(uint32_t machines);

/**
 * storm_addresses__claim() - @machine has @address, which is not 0, unless somebody has it already
 * Return: who has it now
 */
uint32_t storm_addresses__claim(struct storm_addresses *addresses, uint32_t address,
				uint32_t machine);

/** storm_addresses__owner() - Return: a machine, STORM_NOBODY */
uint32_t storm_addresses__owner(const struct storm_addresses *addresses, uint32_t address);

/** storm_addresses__bytes() - of memory */
size_t storm_addresses__bytes(const struct storm_addresses *addresses);

void storm_addresses__free(struct storm_addresses *addresses);

#endif
