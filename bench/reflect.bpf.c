// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The least that a TFTP server can do: an ACK becomes the next DATA in its own frame, with bytes out of a map, and no
 * checksum. Nothing is checked, nothing is remembered. Requests, and the first ACK, whose frames have no room on a
 * veth, go up to whoever answers them.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define BLOCK 1468
#define BLOCKS 64 /* a file repeats them */
#define TFTP_ACK 4
#define TFTP_DATA 3

struct block {
	__u8 data[BLOCK];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, BLOCKS);
	__type(key, __u32);
	__type(value, struct block);
} reflect_blocks SEC(".maps");

/* How many full blocks a file has; a last one that is empty follows. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} reflect_length SEC(".maps");

struct headers {
	struct ethhdr eth;
	struct iphdr ip;
	struct udphdr udp;
	__be16 opcode, number;
} __attribute__((packed, aligned(2)));

static __always_inline void turn(struct headers *head, __u16 number, __u32 len)
{
	__u16 total = sizeof(*head) - ETH_HLEN + len;
	const __u16 *words = (const __u16 *)((const char *)head + ETH_HLEN);
	__u8 mac[ETH_ALEN];
	__be32 address = head->ip.saddr;
	__be16 port = head->udp.source;
	__u32 sum = 0;

	__builtin_memcpy(mac, head->eth.h_dest, ETH_ALEN);
	__builtin_memcpy(head->eth.h_dest, head->eth.h_source, ETH_ALEN);
	__builtin_memcpy(head->eth.h_source, mac, ETH_ALEN);
	head->ip.saddr = head->ip.daddr;
	head->ip.daddr = address;
	head->ip.tot_len = bpf_htons(total);
	head->ip.check = 0;
	for (int i = 0; i < 10; i++)
		sum += words[i];
	sum = (sum & 0xffff) + (sum >> 16);
	head->ip.check = ~(sum + (sum >> 16));
	head->udp.source = head->udp.dest;
	head->udp.dest = port;
	head->udp.len = bpf_htons(total - sizeof(head->ip));
	head->udp.check = 0;
	head->opcode = bpf_htons(TFTP_DATA);
	head->number = bpf_htons(number + 1);
}

SEC("xdp")
int reflect(struct xdp_md *ctx)
{
	struct headers *head = (void *)(long)ctx->data;
	__u32 zero = 0, slot, len = BLOCK;
	__u32 *length = bpf_map_lookup_elem(&reflect_length, &zero);
	struct block *block;
	__u16 number;

	if (!length || (void *)(head + 1) > (void *)(long)ctx->data_end ||
	    head->eth.h_proto != bpf_htons(ETH_P_IP) || head->ip.protocol != IPPROTO_UDP ||
	    head->udp.dest == bpf_htons(69) || head->opcode != bpf_htons(TFTP_ACK) ||
	    head->number == 0)
		return XDP_PASS;
	number = bpf_ntohs(head->number);
	if (number > *length)
		return XDP_DROP;
	if (number == *length)
		len = 0;
	slot = number % BLOCKS;
	block = bpf_map_lookup_elem(&reflect_blocks, &slot);
	if (!block)
		return XDP_DROP;
	turn(head, number, len);
	if (bpf_xdp_adjust_tail(ctx, (int)(sizeof(*head) + len) - (int)bpf_xdp_get_buff_len(ctx)))
		return XDP_DROP;
	if (len && bpf_xdp_store_bytes(ctx, sizeof(*head), block->data, BLOCK))
		return XDP_DROP;
	return XDP_TX;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
