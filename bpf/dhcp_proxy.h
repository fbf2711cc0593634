/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * PXE 2.1 section 2.2: boot information without an address. A proxy offers it beside the server that gives the
 * addresses; a boot server is asked for it on port 4011 by a client that has its address, in either mode. Both answer
 * boot firmware alone: all else is the other server's.
 */
#ifndef XDPXE_BPF_DHCP_PROXY_H
#define XDPXE_BPF_DHCP_PROXY_H

static __always_inline bool dhcp__is_firmware(const struct dhcp_message *message)
{
	return message->is_pxe || message->is_http;
}

/* Mode proxy, port 67. Return: DHCP_PROXY_OFFER, or DHCP_PROXY_PASSED */
static __always_inline int dhcp__proxy(const struct dhcp_case *the)
{
	if (the->message->type == DHCP_DISCOVER && dhcp__is_firmware(the->message))
		return XDPXE_R_DHCP_PROXY_OFFER;
	return XDPXE_R_DHCP_PROXY_PASSED;
}

/* Port 4011, to this server alone, from an address that an answer reaches. Return: DHCP_BOOT_SERVER, or why not */
static __always_inline int dhcp__boot_server(const struct dhcp_case *the)
{
	const struct dhcp_message *message = the->message;
	const struct xdpxe_network *network = the->request.network;

	if (message->type != DHCP_REQUEST && message->type != DHCP_INFORM)
		return XDPXE_R_DHCP_NO_BOOT_REQUEST;
	if (!dhcp__is_firmware(message) || the->frame->daddr != network->server ||
	    !network__is_host(network, the->frame->saddr))
		return XDPXE_R_DHCP_NO_BOOT_REQUEST;
	return XDPXE_R_DHCP_BOOT_SERVER;
}

/*
 * Must a DHCP server or relay on this very host hear the message too? An answer takes the client's frame, so that it
 * would not. The daemon marks what it runs again by a destination that no frame on a wire has.
 */
static __always_inline bool dhcp__is_shared(struct xdp_md *ctx, const struct frame *frame,
					    __be32 server)
{
	struct bpf_sock_tuple tuple = {};
	struct bpf_sock *sock;
	const __u16 *dst = (const __u16 *)frame->dst;

	if (!dst[0] && !dst[1] && !dst[2])
		return false;
	tuple.ipv4.daddr = server;
	tuple.ipv4.sport = bpf_htons(DHCP_CLIENT_PORT);
	tuple.ipv4.dport = bpf_htons(DHCP_SERVER_PORT);
	sock = bpf_sk_lookup_udp(ctx, &tuple, sizeof(tuple.ipv4), BPF_F_CURRENT_NETNS, 0);
	if (!sock)
		return false;
	bpf_sk_release(sock);
	return true;
}

/* Pass a message up, and give the daemon a copy, which it runs again to be answered. Return: the frame's action */
static __always_inline int dhcp__share(struct xdp_md *ctx, const struct xdpxe_port *port)
{
	/* A daemon that is not there must not cost the other server the message. */
	if (bpf_ringbuf_query(&misses, BPF_RB_AVAIL_DATA) >
	    XDPXE_MISS_RING_BYTES - 2 * sizeof(struct xdpxe_miss))
		return verdict(XDPXE_R_DHCP_PROXY_PASSED);
	return miss(ctx, port, XDPXE_R_DHCP_PROXY_SHARED, NULL, NULL);
}

#endif
