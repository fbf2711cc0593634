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

/* REQUEST with option 54, RFC 2131 section 4.3.2: the client answers an offer, ours or another server's. */
static __always_inline int dhcp__selecting(const struct dhcp_case *the, struct xdpxe_lease *lease,
					   __be32 *addr)
{
	const struct lease_request *request = &the->request;
	__u64 word = lease ? lease->word : 0;
	int reason;

	if (the->message->server_id != request->network->server) {
		if (XDPXE_LEASE_STATE(word) == XDPXE_LEASE_OFFERED && lease &&
		    lease__withdraw(request, lease, word))
			count(XDPXE_R_DHCP_OFFER_WITHDRAWN);
		return XDPXE_R_DHCP_OTHER_SERVER;
	}
	*addr = the->message->requested ? the->message->requested : the->message->ciaddr;
	if (!lease || lease->addr != *addr)
		return XDPXE_R_DHCP_NAK;
	reason = lease__bind(request, lease);
	return reason == GO_ON ? XDPXE_R_DHCP_ACK : reason;
}

/* REQUEST without option 54: INIT-REBOOT names its address in option 50, RENEWING and REBINDING in ciaddr. */
static __always_inline int dhcp__keeping(const struct dhcp_case *the, struct xdpxe_lease *lease,
					 __be32 *addr)
{
	int reason;

	*addr = the->message->ciaddr ? the->message->ciaddr : the->message->requested;
	if (*addr == 0)
		return XDPXE_R_DHCP_MALFORMED;
	if (!lease)
		return XDPXE_R_DHCP_NO_LEASE;
	if (lease->addr != *addr)
		return XDPXE_R_DHCP_NAK;
	reason = lease__bind(&the->request, lease);
	return reason == GO_ON ? XDPXE_R_DHCP_ACK : reason;
}

/* RELEASE: the address is free again, if it is the client's. */
static __always_inline int dhcp__release(const struct dhcp_case *the, struct xdpxe_lease *lease)
{
	if (!lease || lease->addr != the->message->ciaddr)
		return XDPXE_R_DHCP_NO_LEASE;
	lease__withdraw(&the->request, lease, lease->word);
	return XDPXE_R_DHCP_RELEASED;
}

/* DECLINE: the lease goes, and nobody owns the address, so that nobody is given it. */
static __always_inline int dhcp__decline(const struct dhcp_case *the, struct xdpxe_lease *lease)
{
	struct xdpxe_client nobody = { .subnet = the->request.now_s + XDPXE_QUARANTINE_S };
	__be32 addr;

	if (!lease || lease->addr != the->message->requested ||
	    the->message->server_id != the->request.network->server)
		return XDPXE_R_DHCP_NO_LEASE;
	if (lease__remove(&the->request.client, lease, lease->word, &addr) &&
	    lease__owns(addr, &nobody))
		lease__tell(&the->request.client, addr);
	return XDPXE_R_DHCP_DECLINED;
}

/* Return: DHCP_OFFER, DHCP_ACK or DHCP_NAK to be sent for @addr, or the reason to be silent. */
static __always_inline int dhcp__answer(struct dhcp_case *the, struct scratch *scratch,
					__be32 *addr)
{
	struct xdpxe_lease *lease;
	int reason;

	if (the->message->type == DHCP_DISCOVER) {
		reason = lease__offer(&the->request, scratch, addr);
		return reason == GO_ON ? XDPXE_R_DHCP_OFFER : reason;
	}
	lease = bpf_map_lookup_elem(&leases, &the->request.client);
	switch (the->message->type) {
	case DHCP_REQUEST:
		if (the->message->server_id)
			return dhcp__selecting(the, lease, addr);
		return dhcp__keeping(the, lease, addr);
	case DHCP_RELEASE:
		return dhcp__release(the, lease);
	case DHCP_DECLINE:
		return dhcp__decline(the, lease);
	}
	return XDPXE_R_DHCP_OTHER_TYPE;
}

/**
 * dhcp__decide() - what to do about a message
 * @job: the echoed options are filled; out: the rest
 * Return: DHCP_OFFER, DHCP_ACK or DHCP_NAK with @job ready, or another reason
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
	the.request.now_s = now_s();
	reason = dhcp__answer(&the, scratch, &addr);
	if (reason != XDPXE_R_DHCP_OFFER && reason != XDPXE_R_DHCP_ACK &&
	    reason != XDPXE_R_DHCP_NAK)
		return reason;
	return dhcp__plan_reply(&the, job, reason, addr);
}

#endif
