// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * `xdpxe storm`: the receiving end of its machines. DATA that is what a transfer waits for is compared with the
 * expected file, byte by byte, and acknowledged from here; so are DHCP replies, once the command has seen one of each
 * kind. What is meant for a machine and is anything else goes to the command; what is not meant for one goes on to this
 * host.
 */
#include <linux/bpf.h>
#include <linux/errno.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <stdbool.h>
#include <stddef.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#ifndef IP_DF
#define IP_DF 0x4000
#endif

#include "xdpxe/storm.h"
#include "xdpxe/storm_talk.h"

const volatile struct storm_rules rules;

#include "types.h"
#include "cursor.h"
#include "csum.h"
#include "storm_maps.h"
#include "storm_event.h"
#include "storm_network.h"
#include "storm_data.h"
#include "storm_talk.h"

/* Whom a frame is for. */
enum recipient { FOR_HOST, FOR_MACHINE, FOR_BOTH };

#define BOOTP_XID_END 34 /* from the UDP payload: the first six bytes of chaddr end here */

/* The number in the last bytes of a hardware address of a machine. */
static __always_inline bool machine_of(const __u8 *mac, __u32 *machine)
{
	*machine = (__u32)mac[3] << 16 | (__u32)mac[4] << 8 | mac[5];
	return mac[0] == STORM_MAC_0 && mac[1] == STORM_MAC_1 && mac[2] == STORM_MAC_2 &&
	       *machine < rules.clients;
}

/* A broadcast DHCP reply names its machine in chaddr; a broadcast ARP concerns the host, too. */
static __always_inline enum recipient broadcast_for(struct cursor cursor, __u32 *machine)
{
	const struct ethhdr *eth = cursor__take(&cursor, sizeof(*eth));
	const struct reply_headers *headers;
	const __u8 *bootp;

	if (!eth)
		return FOR_HOST;
	*machine = STORM_CLIENTS_MAX;
	if (eth->h_proto == bpf_htons(ETH_P_ARP))
		return FOR_BOTH;
	cursor.pos = (void *)eth;
	headers = cursor__take(&cursor, sizeof(*headers));
	bootp = cursor__take(&cursor, BOOTP_XID_END);
	if (!headers || !bootp || eth->h_proto != bpf_htons(ETH_P_IP) ||
	    headers->ip.protocol != IPPROTO_UDP || headers->udp.dest != bpf_htons(DHCP_CLIENT_PORT))
		return FOR_HOST;
	return machine_of(bootp + BOOTP_XID_END - ETH_ALEN, machine) ? FOR_MACHINE : FOR_HOST;
}

static __always_inline enum recipient recipient_of(struct cursor cursor, __u32 *machine)
{
	const struct ethhdr *eth = cursor.pos;

	if ((const void *)(eth + 1) > cursor.end)
		return FOR_HOST;
	if (machine_of(eth->h_dest, machine))
		return FOR_MACHINE;
	return eth->h_dest[0] & 1 ? broadcast_for(cursor, machine) : FOR_HOST;
}

/* A bad network: is this frame to be dropped here, or kept for later? Return: GO_ON, or an XDP action */
static __always_inline int suffer(struct xdp_md *ctx, const struct storm_flow *flow, __u32 machine)
{
	switch (network__fate(machine, flow->arrivals, STORM_IN)) {
	case STORM_FATE_LOST:
		tally(STORM_TALLY_LOST_IN, 1);
		return XDP_DROP;
	case STORM_FATE_TWICE:
		tally(STORM_TALLY_TWICE, 1);
		event__frame(ctx, machine, STORM_EVENT_LATER);
		return GO_ON;
	case STORM_FATE_LATE:
		tally(STORM_TALLY_LATE, 1);
		event__frame(ctx, machine, STORM_EVENT_LATER);
		return XDP_DROP;
	default:
		return GO_ON;
	}
}

/* A frame for a machine. */
static __always_inline int take(struct xdp_md *ctx, __u32 machine, bool again)
{
	struct storm_flow *flow = bpf_map_lookup_elem(&flows, &machine);
	int action = GO_ON;

	if (!flow)
		return XDP_PASS;
	if (!again) {
		flow->arrivals++;
		if (network__is_bad())
			action = suffer(ctx, flow, machine);
	}
	if (action == GO_ON)
		action = data__take(ctx, flow, machine);
	if (action == GO_ON && !network__is_bad())
		action = talk__take(ctx, machine);
	if (action != GO_ON)
		return action;
	event__frame(ctx, machine, STORM_EVENT_FRAME);
	return XDP_DROP;
}

static __always_inline int receive(struct xdp_md *ctx, bool again)
{
	struct cursor cursor = { (void *)(long)ctx->data, (void *)(long)ctx->data_end };
	__u32 machine = 0;

	switch (recipient_of(cursor, &machine)) {
	case FOR_MACHINE:
		return take(ctx, machine, again);
	case FOR_BOTH:
		event__frame(ctx, machine, STORM_EVENT_FRAME);
		return XDP_PASS;
	default:
		return XDP_PASS;
	}
}

SEC("xdp")
int storm_receive(struct xdp_md *ctx)
{
	return receive(ctx, false);
}

/* For frames that come from the command: they have had their share of bad luck. */
SEC("xdp")
int storm_again(struct xdp_md *ctx)
{
	return receive(ctx, true);
}

/* For frames of the command that become DISCOVERs. */
SEC("xdp")
int storm_discover(struct xdp_md *ctx)
{
	return talk__discover(ctx);
}

/* Sends the frame it is run with back to where it says it came from. */
SEC("xdp")
int storm_probe(struct xdp_md *ctx)
{
	(void)ctx;
	return XDP_TX;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
