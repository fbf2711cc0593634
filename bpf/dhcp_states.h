/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * DHCP: what each message does to the lease of its machine, RFC 2131 sections 3 and 4.3. A REQUEST tells its state by
 * what it carries (table 4): option 54 SELECTING; option 50 without it INIT-REBOOT; ciaddr RENEWING or REBINDING.
 */
#ifndef XDPXE_BPF_DHCP_STATES_H
#define XDPXE_BPF_DHCP_STATES_H

/*
 * The end of a REQUEST for a wrong address. RFC 2131 section 4.3.2 wants a NAK; but firmware ends its boot at one, and
 * what is wrong here may be right at another server: so only a server that is told it is the network's only one sends it.
 */
static __always_inline int dhcp__refuse(const struct lease_request *request)
{
	return request->network->flags & XDPXE_NETWORK_AUTHORITATIVE ? XDPXE_R_DHCP_NAK
								     : XDPXE_R_DHCP_NOT_REFUSED;
}

/*
 * Was the message sent where the machine is? A broadcast and what a relay passed on were; what came to this server alone
 * may have been routed from anywhere.
 */
static __always_inline bool dhcp__is_on_link(const struct dhcp_case *the)
{
	return the->message->giaddr || the->frame->daddr != the->request.network->server;
}

/* Does another machine own @addr? One that was declined has no machine. */
static __always_inline bool dhcp__is_anothers(const struct lease_request *request, __be32 addr)
{
	const struct xdpxe_client *owner = bpf_map_lookup_elem(&owners, &addr);

	return owner && owner->hlen && !lease__is_owner(addr, &request->client);
}

static __always_inline int dhcp__acknowledge(const struct lease_request *request,
					     struct xdpxe_lease *lease)
{
	int reason = lease__bind(request, lease);

	return reason == GO_ON ? XDPXE_R_DHCP_ACK : reason;
}

/* The address that a REQUEST is about, 0 for one that names none. */
static __always_inline __be32 dhcp__asked(const struct dhcp_message *message)
{
	return message->requested ? message->requested : message->ciaddr;
}

/* REQUEST with option 54: the client answers an offer, ours or another server's. */
static __always_inline int dhcp__selecting(const struct dhcp_case *the, struct xdpxe_lease *lease,
					   __be32 addr)
{
	const struct lease_request *request = &the->request;
	__u64 word = lease ? lease->word : 0;

	if (the->message->server_id != request->network->server) {
		if (XDPXE_LEASE_STATE(word) == XDPXE_LEASE_OFFERED && lease &&
		    lease__withdraw(request, lease, word))
			count(XDPXE_R_DHCP_OFFER_WITHDRAWN);
		return XDPXE_R_DHCP_OTHER_SERVER;
	}
	if (addr == 0)
		return XDPXE_R_DHCP_MALFORMED;
	if (!lease || lease->addr != addr)
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

/* RELEASE: the address is free again, if it is the client's and it was this server that gave it. */
static __always_inline int dhcp__release(const struct dhcp_case *the, struct xdpxe_lease *lease)
{
	const struct dhcp_message *message = the->message;

	if (!lease || lease->addr != message->ciaddr ||
	    (message->server_id && message->server_id != the->request.network->server))
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
	if (lease__remove(&the->request.client, lease, lease->word, &addr))
		lease__owns(addr, &nobody);
	return XDPXE_R_DHCP_DECLINED;
}

/* INFORM, section 4.3.5: the client has an address and wants the rest. No lease is looked at, and none is made. */
static __always_inline int dhcp__inform(const struct dhcp_case *the)
{
	__be32 addr = the->message->ciaddr ? the->message->ciaddr : the->frame->saddr;

	if (addr == 0)
		return XDPXE_R_DHCP_MALFORMED;
	return network__is_host(the->request.network, addr) ? XDPXE_R_DHCP_INFORM
							    : XDPXE_R_DHCP_OTHER_NETWORK;
}

#endif
