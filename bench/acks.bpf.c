// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * TFTP clients without machines: every DATA that ends a window is turned into its ACK and sent back by XDP, so that the
 * server is the slower end. Lengths are looked at, that of the frame too; bytes are not: that is what the tests do.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define ACK_LEN 60

struct rules {
	__u32 window;
	__u32 blksize;
};

struct results {
	__u64 blocks;
	__u64 done;
	__u64 first_ns;
	__u64 last_ns;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct rules);
} acks_rules SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct results);
} acks_results SEC(".maps");

struct headers {
	struct ethhdr eth;
	struct iphdr ip;
	struct udphdr udp;
	__be16 opcode, block;
} __attribute__((packed, aligned(2)));

static __always_inline void turn(struct headers *head)
{
	__u8 mac[ETH_ALEN];
	__be32 address = head->ip.saddr;
	__be16 port = head->udp.source;
	const __u16 *words = (const __u16 *)((const char *)head + ETH_HLEN);
	__u32 sum = 0;

	__builtin_memcpy(mac, head->eth.h_dest, ETH_ALEN);
	__builtin_memcpy(head->eth.h_dest, head->eth.h_source, ETH_ALEN);
	__builtin_memcpy(head->eth.h_source, mac, ETH_ALEN);
	head->ip.saddr = head->ip.daddr;
	head->ip.daddr = address;
	head->ip.tot_len = bpf_htons(sizeof(*head) - ETH_HLEN);
	head->ip.check = 0;
	for (int i = 0; i < 10; i++)
		sum += words[i];
	sum = (sum & 0xffff) + (sum >> 16);
	head->ip.check = ~(sum + (sum >> 16));
	head->udp.source = head->udp.dest;
	head->udp.dest = port;
	head->udp.len = bpf_htons(sizeof(head->udp) + 4);
	head->udp.check = 0;
	head->opcode = bpf_htons(4);
}

/* The clock is read where transfers begin and end only: it costs as much as all else here. */
static __always_inline void note(struct results *results, int last)
{
	if (results->blocks++ == 0)
		results->first_ns = bpf_ktime_get_ns();
	if (!last)
		return;
	results->done++;
	results->last_ns = bpf_ktime_get_ns();
}

SEC("xdp")
int acks(struct xdp_md *ctx)
{
	struct headers *head = (void *)(long)ctx->data;
	__u32 zero = 0, len, frame_len;
	struct rules *rules = bpf_map_lookup_elem(&acks_rules, &zero);
	struct results *results = bpf_map_lookup_elem(&acks_results, &zero);
	int last;

	if (!rules || !results || rules->window == 0 ||
	    (void *)(head + 1) > (void *)(long)ctx->data_end ||
	    head->eth.h_proto != bpf_htons(ETH_P_IP) || head->ip.protocol != IPPROTO_UDP ||
	    head->opcode != bpf_htons(3))
		return XDP_PASS;
	len = bpf_ntohs(head->udp.len) - sizeof(head->udp) - 4;
	frame_len = bpf_xdp_get_buff_len(ctx);
	if (frame_len < sizeof(*head) + len)
		return XDP_DROP; /* it says more than it has */
	last = len < rules->blksize;
	note(results, last);
	if (!last && bpf_ntohs(head->block) % rules->window)
		return XDP_DROP;
	turn(head);
	return bpf_xdp_adjust_tail(ctx, ACK_LEN - (int)frame_len) ? XDP_DROP : XDP_TX;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
