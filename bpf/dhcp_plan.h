/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* DHCP: what an OFFER, ACK or NAK will say: a decision -> a job for dhcp_reply.h. Reads no packet. */
#ifndef XDPXE_BPF_DHCP_PLAN_H
#define XDPXE_BPF_DHCP_PLAN_H

/* Everything a decision is made from. */
struct dhcp_case {
	const struct xdpxe_port *port;
	const struct frame *frame;
	const struct dhcp_message *message;
	const struct xdpxe_host *host; /* NULL: none */
	struct lease_request request;
	bool again; /* it was answered before, and comes again */
};

/* The first code of option 93 that has a boot file here. */
static __always_inline __u64 dhcp__boot_by_arch(const struct xdpxe_network *network,
						const struct dhcp_message *message)
{
	for (__u32 i = 0; i < ARCH_LIST_MAX; i++) {
		__u16 arch = message->arch[i];
		__u64 boot;

		if (i >= message->arch_count || arch >= XDPXE_ARCHES)
			continue;
		boot = network->boot_arch[arch & (XDPXE_ARCHES - 1)];
		if (boot != XDPXE_BOOT_NONE)
			return boot;
	}
	return XDPXE_BOOT_NONE;
}

/* What the client is told to boot: a key in `boots`, XDPXE_BOOT_NONE for nothing. */
static __always_inline __u64 dhcp__choose_boot(const struct dhcp_case *the)
{
	const struct dhcp_message *message = the->message;
	const struct xdpxe_network *network = the->request.network;
	__u64 boot;

	if (message->is_ipxe) {
		count(XDPXE_R_DHCP_IS_IPXE);
		boot = the->host ? the->host->boot_ipxe : XDPXE_BOOT_NONE;
		return boot != XDPXE_BOOT_NONE ? boot : network->boot_ipxe;
	}
	if (message->arch_count == 0)
		return XDPXE_BOOT_NONE;
	boot = the->host ? the->host->boot : XDPXE_BOOT_NONE;
	if (boot == XDPXE_BOOT_NONE)
		boot = dhcp__boot_by_arch(network, message);
	if (boot == XDPXE_BOOT_NONE)
		count(XDPXE_R_DHCP_NO_BOOT_FILE);
	return boot;
}

/*
 * To a client that has an address and waits for an answer there, by the way it came: on port 4011 from the port that was
 * asked to the one it was asked from; INFORM to ciaddr (RFC 2131 section 4.3.5).
 */
static __always_inline void dhcp__address_sender(const struct dhcp_case *the,
						 struct reply_headers *headers, int answer)
{
	headers__answer(headers, the->port, the->frame, the->frame->dport);
	headers->ip.saddr = the->request.network->server;
	if (answer == XDPXE_R_DHCP_BOOT_SERVER)
		return;
	headers->udp.dest = bpf_htons(DHCP_CLIENT_PORT);
	if (the->message->ciaddr)
		headers->ip.daddr = the->message->ciaddr;
}

/* RFC 2131 section 4.1: to the relay, to the address in use, to all, or to the address just given. */
static __always_inline void dhcp__address_reply(const struct dhcp_case *the, struct job *job,
						int answer)
{
	const struct dhcp_message *message = the->message;
	struct reply_headers *headers = &job->headers;
	bool nowhere = job->dhcp.bootp.yiaddr == 0; /* NAK and proxy: the client has no address */

	if (answer == XDPXE_R_DHCP_INFORM || answer == XDPXE_R_DHCP_BOOT_SERVER) {
		dhcp__address_sender(the, headers, answer);
		return;
	}
	__builtin_memcpy(headers->eth.h_dest, the->frame->src, 6);
	headers->udp.dest = bpf_htons(DHCP_CLIENT_PORT);
	if (message->giaddr) {
		headers->udp.dest = bpf_htons(DHCP_SERVER_PORT);
		headers->ip.daddr = message->giaddr;
		if (nowhere)
			job->dhcp.bootp.flags |= bpf_htons(DHCP_FLAG_BROADCAST);
	} else if (job->dhcp.bootp.ciaddr) {
		headers->ip.daddr = message->ciaddr;
	} else if (nowhere || message->flags & bpf_htons(DHCP_FLAG_BROADCAST)) {
		headers->ip.daddr = 0xffffffff;
		__builtin_memset(headers->eth.h_dest, 0xff, 6);
	} else {
		headers->ip.daddr = job->dhcp.bootp.yiaddr;
		if (message->htype == ARPHRD_ETHER && message->hlen == 6)
			__builtin_memcpy(headers->eth.h_dest, message->chaddr, 6);
	}
	__builtin_memcpy(headers->eth.h_source, the->port->mac, 6);
	headers->ip.saddr = the->request.network->server;
	headers->udp.source = bpf_htons(DHCP_SERVER_PORT);
}

