/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which network a machine belongs to. Several may be on one link: those whose machines are on the wire itself, then
 * those that relays and routers reach; see struct xdpxe_network.
 */
#ifndef XDPXE_BPF_NETWORK_H
#define XDPXE_BPF_NETWORK_H

static __always_inline bool network__has(const struct xdpxe_network *network, __be32 addr)
{
	return (addr & network->mask) == network->subnet;
}

static __always_inline bool network__is_relayed(const struct xdpxe_network *network)
{
	return network->flags & XDPXE_NETWORK_RELAYED;
}

/* The network of an address, whatever its link. Return: its slot, XDPXE_NONE for none */
static __always_inline __u32 network__of(const struct xdpxe_port *port, __be32 addr)
{
	const struct xdpxe_subnet key = { .bits = 64, .half = port->half, .addr = addr };
	const __u32 *slot = bpf_map_lookup_elem(&subnets, &key);

	return slot ? *slot : XDPXE_NONE;
}

/** network__on_link() - the network of an address, if it is on the link that @port stands for; *@slot: out */
static __always_inline const struct xdpxe_network *network__on_link(const struct xdpxe_port *port,
								    __be32 addr, __u32 *slot)
{
	const struct xdpxe_network *network;

	*slot = network__of(port, addr);
	network = *slot == XDPXE_NONE ? NULL : bpf_map_lookup_elem(&networks, slot);
	return network && network->link == port->network ? network : NULL;
}

/** link__has_server() - is @addr this server's in any network of the link? Return: 1 or 0 */
CHECKED_ALONE int link__has_server(const struct xdpxe_port *port, __be32 addr)
{
	const struct xdpxe_network *network;
	__u32 slot;

	if (!port)
		return 0;
	slot = port->network;
	for (int i = 0; i < XDPXE_NETWORKS_MAX; i++) {
		network = bpf_map_lookup_elem(&networks, &slot);
		if (!network)
			return 0;
		if (network->server == addr)
			return 1;
		slot = network->next;
	}
	return 0;
}

/* Has the queue of a network an address to give? It may turn out to be taken: then the daemon is asked. */
static __always_inline bool network__has_free(__u32 slot)
{
	void *queue = bpf_map_lookup_elem(&pools, &slot);
	__be32 addr;

	return queue && bpf_map_peek_elem(queue, &addr) == 0;
}

/*
 * A machine on the wire, where several networks are: the one in which it has a reservation, else a lease, else the first
 * that has a free address, else the first.
 */
static __always_inline __u32 network__of_neighbour(const struct xdpxe_port *port,
						   struct xdpxe_client *client, __be32 reserved)
{
	__u32 leased = XDPXE_NONE, free = XDPXE_NONE;
	const struct xdpxe_network *network;
	__u32 slot = port->network;

	for (int i = 0; i < XDPXE_LOCALS_MAX; i++) {
		network = bpf_map_lookup_elem(&networks, &slot);
		if (!network || network__is_relayed(network))
			break;
		if (reserved && network__has(network, reserved))
			return slot;
		client->subnet = network->subnet;
		if (leased == XDPXE_NONE && bpf_map_lookup_elem(&leases, client))
			leased = slot;
		if (free == XDPXE_NONE && leased == XDPXE_NONE && network__has_free(slot))
			free = slot;
		slot = network->next;
	}
	if (leased != XDPXE_NONE)
		return leased;
	return free != XDPXE_NONE ? free : port->network;
}

/* A relay names the network by its own address, by option 118 (RFC 3011) or option 82 (RFC 3527). */
static __always_inline int network__of_relay(const struct xdpxe_port *port,
					     const struct dhcp_message *message)
{
	__be32 addr = message->selected ? message->selected : message->giaddr;
	__u32 slot;

	if (network__on_link(port, addr, &slot))
		return slot;
	return slot == XDPXE_NONE ? -XDPXE_R_DHCP_OTHER_NETWORK : -XDPXE_R_DHCP_OTHER_LINK;
}

/**
 * network__choose() - the network of a message where it is not plain: relayed, or more than one on the link
 * @reserved: address of the client's reservation, 0 for none
 * @daddr:    that the message was sent to
 * A machine behind a router renews without a relay, to this server alone, and is known by its address.
 * Return: slot, or the negative reason to pass the message up
 */
CHECKED_ALONE int network__choose(const struct xdpxe_port *port, const struct dhcp_message *message,
				  __be32 reserved, __be32 daddr)
{
	const struct xdpxe_network *network;
	struct xdpxe_client client = {};
	__be32 named;
	__u32 slot;

	if (!port || !message)
		return -XDPXE_R_EMIT_FAILED;
	if (message->giaddr)
		return network__of_relay(port, message);
	named = message->ciaddr ? message->ciaddr : message->requested;
	if (named && message->type != DHCP_DISCOVER) {
		network = network__on_link(port, named, &slot);
		if (network &&
		    (!network__is_relayed(network) || (message->ciaddr && daddr != 0xffffffff)))
			return slot;
	}
	slot = port->network;
	network = bpf_map_lookup_elem(&networks, &slot);
	if (!network || network__is_relayed(network))
		return -XDPXE_R_NO_NETWORK;
	client.htype = message->htype;
	client.hlen = message->hlen;
	__builtin_memcpy(client.chaddr, message->chaddr, BOOTP_CHADDR_LEN);
	return network__of_neighbour(port, &client, reserved);
}

#endif
