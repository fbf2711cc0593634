// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * xdpxe: DHCP and TFTP answered inside the NIC driver, and ARP for those who use them.
 *
 *   frame -> dhcp | tftp | arp : parse -> decide -> reply -> verdict
 *
 * parse reads bytes and no map, decide reads maps and no bytes, reply writes bytes. A frame that is not ours is passed
 * up untouched; one that the maps have no answer for goes to the daemon, which completes them and runs it again.
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
#define ARPHRD_ETHER 1 /* linux/if_arp.h needs more of libc than a BPF target has */

#include "xdpxe/abi.h"
#include "xdpxe/reasons.h"

/* Index of this interface in `ports`; set before load, since every interface has a program of its own. */
const volatile __u32 port_number;

#include "types.h"
#include "maps.h"
#include "verdict.h"
#include "cursor.h"
#include "csum.h"
#include "frame.h"
#include "vlan.h"
#include "payload.h"
#include "loss.h"
#include "guard.h"
#include "source.h"
#include "delay.h"
#include "miss.h"
#include "event.h"
#include "image.h"
#include "network.h"
#include "lease.h"
#include "lease_state.h"
#include "claim.h"
#include "session.h"
#include "session_step.h"
#include "dhcp_parse.h"
#include "relay.h"
#include "dhcp_plan.h"
#include "dhcp_states.h"
#include "dhcp_proxy.h"
#include "dhcp_decide.h"
#include "dhcp_reply.h"
#include "tftp_parse.h"
#include "tftp_decide.h"
#include "tftp_reply.h"
#include "emit.h"
#include "dhcp.h"
#include "tftp.h"
#include "trunk.h"
#include "arp_message.h"
#include "arp.h"

/* A frame without tags, parsed. */
static __always_inline int ingress__serve(struct xdp_md *ctx, const struct xdpxe_port *port,
					  struct frame *frame)
{
	if (is_tid(frame->dport))
		return tftp__handle_transfer(ctx, port);
	frame__take_macs(ctx, frame);
	if (frame->dport == bpf_htons(TFTP_PORT))
		return tftp__handle_request(ctx, port, frame);
	if (frame->dport == bpf_htons(DHCP_SERVER_PORT) ||
	    frame->dport == bpf_htons(PXE_BOOT_SERVER_PORT))
		return dhcp__handle(ctx, port, frame);
	return verdict(XDPXE_R_OTHER_PORT);
}

/* Every frame that the interface receives. */
SEC("xdp")
int xdpxe_ingress(struct xdp_md *ctx)
{
	struct cursor cursor = { (void *)(long)ctx->data, (void *)(long)ctx->data_end };
	__u32 slot = port_number;
	const struct xdpxe_port *port = bpf_map_lookup_elem(&ports, &slot);
	struct scratch *scratch = scratch__get();
	struct frame *frame;
	int reason;

	if (!port || !scratch)
		return verdict(XDPXE_R_NO_NETWORK);
	if (frame__is_transfer(cursor))
		return tftp__handle_transfer(ctx, port);
	frame = &scratch->frame;
	reason = frame__parse(cursor, frame);
	if (reason == XDPXE_R_VLAN_TAGGED) {
		reason = trunk__open(ctx, port);
		if (reason == GO_ON)
			return trunk__close(ctx, ingress__serve(ctx, &scratch->vlan, frame));
	}
	if (reason != GO_ON)
		return reason == XDPXE_R_NOT_IPV4 ? arp__handle(ctx, port) : verdict(reason);
	return ingress__serve(ctx, port, frame);
}

/* Every frame that ingress has sent through the devmap. */
SEC("xdp/devmap")
int xdpxe_egress(struct xdp_md *ctx)
{
	struct scratch *scratch = scratch__get();

	return scratch ? emit__egress(ctx, scratch) : verdict__egress(false);
}

/* The daemon's reaper: removes one lease unless it has changed. The daemon gives the address back to a pool. */
SEC("syscall")
int xdpxe_reap(struct xdpxe_reap *reap)
{
	struct xdpxe_client client = reap->client;
	struct xdpxe_lease *lease = bpf_map_lookup_elem(&leases, &client);
	__be32 addr = 0;

	if (lease && lease__remove(&client, lease, reap->word, &addr)) {
		reap->removed = 1;
		reap->addr = addr;
	}
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
