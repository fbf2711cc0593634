/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* ARP, DHCP and read requests: what comes before a file. */
#ifndef XDPXE_BENCH_REFLECT_TALK_H
#define XDPXE_BENCH_REFLECT_TALK_H

const volatile struct reflect_self self;

/* OFFER and ACK for each kind, without what is a machine's own. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, REFLECT_REPLIES);
	__type(key, __u32);
	__type(value, struct reflect_reply);
} replies SEC(".maps");

/* By REFLECT_REQUEST() of the request: no two that machines of a storm send are alike in that. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, REFLECT_REQUESTS);
	__type(key, __u32);
	__type(value, struct reflect_oack);
} oacks SEC(".maps");

struct arp {
	struct ethhdr eth;
	__be16 hardware, protocol;
	__u8 hardware_len, protocol_len;
	__be16 operation;
	__u8 sender_mac[ETH_ALEN];
	__be32 sender;
	__u8 target_mac[ETH_ALEN];
	__be32 target;
} __attribute__((packed, aligned(2)));

/* Who has our address? */
static __always_inline int talk__arp(struct xdp_md *ctx)
{
	struct arp *arp = (void *)(long)ctx->data;

	if ((void *)(arp + 1) > (void *)(long)ctx->data_end ||
	    arp->eth.h_proto != bpf_htons(ETH_P_ARP) || arp->target != self.address ||
	    arp->operation != bpf_htons(1))
		return XDP_PASS;
	arp->operation = bpf_htons(2);
	arp->target = arp->sender;
	arp->sender = self.address;
	__builtin_memcpy(arp->eth.h_dest, arp->sender_mac, ETH_ALEN);
	__builtin_memcpy(arp->target_mac, arp->sender_mac, ETH_ALEN);
	__builtin_memcpy(arp->eth.h_source, (const void *)self.mac, ETH_ALEN);
	__builtin_memcpy(arp->sender_mac, (const void *)self.mac, ETH_ALEN);
	return XDP_TX;
}

/* Options 53 and 57 come first in what all of them say, and then 93, but for UEFI. */
struct message {
	struct ethhdr eth;
	struct iphdr ip;
	struct udphdr udp;
	struct bootp_header bootp;
	__u8 type[3];
	__u8 max_size[4];
	__u8 arch;
} __attribute__((packed, aligned(2)));

static __always_inline enum reflect_kind kind_of(const struct message *message)
{
	if (message->arch != DHCP_OPT_ARCH)
		return REFLECT_UEFI;
	return message->bootp.flags ? REFLECT_IPXE : REFLECT_BIOS;
}

/* DISCOVER -> OFFER, REQUEST -> ACK; the address is 10.77.1.0 and what the hardware address ends with. */
static __always_inline int talk__dhcp(struct xdp_md *ctx)
{
	struct message *message = (void *)(long)ctx->data;
	struct reflect_reply *reply;
	__u8 mac[ETH_ALEN];
	__u32 slot;
	__be32 xid;

	if ((void *)(message + 1) > (void *)(long)ctx->data_end)
		return XDP_DROP;
	slot = kind_of(message) * 2 + (message->type[2] == DHCP_REQUEST);
	xid = message->bootp.xid;
	__builtin_memcpy(mac, message->bootp.chaddr, ETH_ALEN);
	reply = bpf_map_lookup_elem(&replies, &slot);
	if (!reply || frame__resize(ctx, REFLECT_REPLY) ||
	    bpf_xdp_store_bytes(ctx, 0, reply->frame, REFLECT_REPLY))
		return XDP_DROP;
	message = (void *)(long)ctx->data;
	if ((void *)(message + 1) > (void *)(long)ctx->data_end)
		return XDP_DROP;
	message->bootp.xid = xid;
	message->bootp.yiaddr = bpf_htonl(0x0a4d0100 + ((__u32)mac[4] << 8 | mac[5]));
	__builtin_memcpy(message->bootp.chaddr, mac, ETH_ALEN);
	return XDP_TX;
}

/* RRQ -> OACK */
static __always_inline int talk__request(struct xdp_md *ctx, struct headers *head)
{
	__u8 letter = *(const __u8 *)&head->tftp.block; /* of the name, which begins there */
	__u32 slot = REFLECT_REQUEST(bpf_ntohs(head->udp.len) - sizeof(head->udp), letter), len;
	struct reflect_oack *oack = bpf_map_lookup_elem(&oacks, &slot);

	if (!oack)
		return XDP_DROP;
	len = oack->len - 1;
	asm volatile("" : "+r"(len)); /* Verifier: what is compared is what is used */
	if (len >= REFLECT_OACK_MAX)
		return XDP_DROP;
	asm volatile("" : "+r"(len));
	headers__turn(head);
	head->udp.source = oack->tid;
	headers__resize(head, len + 1);
	if (frame__resize(ctx, PAYLOAD_AT + len + 1) ||
	    bpf_xdp_store_bytes(ctx, PAYLOAD_AT, oack->bytes, len + 1))
		return XDP_DROP;
	return XDP_TX;
}

#endif
