// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What is probed, and over which interface: a plan's networks, pools and reservations.
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "conflict_priv.h"

#include "log.h"

static void open_port(struct conflict_port *port, const struct plan_port *plan)
{
	port->ifindex = plan->ifindex;
	port->fd = arp_socket__open();
	if (port->fd < 0)
		log_warn("%s: no packet socket for ARP (%s): its addresses are given unprobed",
			 plan->name, strerror(-port->fd));
}

struct conflict *conflict__new(const struct engine *engine, const struct plan *plan)
{
	struct conflict *conflict = calloc(1, sizeof(*conflict));

	if (!conflict)
		return NULL;
	conflict->engine = engine;
	for (size_t i = 0; i < plan->port_count; i++)
		open_port(&conflict->ports[conflict->port_count++], &plan->ports[i]);
	return conflict;
}

void conflict__free(struct conflict *conflict)
{
	if (!conflict)
		return;
	for (size_t i = 0; i < conflict->port_count; i++)
		if (conflict->ports[i].fd >= 0)
			close(conflict->ports[i].fd);
	probe__free(conflict->probe);
	free(conflict->reserved);
	free(conflict);
}

/*
 * The segment of network @index; one that only relays lead to is not reachable. An outer tag of two goes out as 802.1ad,
 * as `ip link ... type vlan proto 802.1ad` and most switches have it.
 */
static struct arp_link link_of(const struct plan *plan, size_t index)
{
	const struct plan_network *network = &plan->networks[index];
	const uint16_t *vlan = network->config->vlan;
	struct arp_link link = { .ifindex = plan->ports[network->port].ifindex,
				 .reachable = !network->config->relayed };

	for (int i = 0; i < 2 && vlan[i]; i++)
		link.tags[link.tag_count++] = (struct arp_tag){
			.tpid = i == 0 && vlan[1] ? ETH_P_8021AD : ETH_P_8021Q,
			.vid = vlan[i],
		};
	return link;
}

static struct conflict_port *port_of(struct conflict *conflict, unsigned int ifindex)
{
	for (size_t i = 0; i < conflict->port_count; i++)
		if (conflict->ports[i].ifindex == ifindex && conflict->ports[i].fd >= 0)
			return &conflict->ports[i];
	return NULL;
}

static void read_own(struct conflict_network *network, const struct net_interface *facts)
{
	for (size_t i = 0; i < facts->address_count; i++)
		network->own[network->own_count++] = facts->addresses[i].address;
}

static void plan_network(struct conflict *conflict, const struct plan *plan, size_t index)
{
	struct conflict_network *network = &conflict->networks[index];
	const struct plan_network *from = &plan->networks[index];

	*network = (struct conflict_network){ .plan = from, .link = link_of(plan, index) };
	if (!conflict->serving || !(from->wire.flags & XDPXE_NETWORK_PROBED) ||
	    !network->link.reachable)
		return;
	network->port = port_of(conflict, network->link.ifindex);
}

/* Facts of each interface, and what is to be heard there. */
static int hear_port(struct conflict *conflict, struct conflict_port *port)
{
	enum arp_hearing hearing = ARP_HEAR_NOTHING;
	char name[IF_NAMESIZE];
	struct net_interface facts;

	if (port->fd < 0 || !if_indextoname(port->ifindex, name) || net__read(name, &facts) < 0)
		return 0; /* it is gone: nobody can be answered there either */
	memcpy(port->mac, facts.mac, sizeof(port->mac));
	for (size_t i = 0; i < conflict->network_count; i++) {
		struct conflict_network *network = &conflict->networks[i];

		if (network->port != port)
			continue;
		read_own(network, &facts);
		if (network->link.tag_count)
			hearing = ARP_HEAR_TAGGED;
		else if (hearing == ARP_HEAR_NOTHING)
			hearing = ARP_HEAR_PLAIN;
	}
	return arp_socket__hear(port->fd, port->ifindex, hearing);
}

static int compare_reserved(const void *a, const void *b)
{
	const struct conflict_reserved *left = a, *right = b;

	return left->address < right->address ? -1 : left->address > right->address;
}

/* The probed network that a reserved address is in. Return: -1 for none */
static int network_of(const struct conflict *conflict, __be32 addr)
{
	for (size_t i = 0; i < conflict->network_count; i++) {
		const struct conflict_network *network = &conflict->networks[i];

		if (network->port &&
		    (addr & network->plan->wire.mask) == network->plan->wire.subnet)
			return (int)i;
	}
	return -1;
}

static int plan_reserved(struct conflict *conflict, const struct plan *plan)
{
	free(conflict->reserved);
	conflict->reserved_count = 0;
	conflict->reserved_asked = 0;
	conflict->reserved = calloc(plan->host_count + 1, sizeof(*conflict->reserved));
	if (!conflict->reserved)
		return -ENOMEM;
	for (size_t i = 0; i < plan->host_count; i++) {
		const struct plan_host *host = &plan->hosts[i];
		struct conflict_reserved *to = &conflict->reserved[conflict->reserved_count];
		int network = host->host.addr ? network_of(conflict, host->host.addr) : -1;

		if (network < 0)
			continue;
		to->address = ntohl(host->host.addr);
		to->network = (uint8_t)network;
		memcpy(to->mac, host->key.chaddr, sizeof(to->mac));
		conflict->reserved_count++;
	}
	qsort(conflict->reserved, conflict->reserved_count, sizeof(*conflict->reserved),
	      compare_reserved);
	return 0;
}

static int plan_probe(struct conflict *conflict)
{
	size_t counts[XDPXE_NETWORKS_MAX];

	for (size_t i = 0; i < conflict->network_count; i++)
		counts[i] =
			conflict->networks[i].port ? conflict->networks[i].plan->address_count : 0;
	probe__free(conflict->probe);
	conflict->probe = probe__new(counts, conflict->network_count);
	return conflict->probe ? 0 : -ENOMEM;
}

int conflict__plan(struct conflict *conflict, const struct plan *plan)
{
	int err = 0;

	conflict->serving = plan->config->mode == CONFIG_MODE_SERVER;
	conflict->network_count = plan->network_count;
	for (size_t i = 0; i < plan->network_count; i++)
		plan_network(conflict, plan, i);
	for (size_t i = 0; i < conflict->port_count && err == 0; i++)
		err = hear_port(conflict, &conflict->ports[i]);
	if (err == 0)
		err = plan_reserved(conflict, plan);
	if (err == 0)
		err = plan_probe(conflict);
	if (err == 0)
		return 0;
	log_warn("addresses are given unprobed: %s", strerror(-err));
	for (size_t i = 0; i < conflict->network_count; i++)
		conflict->networks[i].port = NULL;
	conflict->reserved_count = 0;
	return err;
}
