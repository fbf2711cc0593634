// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The least that a DHCP server can do: a DISCOVER becomes an OFFER in its own frame, a REQUEST an ACK, with an address
 * that follows from the machine's number. Nothing is checked, nothing is remembered, and there is no UDP checksum.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "xdpxe/dhcp_wire.h"

#define REPLY 342 /* headers, and a BOOTP message of 300 bytes */

struct message {
	struct ethhdr eth;
	struct iphdr ip;
	struct udphdr udp;
	struct bootp_header bootp;
	__u8 type[3]; /* option 53 comes first */
} __attribute__((packed, aligned(2)));

struct reply {
	__u8 frame[REPLY];
};

/* OFFER and ACK, without what is a machine's own. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct reply);
} offers_replies SEC(".maps");

SEC("xdp")
int offers(struct xdp_md *ctx)
{
	struct message *head = (void *)(long)ctx->data;
	struct reply *reply;
	__u8 mac[ETH_ALEN];
	__u32 slot, address;
	__be32 xid;

	if ((void *)(head + 1) > (void *)(long)ctx->data_end ||
	    head->eth.h_proto != bpf_htons(ETH_P_IP) || head->ip.protocol != IPPROTO_UDP ||
	    head->udp.dest != bpf_htons(DHCP_SERVER_PORT))
		return XDP_PASS;
	slot = head->type[2] == DHCP_REQUEST;
	xid = head->bootp.xid;
	__builtin_memcpy(mac, head->bootp.chaddr, ETH_ALEN);
	address = bpf_htonl(0x0a4d0100 + ((__u32)mac[4] << 8 | mac[5])); /* 10.77.1.0 */
	reply = bpf_map_lookup_elem(&offers_replies, &slot);
	if (!reply || bpf_xdp_adjust_tail(ctx, REPLY - (int)bpf_xdp_get_buff_len(ctx)) ||
	    bpf_xdp_store_bytes(ctx, 0, reply->frame, REPLY))
		return XDP_DROP;
	head = (void *)(long)ctx->data;
	if ((void *)(head + 1) > (void *)(long)ctx->data_end)
		return XDP_DROP;
	head->bootp.xid = xid;
	head->bootp.yiaddr = address;
	__builtin_memcpy(head->bootp.chaddr, mac, ETH_ALEN);
	return XDP_TX;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
