/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* DHCP: facts and maps -> a job for dhcp_reply.h, or the reason there is none. Reads no packet. */
#ifndef XDPXE_BPF_DHCP_DECIDE_H
#define XDPXE_BPF_DHCP_DECIDE_H

/* Broadcast, or for this server itself; a relay may know it by the address it has in another network. */
static __always_inline bool dhcp__is_for(const struct xdpxe_port *port,
					 const struct xdpxe_network *network, __be32 daddr)
{
	return daddr == 0xffffffff || daddr == network->server ||
	       daddr == (network->subnet | ~network->mask) || link__has_server(port, daddr);
}

/*
 * The client's network: mostly the only one on its link. Leaves it in the request.
 * Return: GO_ON, or the reason to pass the message up
 */
static __always_inline int dhcp__find_network(struct dhcp_case *the, __be32 reserved)
{
	const struct dhcp_message *message = the->message;
	struct lease_request *request = &the->request;
	__u32 slot = the->port->network;
	const struct xdpxe_network *network = bpf_map_lookup_elem(&networks, &slot);
	int chosen;

	if (!network || network->server == 0)
		return XDPXE_R_NO_NETWORK;
	if (message->giaddr || network->next != XDPXE_NONE || network__is_relayed(network)) {
		chosen = network__choose(the->port, message, reserved, the->frame->daddr);
		if (chosen < 0)
			return -chosen;
		slot = chosen;
		network = bpf_map_lookup_elem(&networks, &slot);
	}
	request->network = network;
	request->pool = slot;
	if (!network)
		return XDPXE_R_NO_NETWORK;
	return dhcp__is_for(the->port, network, the->frame->daddr) ? GO_ON : XDPXE_R_OTHER_ADDRESS;
}

/* Looks up the network and the reservation. Return: GO_ON or a reason. */
static __always_inline int dhcp__look_up(struct dhcp_case *the)
{
	const struct dhcp_message *message = the->message;
	struct lease_request *request = &the->request;
	int reason;

	request->arch = message->arch_count ? message->arch[0] : XDPXE_NONE;
	request->ipxe = message->is_ipxe;
	request->digest = message->xid ^ message->xid >> 16 ^ message->type;
	request->client.htype = message->htype;
	request->client.hlen = message->hlen;
	__builtin_memcpy(request->client.chaddr, message->chaddr, BOOTP_CHADDR_LEN);
	if (the->port->dhcp & XDPXE_DHCP_HOSTS)
		the->host = bpf_map_lookup_elem(&hosts, &request->client);
	reason = dhcp__find_network(the, the->host ? the->host->addr : 0);
	if (reason == GO_ON)
		reason = guard__check_message(the->frame, message, request->pool);
	if (reason != GO_ON)
		return reason;
	request->client.subnet = request->network->subnet;
	if (!the->host)
		return request->network->flags & XDPXE_NETWORK_KNOWN_ONLY ? XDPXE_R_DHCP_UNKNOWN
									  : GO_ON;
	request->known = true;
	if (the->host->flags & XDPXE_HOST_DENY)
		return XDPXE_R_DHCP_DENIED;
	if (the->host->addr && network__has(request->network, the->host->addr))
		request->reserved = the->host->addr;
	return GO_ON;
}

/* REQUEST with option 54: the client answers an offer, ours or another server's. */
static __always_inline int dhcp__selecting(const struct dhcp_case *the, struct scratch *scratch,
					   struct xdpxe_lease *lease, __be32 addr)
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
	if (addr == 0)
		return XDPXE_R_DHCP_MALFORMED;
	if (!lease) {
		reason = lease__claim(request, scratch, addr);
		if (reason == XDPXE_R_DHCP_NAK)
			return dhcp__refuse(request);
		return reason == GO_ON ? XDPXE_R_DHCP_ACK : reason;
	}
	if (lease->addr != addr)
		return dhcp__refuse(request);
	return dhcp__acknowledge(request, lease);
}

/*
 * REQUEST without option 54: the client wants to keep its address. Without a record of it there is silence, unless the
 * address is of another network than the client, or, for one that uses it already, of another machine.
 */
static __always_inline int dhcp__keeping(const struct dhcp_case *the, struct xdpxe_lease *lease,
					 __be32 addr)
{
	const struct lease_request *request = &the->request;

	if (addr == 0)
		return XDPXE_R_DHCP_MALFORMED;
	if (!network__has(request->network, addr))
		return dhcp__is_on_link(the) ? dhcp__refuse(request) : XDPXE_R_DHCP_NO_LEASE;
	if (lease && lease->addr == addr)
		return dhcp__acknowledge(request, lease);
	if (lease || (the->message->ciaddr && dhcp__is_anothers(request, addr)))
		return dhcp__refuse(request);
	return XDPXE_R_DHCP_NO_LEASE;
}

