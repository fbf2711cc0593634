// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The least that a boot server can do, for the storms of `make bench`. A DISCOVER becomes an OFFER and a REQUEST an ACK,
 * from templates and with an address that follows from the machine's; a read request becomes the OACK that belongs to
 * its length; an ACK becomes the next DATA in its own frame, or the next window in clones, with bytes out of a map.
 * Nothing is checked, nothing is remembered, nothing is counted, and there is no UDP checksum.
 */
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/udp.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include <stddef.h>

#include "xdpxe/dhcp_wire.h"
#include "xdpxe/tftp_wire.h"

#include "../bench/reflect.h"
#include "../bench/reflect_headers.h"
#include "../bench/reflect_talk.h"
#include "../bench/reflect_data.h"

SEC("xdp")
int reflect(struct xdp_md *ctx)
{
	struct headers *head = (void *)(long)ctx->data;
	__u16 port;

	if ((void *)(head + 1) > (void *)(long)ctx->data_end)
		return talk__arp(ctx);
	if (head->eth.h_proto != bpf_htons(ETH_P_IP))
		return talk__arp(ctx);
	if (head->ip.protocol != IPPROTO_UDP)
		return XDP_PASS;
	port = bpf_ntohs(head->udp.dest);
	if ((__u16)(port - REFLECT_TID_FIRST) < REFLECT_READS)
		return data__reflect(ctx, head, port - REFLECT_TID_FIRST);
	if (port == TFTP_PORT)
		return talk__request(ctx, head);
	return port == DHCP_SERVER_PORT ? talk__dhcp(ctx) : XDP_PASS;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
