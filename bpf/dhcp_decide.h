/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* DHCP: facts and maps -> a job for dhcp_reply.h, or the reason there is none. Reads no packet. */
#ifndef XDPXE_BPF_DHCP_DECIDE_H
#define XDPXE_BPF_DHCP_DECIDE_H

/* Broadcast, or for this server itself. */
static __always_inline bool dhcp__is_for(const struct xdpxe_network *network, __be32 daddr)
{
	return daddr == 0xffffffff || daddr == network->server ||
	       daddr == (network->subnet | ~network->mask);
}

/* Looks up the network and the reservation. Return: GO_ON or a reason. */
static __always_inline int dhcp__look_up(struct dhcp_case *the)
{
	const struct dhcp_message *message = the->message;
	struct lease_request *request = &the->request;
	__u32 slot = the->port->network;

	request->network = bpf_map_lookup_elem(&networks, &slot);
	if (!request->network || request->network->server == 0)
		return XDPXE_R_NO_NETWORK;
	if (!dhcp__is_for(request->network, the->frame->daddr))
		return XDPXE_R_OTHER_ADDRESS;
	if (message->giaddr && !network__has(request->network, message->giaddr))
		return XDPXE_R_DHCP_OTHER_NETWORK;
	request->pool = slot;
	request->arch = message->arch_count ? message->arch[0] : XDPXE_NONE;
	request->ipxe = message->is_ipxe;
	request->client.htype = message->htype;
	request->client.hlen = message->hlen;
	__builtin_memcpy(request->client.chaddr, message->chaddr, BOOTP_CHADDR_LEN);
	the->host = bpf_map_lookup_elem(&hosts, &request->client);
	request->client.subnet = request->network->subnet;
	if (!the->host)
		return GO_ON;
	if (the->host->flags & XDPXE_HOST_DENY)
		return XDPXE_R_DHCP_DENIED;
	if (the->host->addr && network__has(request->network, the->host->addr))
		request->reserved = the->host->addr;
	return GO_ON;
}

/*
 * A REQUEST of a machine whose lease is not known, for the address that is reserved for it: the reservation is a record
 * (RFC 2131 section 4.3.2), and the lease is made anew.
 */
static __always_inline bool dhcp__is_reserved(const struct dhcp_case *the, __be32 addr)
{
	return the->message->type == DHCP_REQUEST && addr && addr == the->request.reserved &&
	       (!the->message->server_id ||
		the->message->server_id == the->request.network->server);
}

/* Return: a reason to reply, with @addr for the client, or the reason to be silent. */
static __always_inline int dhcp__answer(struct dhcp_case *the, struct scratch *scratch,
					__be32 *addr)
{
	struct xdpxe_lease *lease = bpf_map_lookup_elem(&leases, &the->request.client);
	__be32 asked = dhcp__asked(the->message);
	__u8 type = the->message->type;
	int reason;

	if (type == DHCP_DISCOVER || (!lease && dhcp__is_reserved(the, asked))) {
		reason = lease__offer(&the->request, scratch, lease, addr);
		if (type == DHCP_DISCOVER || reason != GO_ON)
			return reason == GO_ON ? XDPXE_R_DHCP_OFFER : reason;
		lease = bpf_map_lookup_elem(&leases, &the->request.client);
	}
	*addr = asked;
	switch (type) {
	case DHCP_REQUEST:
		if (the->message->server_id)
			return dhcp__selecting(the, lease, asked);
		return dhcp__keeping(the, lease, asked);
	case DHCP_RELEASE:
		return dhcp__release(the, lease);
	case DHCP_DECLINE:
		return dhcp__decline(the, lease);
	case DHCP_INFORM:
		*addr = 0;
		return dhcp__inform(the);
	}
	return XDPXE_R_DHCP_OTHER_TYPE;
}

/**
 * dhcp__decide() - what to do about a message
 * @job: the echoed options are filled; out: the rest
 * Return: a reason to reply with @job ready, or another one
 */
CHECKED_ALONE int dhcp__decide(const struct xdpxe_port *port, const struct frame *frame,
			       const struct dhcp_message *message, struct job *job)
{
	struct scratch *scratch = scratch__get();
	struct dhcp_case the = { .port = port, .frame = frame, .message = message };
	__be32 addr = 0;
	int reason;

	if (!port || !frame || !message || !scratch || !job)
		return XDPXE_R_EMIT_FAILED;
	reason = dhcp__look_up(&the);
	if (reason != GO_ON)
		return reason;
	the.request.now_s = now_ns() / 1000000000;
	if (frame->dport == bpf_htons(PXE_BOOT_SERVER_PORT))
		reason = dhcp__boot_server(&the);
	else if (the.request.network->flags & XDPXE_NETWORK_PROXY)
		reason = dhcp__proxy(&the);
	else
		reason = dhcp__answer(&the, scratch, &addr);
	if (verdict__action(reason) != XDPXE_ACTION_REPLY)
		return reason;
	return dhcp__plan_reply(&the, job, reason, addr);
}

#endif
