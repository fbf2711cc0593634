// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The least that answering can cost, and a harness that calls it and xdpxe alike. BPF_PROG_RUN repeats a program on one
 * frame, which the program has changed: so `again` restores the frame and then tail-calls what is measured. What that
 * costs is measured with a target that only transmits, and taken off.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/udp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "../bench/bare.h"
#include "xdpxe/abi_event.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, BARE_CPUS);
	__type(key, __u32);
	__type(value, struct bare_plan);
} plans SEC(".maps");

/* The UDP port that file i is read from, in network byte order. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, BARE_FILES);
	__type(key, __u32);
	__type(value, __be16);
} tid_ports SEC(".maps");

struct bare_block {
	__u8 data[BARE_BLOCK];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, struct bare_block);
} blocks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, BARE_TARGETS);
	__type(key, __u32);
	__type(value, __u32);
} targets SEC(".maps");

/* xdpxe's own map: see look(). */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, XDPXE_EVENT_CPUS + 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct xdpxe_event_head);
} event_heads SEC(".maps");

const volatile __u32 event_parts = 1; /* set before load, as in xdpxe */

static __always_inline __u16 fold(__u32 sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16);
}

/* Bytes 34 to 46 of an ACK: the UDP header and the TFTP header. */
struct ack {
	__be16 source, dest, len, check, opcode, block;
};

static __always_inline __u32 words(__u32 value)
{
	return (value & 0xffff) + (value >> 16);
}

/* The client that a frame comes from. Return: what that adds to the UDP checksum */
static __always_inline __u32 put_client(struct bare_plan *plan, __u32 client)
{
	struct iphdr *ip = (struct iphdr *)&plan->frame[ETH_HLEN];
	struct ack *ack = (struct ack *)(ip + 1);
	__be32 address = bpf_htonl(plan->client + (client >> 16));

	ip->saddr = address;
	ip->check = ~fold(plan->ip_sum + words(address));
	ack->source = bpf_htons((__u16)client);
	return words(address) + ack->source;
}

/* Files are read to the end, and then by other clients: an ACK of block 0 begins a transfer. */
static __always_inline void next_ack(struct bare_plan *plan)
{
	struct ack *ack = (struct ack *)&plan->frame[ETH_HLEN + sizeof(struct iphdr)];
	__u64 call = plan->calls++, round = call / plan->sessions;
	__u32 client = (__u32)(call % plan->sessions + round / plan->blocks * plan->sessions);
	__u32 file = client % plan->files;
	__be16 *port = bpf_map_lookup_elem(&tid_ports, &file);

	if (!port)
		return;
	ack->dest = *port;
	ack->block = bpf_htons((__u16)(round % plan->blocks));
	ack->check = ~fold(plan->payload_sum + put_client(plan, plan->first_session + client) +
			   ack->dest + ack->block);
}

#define DIGITS_AT 48 /* of a name such as "file0123", behind the opcode */

static __always_inline void next_request(struct bare_plan *plan)
{
	struct ack *head = (struct ack *)&plan->frame[ETH_HLEN + sizeof(struct iphdr)];
	__u32 client = (__u32)(plan->calls++ % plan->sessions);
	__u32 file = client % plan->files, sum;
	__u8 digits[4] = { '0' + file / 1000 % 10, '0' + file / 100 % 10, '0' + file / 10 % 10,
			   '0' + file % 10 };
	__u32 both;

	__builtin_memcpy(&both, digits, sizeof(both));
	__builtin_memcpy(&plan->frame[DIGITS_AT], digits, sizeof(digits));
	sum = plan->payload_sum + put_client(plan, plan->first_session + client) + words(both);
	head->check = ~fold(sum);
}

#define CHADDR_AT (ETH_HLEN + sizeof(struct iphdr) + sizeof(struct udphdr) + 28)

/* Write a word that stands at an even offset. */
static __always_inline void put(struct bare_plan *plan, __u32 at, __be32 value)
{
	if (at <= BARE_REQUEST_MAX - sizeof(value))
		__builtin_memcpy(&plan->frame[at], &value, sizeof(value));
}

static __always_inline void next_machine(struct bare_plan *plan)
{
	struct udphdr *udp = (struct udphdr *)&plan->frame[ETH_HLEN + sizeof(struct iphdr)];
	__u32 number = plan->first_machine + plan->calls++ % plan->machines;
	__be32 id = bpf_htonl(number), address = bpf_htonl(plan->first_address + number);

	put(plan, ETH_ALEN + 2, id);
	put(plan, CHADDR_AT + 2, id);
	if (plan->address_at)
		put(plan, plan->address_at, address);
	else
		address = 0;
	udp->check = ~fold(plan->payload_sum + words(id) + words(address));
}

/* As if the daemon had read what machines did. It does so on another CPU, but without a break for the program. */
static __always_inline void look(struct bare_plan *plan, __u32 cpu)
{
	__u32 part = cpu & (event_parts - 1);
	struct xdpxe_event_head *head = bpf_map_lookup_elem(&event_heads, &part);

	if (head)
		head->read = head->written;
	plan->last_ns = bpf_ktime_get_ns();
	if (!plan->first_ns)
		plan->first_ns = plan->last_ns;
}

static __always_inline int again(struct xdp_md *ctx, __u32 target)
{
	__u32 cpu = bpf_get_smp_processor_id();
	struct bare_plan *plan = bpf_map_lookup_elem(&plans, &cpu);
	__u32 len;

	if (!plan)
		return XDP_ABORTED;
	len = plan->len;
	if (len < ETH_HLEN || len > BARE_REQUEST_MAX)
		return XDP_ABORTED;
	if (plan->calls % BARE_LOOK == 0)
		look(plan, cpu);
	if (plan->sessions && plan->blocks && plan->files)
		next_ack(plan);
	else if (plan->sessions && plan->files)
		next_request(plan);
	if (plan->machines)
		next_machine(plan);
	if (bpf_xdp_adjust_tail(ctx, (int)len - (int)bpf_xdp_get_buff_len(ctx)) ||
	    bpf_xdp_store_bytes(ctx, 0, plan->frame, len))
		return XDP_ABORTED;
	bpf_tail_call(ctx, &targets, target);
	return XDP_ABORTED;
}

#define AGAIN(name, target)                                                                        \
	SEC("xdp") int again_##name(struct xdp_md *ctx)                                            \
	{                                                                                          \
		return again(ctx, target);                                                         \
	}
AGAIN(nothing, BARE_NOTHING)
AGAIN(grow, BARE_GROW)
AGAIN(grow_copy, BARE_GROW_COPY)
AGAIN(xdpxe, BARE_XDPXE)

SEC("xdp")
int nothing(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_TX;
}

SEC("xdp")
int grow(struct xdp_md *ctx)
{
	return bpf_xdp_adjust_tail(ctx, BARE_REPLY - (int)bpf_xdp_get_buff_len(ctx)) ? XDP_ABORTED
										     : XDP_TX;
}

SEC("xdp")
int grow_copy(struct xdp_md *ctx)
{
	__u32 slot = 0;
	struct bare_block *block = bpf_map_lookup_elem(&blocks, &slot);

	if (!block || bpf_xdp_adjust_tail(ctx, BARE_REPLY - (int)bpf_xdp_get_buff_len(ctx)))
		return XDP_ABORTED;
	return bpf_xdp_store_bytes(ctx, BARE_REPLY - BARE_BLOCK, block->data, BARE_BLOCK)
		       ? XDP_ABORTED
		       : XDP_TX;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