/* Option 53 of a reply. */
static __always_inline __u8 dhcp__type_of(int answer)
{
	switch (answer) {
	case XDPXE_R_DHCP_OFFER:
	case XDPXE_R_DHCP_PROXY_OFFER:
		return DHCP_OFFER;
	case XDPXE_R_DHCP_NAK:
		return DHCP_NAK;
	}
	return DHCP_ACK;
}

static __always_inline void dhcp__fill_bootp(const struct dhcp_case *the, struct job *job,
					     int answer, __be32 addr)
{
	const struct dhcp_message *message = the->message;
	struct bootp_header *bootp = &job->dhcp.bootp;

	__builtin_memset(bootp, 0, sizeof(*bootp));
	bootp->op = BOOTP_REPLY;
	bootp->htype = message->htype;
	bootp->hlen = message->hlen;
	bootp->xid = message->xid;
	bootp->flags = message->flags;
	bootp->giaddr = message->giaddr;
	__builtin_memcpy(bootp->chaddr, message->chaddr, BOOTP_CHADDR_LEN);
	bootp->magic = bpf_htonl(DHCP_MAGIC);
	if (answer == XDPXE_R_DHCP_NAK)
		return;
	if (dhcp__type_of(answer) == DHCP_ACK)
		bootp->ciaddr = message->ciaddr;
	bootp->yiaddr = addr;
}

/* The options that come first in every reply: 53 and 54. */
static __always_inline void dhcp__fill_first_options(struct job *job, int answer, __be32 server)
{
	__u8 *options = job->dhcp.first_options;

	options[0] = DHCP_OPT_MESSAGE_TYPE;
	options[1] = 1;
	options[2] = dhcp__type_of(answer);
	options[3] = DHCP_OPT_SERVER_ID;
	options[4] = 4;
	__builtin_memcpy(options + 5, &server, 4);
	job->dhcp.first_len = FIRST_OPTIONS;
}

/* The reply says nothing but what to boot: without that it is not worth sending, and may shadow another proxy's. */
static __always_inline bool dhcp__is_boot_only(int answer)
{
	return answer == XDPXE_R_DHCP_PROXY_OFFER || answer == XDPXE_R_DHCP_BOOT_SERVER;
}

/*
 * The boot item (type and layer) that the client has chosen is told it again, with 60, in place of the 43 of the boot
 * instruction (PXE 2.1 table 2-8).
 */
static __always_inline void dhcp__put_boot_item(struct dhcp_job *dhcp, __be32 item)
{
	__u8 *at = dhcp->first_options + FIRST_OPTIONS;

	_Static_assert(FIRST_OPTIONS + 2 + 9 + 9 <= sizeof(dhcp->first_options), "room for both");
	at[0] = DHCP_OPT_VENDOR_CLASS;
	at[1] = 9;
	__builtin_memcpy(at + 2, "PXEClient", 9);
	at[11] = DHCP_OPT_VENDOR;
	at[12] = 7;
	at[13] = PXE_OPT_BOOT_ITEM;
	at[14] = 4;
	__builtin_memcpy(at + 15, &item, 4);
	at[19] = DHCP_OPT_END;
	dhcp->first_len = FIRST_OPTIONS + 20;
}

