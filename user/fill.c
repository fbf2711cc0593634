// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "fill_priv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "fill_limits.h"
#include "fill_links.h"
#include "log.h"
#include "net.h"
#include "pools.h"

#define TFTP_OVERHEAD (20 + 8 + 4) /* IPv4, UDP and TFTP headers */

int fill__half(const struct engine *engine)
{
	for (size_t i = 0; i < engine->port_count; i++) {
		struct xdpxe_port port;

		if (bpf_map_lookup_elem(engine->maps.ports, &engine->ports[i].number, &port) == 0 &&
		    port.ifindex == engine->ports[i].ifindex && port.half)
			return port.half - 1;
	}
	return -1;
}

enum fill_pools { FILL_POOLS_NEW, FILL_POOLS_KEEP };

static int fill_pool(const struct maps *maps, const struct plan_network *network, uint32_t slot,
		     enum fill_pools pools)
{
	uint32_t other_half = (slot + XDPXE_NETWORKS_MAX) % XDPXE_NETWORK_SLOTS;

	return pools == FILL_POOLS_KEEP ? pools__share(maps, other_half, slot)
					: pools__create(maps, slot, network);
}

static int fill_networks(const struct maps *maps, const struct plan *plan, const uint64_t *keys,
			 int half, enum fill_pools pools)
{
	for (size_t i = 0; i < plan->network_count; i++) {
		uint32_t slot = half * XDPXE_NETWORKS_MAX + i;
		struct xdpxe_network wire = plan->networks[i].wire;
		int err;

		wire.link += half * XDPXE_NETWORKS_MAX;
		if (wire.next != XDPXE_NONE)
			wire.next += half * XDPXE_NETWORKS_MAX;
		wire.boot_ipxe = fill_boots__key(keys, wire.boot_ipxe);
		for (size_t arch = 0; arch < XDPXE_ARCHES; arch++)
			wire.boot_arch[arch] = fill_boots__key(keys, wire.boot_arch[arch]);
		if (bpf_map_update_elem(maps->networks, &slot, &wire, BPF_ANY) < 0)
			return -errno;
		err = fill_pool(maps, &plan->networks[i], slot, pools);
		if (err == 0)
			err = fill_limits__network(maps, plan, i, slot);
		if (err < 0)
			return err;
	}
	return fill_links__clear_rest(maps, plan, half);
}

static uint16_t largest_block(uint16_t mtu)
{
	uint16_t fits = mtu > TFTP_OVERHEAD ? mtu - TFTP_OVERHEAD : 0;

	return fits < XDPXE_BLKSIZE_MAX ? fits : XDPXE_BLKSIZE_MAX;
}

/* Putting a port in force is the last write: it names the half. */
static int fill_port(const struct engine *engine, const struct plan *plan, size_t index, int half)
{
	const struct plan_port *from = &plan->ports[index];
	const struct engine_port *to = engine__port(engine, from->ifindex);
	struct net_interface facts;
	struct xdpxe_port port = {
		.ifindex = from->ifindex,
		.network = XDPXE_NONE,
		.mtu = from->mtu,
		.blksize_max = largest_block(from->mtu),
		.dhcp = plan->config->mode == CONFIG_MODE_TFTP ? 0
			: plan->host_count		       ? XDPXE_DHCP_ON | XDPXE_DHCP_HOSTS
							       : XDPXE_DHCP_ON,
		.front = plan->config->mode == CONFIG_MODE_TFTP,
		.tftp = plan->config->tftp_root != NULL,
		.window = plan->config->window,
		.half = half + 1,
		.delay = plan->config->delay_count > 0,
	};

	if (!to || net__read(from->name, &facts) < 0)
		return -ENODEV;
	port.clone = to->native;
	memcpy(port.mac, facts.mac, sizeof(port.mac));
	if (from->network != XDPXE_NONE)
		port.network = half * XDPXE_NETWORKS_MAX + from->network;
	return bpf_map_update_elem(engine->maps.ports, &to->number, &port, BPF_ANY) < 0 ? -errno
											: 0;
}

/* Change every port in force. */
static int change_ports(const struct engine *engine,
			void (*change)(struct xdpxe_port *port, const struct engine_port *from))
{
	for (size_t i = 0; i < engine->port_count; i++) {
		uint32_t number = engine->ports[i].number;
		struct xdpxe_port port;

		if (bpf_map_lookup_elem(engine->maps.ports, &number, &port) < 0)
			return -errno;
		change(&port, &engine->ports[i]);
		if (bpf_map_update_elem(engine->maps.ports, &number, &port, BPF_ANY) < 0)
			return -errno;
	}
	return 0;
}

static void set_native(struct xdpxe_port *port, const struct engine_port *from)
{
	port->clone = from->native;
}

int fill__native(const struct engine *engine)
{
	return change_ports(engine, set_native);
}

static void set_drain(struct xdpxe_port *port, const struct engine_port *from)
{
	(void)from;
	port->drain = 1;
}

int fill__drain(const struct engine *engine)
{
	return change_ports(engine, set_drain);
}

static int fill(const struct engine *engine, const struct plan *plan, enum fill_pools pools)
{
	int half = fill__half(engine) == 0 ? 1 : 0;
	uint64_t *keys = fill_boots__keys(plan);
	int err = keys ? fill_boots__add(&engine->maps, plan, keys) : -ENOMEM;

	if (err == 0)
		err = fill_networks(&engine->maps, plan, keys, half, pools);
	if (err == 0)
		err = fill_links__apply(engine, plan, half);
	if (err == 0)
		err = fill_hosts__write(&engine->maps, plan, keys);
	free(keys);
	if (err == 0)
		err = fill_limits__delays(&engine->maps, plan);
	for (size_t i = 0; i < plan->port_count && err == 0; i++)
		err = fill_port(engine, plan, i, half);
	if (err < 0)
		log_error("cannot fill the maps: %s", strerror(-err));
	return err;
}

int fill__apply(const struct engine *engine, const struct plan *plan)
{
	return fill(engine, plan, FILL_POOLS_NEW);
}

int fill__boots(const struct engine *engine, const struct plan *plan)
{
	return fill(engine, plan, FILL_POOLS_KEEP);
}
