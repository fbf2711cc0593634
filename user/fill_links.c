// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "fill_links.h"

#include <errno.h>

#include <bpf/bpf.h>

#define HALF_BITS 32 /* of the key of `subnets`, before the prefix */

/* Which half an entry of `vlans` or `subnets` belongs to. */
typedef uint32_t (*half_of_fn)(const void *key);

static uint32_t vlan_half(const void *key)
{
	return ((const struct xdpxe_vlan *)key)->half;
}

static uint32_t subnet_half(const void *key)
{
	return ((const struct xdpxe_subnet *)key)->half;
}

union key {
	struct xdpxe_vlan vlan;
	struct xdpxe_subnet subnet;
};

/* Remove every entry of a half: what a plan before the last one wrote. */
static void clear_half(int map, half_of_fn half_of, uint32_t half)
{
	union key key, next;
	bool more = bpf_map_get_next_key(map, NULL, &next) == 0;

	for (size_t i = 0; more && i < XDPXE_NETWORK_SLOTS; i++) {
		key = next;
		more = bpf_map_get_next_key(map, &key, &next) == 0;
		if (half_of(&key) == half)
			bpf_map_delete_elem(map, &key);
	}
}

static int add_vlan(const struct engine *engine, const struct plan *plan,
		    const struct plan_network *network, int half)
{
	const struct engine_port *port = engine__port(engine, plan->ports[network->port].ifindex);
	uint32_t slot = half * XDPXE_NETWORKS_MAX + network->wire.link;
	struct xdpxe_vlan key = {
		.half = half + 1,
		.outer = network->config->vlan[0],
		.inner = network->config->vlan[1],
	};

	if (!port)
		return -ENODEV;
	key.port = port->number;
	return bpf_map_update_elem(engine->maps.vlans, &key, &slot, BPF_ANY) < 0 ? -errno : 0;
}

static int add_subnet(const struct maps *maps, const struct plan *plan, size_t index, int half)
{
	const struct plan_network *network = &plan->networks[index];
	struct xdpxe_subnet key = {
		.bits = HALF_BITS + __builtin_popcount(network->config->mask),
		.half = half + 1,
		.addr = network->wire.subnet,
	};
	uint32_t slot = half * XDPXE_NETWORKS_MAX + index;

	return bpf_map_update_elem(maps->subnets, &key, &slot, BPF_ANY) < 0 ? -errno : 0;
}

int fill_links__apply(const struct engine *engine, const struct plan *plan, int half)
{
	int err = 0;

	clear_half(engine->maps.vlans, vlan_half, half + 1);
	clear_half(engine->maps.subnets, subnet_half, half + 1);
	for (size_t i = 0; i < plan->network_count && err == 0; i++) {
		const struct plan_network *network = &plan->networks[i];

		if (network->config->vlan[0])
			err = add_vlan(engine, plan, network, half);
		if (err == 0)
			err = add_subnet(&engine->maps, plan, i, half);
	}
	return err;
}

int fill_links__clear_rest(const struct maps *maps, const struct plan *plan, int half)
{
	static const struct xdpxe_network none = { .next = XDPXE_NONE };

	for (uint32_t i = plan->network_count; i < XDPXE_NETWORKS_MAX; i++) {
		uint32_t slot = half * XDPXE_NETWORKS_MAX + i;

		if (bpf_map_update_elem(maps->networks, &slot, &none, BPF_ANY) < 0)
			return -errno;
	}
	return 0;
}
