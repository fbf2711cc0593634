// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The least that a TFTP server can do, in steps, for a veth ping-pong with acks.bpf.c: an ACK is turned into the next
 * DATA and transmitted; its frame is grown to a full block as well; a block is copied into it as well, out of few, or
 * out of as much memory as the file takes that xdpxe serves beside it. Nothing is checked but what the verifier wants,
 * nothing is remembered, and there is no UDP checksum.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define BLOCK 1468
#define FEW_BLOCKS 64 /* which a CPU's own cache holds */
#define FILE_BLOCKS 20000
#define TID 4444
#define TFTP_DATA 3
#define TFTP_ACK 4

struct block {
	__u8 data[BLOCK];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, FILE_BLOCKS);
	__type(key, __u32);
	__type(value, struct block);
} pong_blocks SEC(".maps");

/* How many full blocks a transfer has; a last one that is empty follows. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} pong_length SEC(".maps");

struct headers {
	struct ethhdr eth;
	struct iphdr ip;
	struct udphdr udp;
	__be16 opcode, number;
} __attribute__((packed, aligned(2)));

static __always_inline void turn(struct headers *head, __u16 number, __u16 len)
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

/*
 * @full: bytes of a block but for the last. Where frames are not grown it is 1, so that the last one, without a byte, is
 * shorter, as the clients want it; both lie in the padding of an ACK's frame.
 * @blocks: out of so many one is copied; 0: none is
 */
static __always_inline int answer(struct xdp_md *ctx, __u16 full, __u32 blocks)
{
	struct headers *head = (void *)(long)ctx->data;
	__u32 zero = 0, slot;
	__u32 *length = bpf_map_lookup_elem(&pong_length, &zero);
	struct block *block;
	__u16 number, len;

	if (!length || (void *)(head + 1) > (void *)(long)ctx->data_end ||
	    head->eth.h_proto != bpf_htons(ETH_P_IP) || head->ip.protocol != IPPROTO_UDP ||
	    head->udp.dest != bpf_htons(TID) || head->opcode != bpf_htons(TFTP_ACK))
		return XDP_PASS;
	number = bpf_ntohs(head->number);
	if (number > *length)
		return XDP_DROP;
	len = number == *length ? 0 : full;
	turn(head, number, len);
	if (full != BLOCK || len == 0)
		return XDP_TX;
	if (bpf_xdp_adjust_tail(ctx, (int)(sizeof(*head) + BLOCK) - (int)bpf_xdp_get_buff_len(ctx)))
		return XDP_ABORTED;
	if (!blocks)
		return XDP_TX;
	slot = number % blocks;
	block = bpf_map_lookup_elem(&pong_blocks, &slot);
	if (!block || bpf_xdp_store_bytes(ctx, sizeof(*head), block->data, BLOCK))
		return XDP_ABORTED;
	return XDP_TX;
}

SEC("xdp")
int transmit(struct xdp_md *ctx)
{
	return answer(ctx, 1, 0);
}

SEC("xdp")
int grow(struct xdp_md *ctx)
{
	return answer(ctx, BLOCK, 0);
}

SEC("xdp")
int grow_copy(struct xdp_md *ctx)
{
	return answer(ctx, BLOCK, FEW_BLOCKS);
}

SEC("xdp")
int grow_copy_file(struct xdp_md *ctx)
{
	return answer(ctx, BLOCK, FILE_BLOCKS);
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