/* Bytes of the network's own options in this reply; sets says. */
static __always_inline __u32 dhcp__plan_network(const struct xdpxe_network *network,
						struct job *job, int answer)
{
	job->dhcp.says = DHCP_SAYS_BOOT;
	if (dhcp__is_boot_only(answer))
		return 0;
	job->dhcp.says = DHCP_SAYS_NO_LEASE;
	if (answer == XDPXE_R_DHCP_INFORM)
		return network->options_len > XDPXE_LEASE_OPTIONS
			       ? network->options_len - XDPXE_LEASE_OPTIONS
			       : 0;
	job->dhcp.says = DHCP_SAYS_ALL;
	return network->options_len;
}

/* Bytes of the options behind the first, the echoed ones left out; sets siaddr, network, boot and wants_pxe. */
static __always_inline __u32 dhcp__plan_options(const struct dhcp_case *the, struct job *job,
						int answer)
{
	const struct xdpxe_network *network = the->request.network;
	const struct xdpxe_boot *boot;
	__u32 len = dhcp__plan_network(network, job, answer);
	__u64 key;

	job->dhcp.network = the->request.pool;
	if (the->host) {
		job->dhcp.host_len = the->host->options_len;
		len += job->dhcp.host_len;
	}
	key = dhcp__choose_boot(the);
	boot = key == XDPXE_BOOT_NONE ? NULL : bpf_map_lookup_elem(&boots, &key);
	if (!boot)
		return len;
	job->dhcp.boot = key;
	job->dhcp.bootp.siaddr = network->server;
	job->dhcp.wants_pxe = the->message->is_pxe;
	if (answer == XDPXE_R_DHCP_BOOT_SERVER && the->message->has_boot_item &&
	    job->dhcp.wants_pxe && boot->pxe_len) {
		job->dhcp.wants_pxe = 0;
		dhcp__put_boot_item(&job->dhcp, the->message->boot_item);
	}
	if (boot->flags & XDPXE_BOOT_TFTP)
		len += network->tftp_name_len;
	len += boot->options_len;
	if (job->dhcp.wants_pxe)
		len += boot->pxe_len;
	return len;
}

/* Works out the length of the frame. Return: GO_ON, or DHCP_REPLY_TOO_LONG. */
static __always_inline int dhcp__plan_length(const struct dhcp_case *the, struct job *job,
					     __u32 options)
{
	const struct dhcp_job *dhcp = &job->dhcp;
	__u32 limit = the->message->max_size;
	__u32 len = sizeof(dhcp->bootp) + dhcp->first_len + options + dhcp->client_id_len +
		    dhcp->uuid_len + dhcp->selection_len + dhcp->relay_agent_len + 1;

	if (len < DHCP_MIN_REPLY)
		len = DHCP_MIN_REPLY;
	if (limit < DHCP_MIN_MESSAGE)
		limit = DHCP_MIN_MESSAGE;
	if (limit > the->port->mtu)
		limit = the->port->mtu;
	len += sizeof(struct iphdr) + sizeof(struct udphdr);
	if (len > limit)
		return XDPXE_R_DHCP_REPLY_TOO_LONG;
	job->len = sizeof(struct ethhdr) + len;
	return GO_ON;
}

/* Fills the job for @answer. Return: @answer, or why it cannot be sent. */
static __always_inline int dhcp__plan_reply(const struct dhcp_case *the, struct job *job,
					    int answer, __be32 addr)
{
	__u32 options = 0;
	int reason;

	job->kind = JOB_DHCP;
	job->count = 1;
	dhcp__fill_bootp(the, job, answer, addr);
	dhcp__fill_first_options(job, answer, the->request.network->server);
	job->dhcp.wants_pxe = 0;
	job->dhcp.network = XDPXE_NONE;
	job->dhcp.boot = XDPXE_BOOT_NONE;
	job->dhcp.host_len = 0;
	if (answer != XDPXE_R_DHCP_NAK)
		options = dhcp__plan_options(the, job, answer);
	if (dhcp__is_boot_only(answer) && job->dhcp.boot == XDPXE_BOOT_NONE)
		return XDPXE_R_DHCP_NOTHING_TO_BOOT;
	dhcp__address_reply(the, job, answer);
	reason = dhcp__plan_length(the, job, options);
	return reason == GO_ON ? answer : reason;
}

#endif
