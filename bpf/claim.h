/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A REQUEST after an offer that held no address; see guard.h. */
#ifndef XDPXE_BPF_CLAIM_H
#define XDPXE_BPF_CLAIM_H

/**
 * lease__claim() - acknowledge an address that was lent to a machine: nobody else has asked for it yet
 * Return: GO_ON; DHCP_NAK when it was never lent, or somebody has it; or another reason
 */
static __always_inline int lease__claim(const struct lease_request *request,
					struct scratch *scratch, __be32 addr)
{
	__u32 expires = request->now_s + request->network->lease_time_s;
	__u32 state = XDPXE_LEASE_BOUND | XDPXE_LEASE_KNOWN;
	__be32 subnet = request->client.subnet, got;
	struct seat seat = {};
	int reason;

	if (request->known ||
	    !source__lent(subnet, request->now_s, request->network->offer_time_s) ||
	    !source__is_member(request->pool, addr))
		return XDPXE_R_DHCP_NAK;
	if (source__judge(scratch, &seat, subnet, request->pool, request->now_s) == SOURCE_FULL)
		return XDPXE_R_DHCP_SOURCE_FULL;
	if (!lease__owns(addr, &request->client))
		return XDPXE_R_DHCP_NAK;
	lease__write(request, &scratch->lease, addr, XDPXE_LEASE_WORD(state, expires));
	scratch->lease.source = seat.source;
	reason = lease__insert(request, scratch, &got);
	if (reason != GO_ON)
		return reason;
	if (got != addr)
		return XDPXE_R_DHCP_NAK;
	lease__tell(&request->client, addr);
	return GO_ON;
}

#endif