/*
 * RELEASE: the address is free again, if it is the client's and it was this server that gave it; where addresses are
 * probed, once that is done.
 */
static __always_inline int dhcp__release(const struct dhcp_case *the, struct xdpxe_lease *lease)
{
	const struct lease_request *request = &the->request;
	const struct dhcp_message *message = the->message;
	__u64 word;

	if (!lease || lease->addr != message->ciaddr ||
	    (message->server_id && message->server_id != request->network->server))
		return XDPXE_R_DHCP_NO_LEASE;
	word = lease->word;
	if ((request->network->flags & XDPXE_NETWORK_PROBED) &&
	    XDPXE_LEASE_STATE(word) == XDPXE_LEASE_BOUND && !(lease->flags & XDPXE_LEASE_RESERVED))
		return lease__end(request, lease, word) ? XDPXE_R_DHCP_RELEASED
							: XDPXE_R_DHCP_NO_LEASE;
	lease__withdraw(request, lease, word);
	return XDPXE_R_DHCP_RELEASED;
}

/*
 * DECLINE: the lease goes, and nobody owns the address, so that nobody is given it. A machine that declines whatever it
 * gets keeps its last one: else it would have the whole pool set aside.
 */
static __always_inline int dhcp__decline(const struct dhcp_case *the, struct xdpxe_lease *lease)
{
	struct xdpxe_client nobody = { .subnet = the->request.now_s + XDPXE_QUARANTINE_S };
	__be32 addr;

	if (!lease || lease->addr != the->message->requested ||
	    the->message->server_id != the->request.network->server)
		return XDPXE_R_DHCP_NO_LEASE;
	if (!guard__may_decline(the->frame, the->message))
		return XDPXE_R_DHCP_DECLINES_ON;
	if (lease__remove(&the->request.client, lease, lease->word, &addr) &&
	    lease__owns(addr, &nobody))
		lease__tell(&the->request.client, addr);
	return XDPXE_R_DHCP_DECLINED;
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

/*
 * The reply is sent twice where one is likely to get lost: to a client that asks again what it has been told, and while
 * frames are being lost. A client takes the first of several DHCPOFFERs that are alike (RFC 2131 section 4.4.1), and one
 * that has its DHCPACK waits for none.
 */
static __always_inline bool dhcp__is_told_twice(const struct dhcp_case *the, int reason)
{
	return (reason == XDPXE_R_DHCP_OFFER || reason == XDPXE_R_DHCP_ACK) && the->port->clone &&
	       (the->again || loss__was_seen());
}

/* Return: a reason to reply, with @addr for the client, or the reason to be silent. */
static __always_inline int dhcp__answer(struct dhcp_case *the, struct scratch *scratch,
					__be32 *addr)
{
	struct xdpxe_lease *lease = bpf_map_lookup_elem(&leases, &the->request.client);
	__be32 asked = dhcp__asked(the->message);
	__u8 type = the->message->type;
	int reason;

	the->again = lease && lease__is_asked_again(&the->request, lease);
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
			return dhcp__selecting(the, scratch, lease, asked);
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

/* How long the reply waits. What another server is asked for is none of ours, and passes without delay. */
static __always_inline __u32 dhcp__delay(const struct dhcp_case *the)
{
	__be32 chosen = the->message->server_id;

	if (chosen && chosen != the->request.network->server)
		return 0;
	return delay__of(the->port, the->message);
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
	scratch->network = the.request.pool;
	scratch->subnet = the.request.client.subnet;
	if (reason != GO_ON)
		return reason;
	scratch->message.delay_ms = dhcp__delay(&the);
	if (scratch->message.delay_ms)
		return XDPXE_R_DHCP_DELAYED;
	the.request.now_s = now_s();
	the.request.told_at = tick_ns(scratch) >> LEASE_TOLD_SHIFT;
	if (frame->dport == bpf_htons(PXE_BOOT_SERVER_PORT))
		reason = dhcp__boot_server(&the);
	else if (the.request.network->flags & XDPXE_NETWORK_PROXY)
		reason = dhcp__proxy(&the);
	else
		reason = dhcp__answer(&the, scratch, &addr);
	if (verdict__action(reason) != XDPXE_ACTION_REPLY)
		return reason;
	reason = dhcp__plan_reply(&the, job, reason, addr);
	job->count = dhcp__is_told_twice(&the, reason) ? 2 : 1;
	return reason;
}

#endif
