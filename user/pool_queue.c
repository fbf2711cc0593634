// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "pool_queue.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

int pool_queue__open(const struct maps *maps, uint32_t slot)
{
	uint32_t id;

	if (bpf_map_lookup_elem(maps->pools, &slot, &id) < 0)
		return -errno;
	return bpf_map_get_fd_by_id(id);
}

bool pool_queue__is_empty(int queue)
{
	uint32_t first;

	return queue < 0 || bpf_map_lookup_elem(queue, NULL, &first) < 0;
}

int pool_queue__push(int queue, uint32_t addr)
{
	return bpf_map_update_elem(queue, NULL, &addr, BPF_ANY) < 0 ? -errno : 0;
}

static int compare_addresses(const void *a, const void *b)
{
	uint32_t left = *(const uint32_t *)a, right = *(const uint32_t *)b;

	return left < right ? -1 : left > right;
}

int64_t pool_queue__index(const struct plan_network *network, uint32_t address)
{
	const uint32_t *found = network->address_count ? bsearch(&address, network->addresses,
								 network->address_count,
								 sizeof(address), compare_addresses)
						       : NULL;

	return found ? found - network->addresses : -1;
}

int pool_queue__find(const struct maps *maps, int half, const struct plan_network *network)
{
	for (uint32_t i = 0; half >= 0 && i < XDPXE_NETWORKS_MAX; i++) {
		uint32_t slot = half * XDPXE_NETWORKS_MAX + i;
		struct xdpxe_network wire;

		if (bpf_map_lookup_elem(maps->networks, &slot, &wire) == 0 &&
		    wire.subnet == network->wire.subnet && wire.mask == network->wire.mask &&
		    (wire.flags & XDPXE_NETWORK_PROBED))
			return (int)slot;
	}
	return -1;
}

void pool_queue__move(int from, int to, const struct plan_network *network, uint32_t *moved)
{
	uint32_t addr, count = 0;

	/* Offers that are withdrawn meanwhile come behind; there are never more than the map of leases has. */
	for (size_t i = 0; i < XDPXE_LEASES_MAX; i++) {
		int64_t index;

		if (bpf_map_lookup_and_delete_elem(from, NULL, &addr) < 0)
			return;
		index = pool_queue__index(network, ntohl(addr));
		if (index >= 0 && !moved[index] && pool_queue__push(to, addr) == 0)
			moved[index] = ++count;
	}
}

bool pool_queue__set_aside(const struct maps *maps, uint32_t addr, const uint8_t mac[6],
			   uint32_t until_s)
{
	struct xdpxe_client nobody = { .subnet = until_s };

	memcpy(nobody.chaddr, mac, 6);
	return bpf_map_update_elem(maps->owners, &addr, &nobody, BPF_NOEXIST) == 0;
}
