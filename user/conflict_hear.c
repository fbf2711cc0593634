// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Who has an address that nobody gave him: answers to probes, and whatever else is heard.
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "conflict_priv.h"
#include "counters.h"
#include "mapread.h"
#include "pool_queue.h"

#define HEAR_MAX 4096 /* frames of an interface for one call */

static int compare_address(const void *key, const void *item)
{
	uint32_t address = *(const uint32_t *)key;
	const struct conflict_reserved *reserved = item;

	return address < reserved->address ? -1 : address > reserved->address;
}

/* A reserved address stays reserved: its machine may well be told of it, and looks for itself. */
static void hear_reserved(struct conflict *conflict, uint32_t address, const uint8_t mac[6])
{
	struct conflict_reserved *reserved =
		bsearch(&address, conflict->reserved, conflict->reserved_count, sizeof(*reserved),
			compare_address);

	if (!reserved || reserved->told || memcmp(reserved->mac, mac, sizeof(reserved->mac)) == 0)
		return;
	reserved->told = true;
	counters__add(conflict->engine->maps.counters, XDPXE_R_RESERVED_ADDRESS_IN_USE);
	tell__reserved(address, reserved->mac, mac);
}

void conflict_hear__claim(struct conflict *conflict, size_t index, uint32_t address,
			  const uint8_t mac[6])
{
	const struct maps *maps = &conflict->engine->maps;
	int64_t place = pool_queue__index(conflict->networks[index].plan, address);
	struct probe_target target = { (uint32_t)index, (uint32_t)place };
	uint32_t now_s = mapread__now_s();

	if (place < 0) {
		hear_reserved(conflict, address, mac);
		return;
	}
	probe__drop(conflict->probe, target);
	if (!pool_queue__set_aside(maps, htonl(address), mac, now_s + XDPXE_QUARANTINE_S))
		return; /* the machine whose lease it is, or set aside already */
	counters__add(maps->counters, XDPXE_R_ADDRESS_IN_USE);
	tell__in_use(&conflict->tell, now_s, address, mac);
}

static void hear(struct conflict *conflict, const struct conflict_port *port,
		 const struct arp_claim *claim)
{
	for (size_t i = 0; i < conflict->network_count; i++) {
		const struct conflict_network *network = &conflict->networks[i];
		const struct xdpxe_network *wire = &network->plan->wire;

		if (network->port == port && (htonl(claim->address) & wire->mask) == wire->subnet &&
		    arp__is_on(claim, &network->link))
			conflict_hear__claim(conflict, i, claim->address, claim->mac);
	}
}

void conflict_hear__all(struct conflict *conflict)
{
	struct arp_claim claim;

	for (size_t i = 0; i < conflict->port_count; i++) {
		const struct conflict_port *port = &conflict->ports[i];

		for (int heard = 0; port->fd >= 0 && heard < HEAR_MAX; heard++) {
			if (!arp_socket__receive(port->fd, &claim))
				break;
			if (claim.address)
				hear(conflict, port, &claim);
		}
	}
}
