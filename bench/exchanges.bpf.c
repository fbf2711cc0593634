// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * DHCP clients without machines: XDP turns each OFFER into its REQUEST and each ACK into the DISCOVER of the next
 * machine, so that the server is the slower end whichever it is. A few frames from outside start it. A transaction
 * tells its machine and what it waits for by its xid. Every address that is acknowledged is written down, and one that
 * another machine has already is counted.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "xdpxe/dhcp_wire.h"

#define MACHINES_MAX (1 << 16)
#define XID_OFFER 0x0f000000u /* the answer to this DISCOVER is awaited */
#define XID_ACK 0x0a000000u
#define XID_KIND 0xff000000u
#define REQUEST_OPTIONS 22

struct message {
	struct ethhdr eth;
	struct iphdr ip;
	struct udphdr udp;
	struct bootp_header bootp;
	__u8 options[REQUEST_OPTIONS];
} __attribute__((packed, aligned(2)));

struct rules {
	struct message discover;
	struct message request; /* its option 50 stands at the end of the options */
	__u32 machines;
	__be32 subnet;
	__be32 mask;
};

struct results {
	__u64 done;
	__u64 doubles;	/* an address that another machine has */
	__u64 changed;	/* the ACK has another address than the OFFER, or one of another network */
	__u64 refused;	/* NAK */
	__u64 strays;	/* answers that nobody waited for */
	__u64 first_ns; /* first OFFER */
	__u64 last_ns;	/* last ACK */
	__u64 next;	/* machine */
};

struct machine {
	__be32 offered;
	__be32 has;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct rules);
} ex_rules SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct results);
} ex_results SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MACHINES_MAX);
	__type(key, __u32);
	__type(value, struct machine);
} ex_machines SEC(".maps");

/* Who has an address of the /16: number of the machine and 1, by the lower half of the address. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1 << 16);
	__type(key, __u32);
	__type(value, __u32);
} ex_owners SEC(".maps");

static __always_inline void count(__u64 *counter)
{
	__sync_fetch_and_add(counter, 1);
}

/* Make a frame @message of a machine. Return: its action */
static __always_inline int send(struct xdp_md *ctx, const struct message *message, __u32 number,
				__u32 kind, __be32 address)
{
	struct message *out;
	__u8 mac[ETH_ALEN] = { 2, 0x77 };
	__be32 id = bpf_htonl(number);

	if (bpf_xdp_adjust_tail(ctx, (int)sizeof(*out) - (int)bpf_xdp_get_buff_len(ctx)) ||
	    bpf_xdp_store_bytes(ctx, 0, (void *)message, sizeof(*out)))
		return XDP_DROP;
	out = (void *)(long)ctx->data;
	if ((void *)(out + 1) > (void *)(long)ctx->data_end)
		return XDP_DROP;
	__builtin_memcpy(mac + 2, &id, 4);
	__builtin_memcpy(out->eth.h_source, mac, ETH_ALEN);
	__builtin_memcpy(out->bootp.chaddr, mac, ETH_ALEN);
	out->bootp.xid = bpf_htonl(kind | number);
	if (kind == XID_ACK)
		__builtin_memcpy(out->options + REQUEST_OPTIONS - 5, &address, 4);
	return XDP_TX;
}

/* An address for good. */
static __always_inline void own(struct results *results, __u32 number, __be32 address)
{
	__u32 slot = bpf_ntohl(address) & 0xffff;
	__u32 *owner = bpf_map_lookup_elem(&ex_owners, &slot);
	__u32 had;

	if (!owner)
		return;
	had = __sync_val_compare_and_swap(owner, 0, number + 1);
	if (had && had != number + 1)
		count(&results->doubles);
}

static __always_inline int take_offer(struct xdp_md *ctx, const struct rules *rules,
				      struct results *results, struct machine *machine,
				      __u32 number, __be32 address)
{
	if (results->first_ns == 0)
		results->first_ns = bpf_ktime_get_ns();
	machine->offered = address;
	return send(ctx, &rules->request, number, XID_ACK, address);
}

static __always_inline int take_ack(struct xdp_md *ctx, const struct rules *rules,
				    struct results *results, struct machine *machine, __u32 number,
				    __be32 address)
{
	__u64 next;

	if (address == 0) {
		count(&results->refused);
		return XDP_DROP;
	}
	if (machine->has) {
		count(&results->strays);
		return XDP_DROP;
	}
	machine->has = address;
	if (address != machine->offered || (address & rules->mask) != rules->subnet)
		count(&results->changed);
	own(results, number, address);
	count(&results->done);
	results->last_ns = bpf_ktime_get_ns();
	next = __sync_fetch_and_add(&results->next, 1);
	if (next >= rules->machines)
		return XDP_DROP;
	return send(ctx, &rules->discover, next, XID_OFFER, 0);
}

SEC("xdp")
int exchanges(struct xdp_md *ctx)
{
	struct message *head = (void *)(long)ctx->data;
	__u32 zero = 0, xid, number;
	struct rules *rules = bpf_map_lookup_elem(&ex_rules, &zero);
	struct results *results = bpf_map_lookup_elem(&ex_results, &zero);
	struct machine *machine;
	__be32 address;

	if (!rules || !results || (void *)&head->options > (void *)(long)ctx->data_end ||
	    head->eth.h_proto != bpf_htons(ETH_P_IP) || head->ip.protocol != IPPROTO_UDP ||
	    head->udp.dest != bpf_htons(DHCP_CLIENT_PORT))
		return XDP_PASS;
	xid = bpf_ntohl(head->bootp.xid);
	number = xid & ~XID_KIND;
	machine = bpf_map_lookup_elem(&ex_machines, &number);
	if (!machine)
		return XDP_DROP;
	address = head->bootp.yiaddr;
	if ((xid & XID_KIND) == XID_OFFER && machine->offered == 0)
		return take_offer(ctx, rules, results, machine, number, address);
	if ((xid & XID_KIND) == XID_ACK)
		return take_ack(ctx, rules, results, machine, number, address);
	count(&results->strays);
	return XDP_DROP;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
