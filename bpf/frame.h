/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Ethernet, IPv4, UDP: bytes -> struct frame. The manners of the stack that the fast path stands before. */
#ifndef XDPXE_BPF_FRAME_H
#define XDPXE_BPF_FRAME_H

#define IP_FRAGMENT_BITS 0x3fff /* "more fragments" and the offset */

static __always_inline int frame__parse_link(struct cursor *cursor)
{
	const struct ethhdr *eth = cursor__take(cursor, sizeof(*eth));

	if (!eth)
		return XDPXE_R_NOT_IPV4;
	if (eth->h_proto == bpf_htons(ETH_P_8021Q) || eth->h_proto == bpf_htons(ETH_P_8021AD))
		return XDPXE_R_VLAN_TAGGED;
	if (eth->h_proto != bpf_htons(ETH_P_IP))
		return XDPXE_R_NOT_IPV4;
	return GO_ON;
}

/* Leaves the bytes of the IP payload in @len. */
static __always_inline int frame__parse_ip(struct cursor *cursor, struct frame *frame, __u32 *len)
{
	const struct iphdr *ip = cursor__take(cursor, sizeof(*ip));
	__u32 total;

	if (!ip || ip->version != 4 || ip->ihl < 5 || ip->ttl == 0)
		return XDPXE_R_IP_MALFORMED;
	total = bpf_ntohs(ip->tot_len);
	if (total < sizeof(*ip) || sizeof(struct ethhdr) + total > frame->len)
		return XDPXE_R_IP_MALFORMED;
	if (ip->ihl != 5)
		return XDPXE_R_IP_OPTIONS;
	if (ip->frag_off & bpf_htons(IP_FRAGMENT_BITS))
		return XDPXE_R_IP_FRAGMENT;
	if (ip->protocol != IPPROTO_UDP)
		return XDPXE_R_NOT_UDP;
	if (csum__ip(ip) != 0xffff)
		return XDPXE_R_IP_CHECKSUM;
	frame->saddr = ip->saddr;
	frame->daddr = ip->daddr;
	*len = total - sizeof(*ip);
	return GO_ON;
}

static __always_inline int frame__parse_udp(struct cursor *cursor, struct frame *frame,
					    __u32 ip_len)
{
	const struct udphdr *udp = cursor__take(cursor, sizeof(*udp));
	__u32 len;

	if (!udp)
		return XDPXE_R_UDP_MALFORMED;
	len = bpf_ntohs(udp->len);
	if (len < sizeof(*udp) || len > ip_len)
		return XDPXE_R_UDP_MALFORMED;
	frame->sport = udp->source;
	frame->dport = udp->dest;
	frame->check = udp->check;
	frame->payload = HEADERS_LEN;
	frame->payload_len = len - sizeof(*udp);
	return GO_ON;
}

/* The first bytes of the payload, which are all there is to an ACK. */
static __always_inline void frame__take_head(struct cursor *cursor, struct frame *frame)
{
	const struct tftp_header *head = cursor__take(cursor, sizeof(*head));

	if (!head || frame->payload_len < sizeof(*head))
		return;
	frame->has_head = true;
	frame->head = *head;
}

/** frame__take_macs() - the hardware addresses, which an ACK is answered without */
static __always_inline void frame__take_macs(struct xdp_md *ctx, struct frame *frame)
{
	_Static_assert(offsetof(struct frame, src) == 6, "both at once");
	bpf_xdp_load_bytes(ctx, 0, frame->dst, 12);
}

/** frame__parse() - all but the hardware addresses. Return: GO_ON, or the reason to pass the frame up */
static __always_inline int frame__parse(struct cursor cursor, struct frame *frame)
{
	__u32 ip_len = 0;
	int reason;

	frame->len = cursor.end - cursor.pos;
	frame->has_head = false;
	reason = frame__parse_link(&cursor);
	if (reason == GO_ON)
		reason = frame__parse_ip(&cursor, frame, &ip_len);
	if (reason == GO_ON)
		reason = frame__parse_udp(&cursor, frame, ip_len);
	if (reason == GO_ON)
		frame__take_head(&cursor, frame);
	return reason;
}

static __always_inline bool is_tid(__be16 port)
{
	return (__u16)(bpf_ntohs(port) - XDPXE_TID_FIRST) < XDPXE_TID_COUNT;
}

/** frame__is_transfer() - does this look like UDP to a TID port? To be parsed in full after that */
static __always_inline bool frame__is_transfer(struct cursor cursor)
{
	const struct reply_headers *headers = cursor__take(&cursor, sizeof(*headers));

	return headers && headers->eth.h_proto == bpf_htons(ETH_P_IP) && headers->ip.version == 4 &&
	       headers->ip.ihl == 5 && headers->ip.protocol == IPPROTO_UDP &&
	       !(headers->ip.frag_off & bpf_htons(IP_FRAGMENT_BITS)) && is_tid(headers->udp.dest);
}

/**
 * frame__checksum_ok() - is the UDP checksum right for a payload that sums to @payload_sum
 * None (0) is right. So is the half-made one, the bare pseudo header, that a local sender on a veth or tap leaves for
 * the NIC to finish.
 */
static __always_inline bool frame__checksum_ok(const struct frame *frame, __u32 payload_sum)
{
	__u16 udp_len = frame->payload_len + sizeof(struct udphdr);
	__u32 pseudo = csum__pseudo(frame->saddr, frame->daddr, udp_len);
	__u64 sum = (__u64)pseudo + frame->sport + frame->dport + bpf_htons(udp_len) + payload_sum;

	return frame->check == 0 || frame->check == pseudo ||
	       csum__fold(sum + frame->check) == 0xffff;
}

#endif
