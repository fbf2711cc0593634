/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * DHCP: what the states of a client are told apart by, RFC 2131 sections 3 and 4.3. A REQUEST tells its state by what it
 * carries (table 4): option 54 SELECTING; option 50 without it INIT-REBOOT; ciaddr RENEWING or REBINDING.
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
