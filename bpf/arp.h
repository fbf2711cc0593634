/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * ARP (RFC 826): requests for this server's own address. The host would answer too, but keeps whoever asks in its
 * neighbour table, and answers nobody else once that is full (net.ipv4.neigh.default.gc_thresh3, 1024 machines). The
 * table is not needed: replies of xdpxe go to the hardware address that a frame came from. All other ARP is the host's.
 *
 * The address is that of the configuration, or was found on an interface when the daemon read it. Should the host lose
 * it later, it is answered for all the same, as DHCP and TFTP to it are.
 */
#ifndef XDPXE_BPF_ARP_H
#define XDPXE_BPF_ARP_H

/* Slot of the first network of the link that the request came over, XDPXE_NONE for none. */
static __always_inline __u32 arp__link(const struct xdpxe_port *port, const struct arp *arp)
{
	const __u32 *network;

	if (arp->tags.len == 0)
		return port->network;
	network = vlan__network(port, &arp->tags);
	return network ? *network : XDPXE_NONE;
}

/*
 * The network of an address, if its machines are on the wire of @link; NULL for none. Networks do not overlap, begin
 * behind 0.0.0.0/8, and this server's address in such a one is of it: the check of the configuration sees to that.
 */
static __always_inline const struct xdpxe_network *arp__network(const struct xdpxe_port *port,
								__u32 link, __be32 addr)
{
	__u32 slot = network__of(port, addr);
	const struct xdpxe_network *network;

	network = slot == XDPXE_NONE ? NULL : bpf_map_lookup_elem(&networks, &slot);
	return network && network->link == link && !network__is_relayed(network) ? network : NULL;
}

/* Is the address that the sender says it has leased to it? */
static __always_inline bool arp__has_lease(const struct arp_message *message)
{
	__be32 sender = message->sender;
	const struct xdpxe_client *owner = bpf_map_lookup_elem(&owners, &sender);

	return owner && owner->htype == ARPHRD_ETHER && owner->hlen == ETH_ALEN &&
	       mac__is(owner->chaddr, message->sender_mac);
}

/*
 * Does a machine of this link ask for this server? One without an address does not ask but probes (RFC 5227 section
 * 2.1.1), and one with ours announces it: against both the host defends what it has. Where addresses are given here, one
 * that has another than was given to it is the host's too: it may be in conflict, which only shows where it is heard.
 */
static __always_inline bool arp__decide(const struct xdpxe_port *port, const struct arp *arp)
{
	const struct arp_message *message = &arp->message;
	const struct xdpxe_network *network;
	__u32 link = arp__link(port, arp);

	if (!port->dhcp && !port->tftp)
		return false;
	if (!(arp->dst[0] & MULTICAST_BIT) && !mac__is(arp->dst, port->mac))
		return false;
	network = arp__network(port, link, message->target);
	if (!network || network->server != message->target)
		return false;
	network = arp__network(port, link, message->sender);
	if (!network || network->server == message->sender)
		return false;
	return !port->dhcp || network->flags & XDPXE_NETWORK_PROXY || arp__has_lease(message);
}

/*
 * While frames are being lost an answer goes out twice: UEFI asks three times and then gives up its boot. A frame
 * without a mark passes the devmap's program as it is.
 */
static __always_inline bool arp__repeat(const struct xdpxe_port *port)
{
	__u32 frames = 2;
	void *copies;

	if (!port->clone || !loss__was_seen())
		return false;
	copies = bpf_map_lookup_elem(&clones, &frames);
	return copies && verdict__is_redirect(bpf_redirect_map(copies, 0, BPF_F_BROADCAST));
}

/** arp__handle() - a frame that is not IPv4, its tags if any being of a VLAN that is served. Return: its action */
CHECKED_ALONE int arp__handle(struct xdp_md *ctx, const struct xdpxe_port *port)
{
	struct arp arp = {};

	if (!port || !arp__parse(ctx, &arp) || !arp__decide(port, &arp))
		return verdict(XDPXE_R_NOT_IPV4);
	if (arp__answer(ctx, port->mac, &arp))
		return verdict(XDPXE_R_EMIT_FAILED);
	return verdict__sent(XDPXE_R_ARP_ANSWERED, arp__repeat(port));
}

#endif
