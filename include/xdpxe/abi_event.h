/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The contract, continued: what machines do, as the daemon is told it. See abi.h. */
#ifndef XDPXE_ABI_EVENT_H
#define XDPXE_ABI_EVENT_H

#include "xdpxe/limits.h"

#define XDPXE_EVENT_IPXE 1    /* the client already is iPXE */
#define XDPXE_EVENT_RELAYED 2 /* came through a relay */
#define XDPXE_EVENT_NAMED 4   /* the name of a file follows, that was asked for in vain */

/**
 * struct xdpxe_event - a step of a machine; map `events`, see struct xdpxe_event_head
 * One for each DHCP message that was understood, and for an RRQ, an end and a failure of a transfer: never for a block.
 * @time_ns:  when, CLOCK_MONOTONIC; 0: there is none here
 * @boot:     key in `boots` of what it was told to boot, XDPXE_BOOT_NONE for none
 * @chaddr: @htype: @hlen: the machine; with TFTP the source of the frame, which may be a router: @addr tells better
 * @addr:     its address, or the one it is offered; 0 for none
 * @subnet:   of its network, 0 where it is not known
 * @block:    of TFTP: the last block that was acknowledged
 * @xid:      of DHCP, network byte order
 * @reason:   enum xdpxe_reason: what became of the frame
 * @arch:     code of option 93, XDPXE_NONE for none
 * @tid: @client_port: the transfer, host byte order; 0 with DHCP
 * @message:  DHCP message type (option 53), 0 with TFTP
 * @flags:    XDPXE_EVENT_*
 * @port:     number of the interface
 * @order:    number among the events of all CPUs, its lower 24 bits, the lowest byte first: @time_ns moves with the kernel's tick
 * With XDPXE_EVENT_NAMED a struct xdpxe_name stands in the next two places.
 */
struct xdpxe_event {
	__u64 time_ns;
	__u64 boot;
	__u8 chaddr[BOOTP_CHADDR_LEN];
	__be32 addr;
	__be32 subnet;
	__u32 block;
	__u32 xid;
	__u16 reason;
	__u16 arch;
	__u16 tid;
	__u16 client_port;
	__u8 htype;
	__u8 hlen;
	__u8 message;
	__u8 flags;
	__u8 port;
	__u8 order[3];
};
_Static_assert(sizeof(struct xdpxe_event) == 64, "ABI");

/**
 * struct xdpxe_event_head - how far the part of `events` that a CPU writes is written and read; map `event_heads`, by CPU
 * Event N stands at place N modulo the part's length, behind XDPXE_EVENTS / parts places for each CPU before. No lock and no
 * call of the kernel is needed, since nobody else writes there; the daemon reads through a mapping, and clears what it has
 * read: place, then @read. Both numbers count on across daemons.
 */
struct xdpxe_event_head {
	__u64 written;
	__u64 pad[7]; /* of its own cache line, as the next */
	__u64 read;
	__u64 pad2[7];
};
_Static_assert(sizeof(struct xdpxe_event_head) == 128, "ABI");

/* The last value of the map counts the events of all CPUs: its @written is the next order. */
#define XDPXE_EVENT_ORDER XDPXE_EVENT_CPUS

/** xdpxe_event_parts() - into how many parts `events` is divided for @cpus: a power of two */
static inline __u32 xdpxe_event_parts(__u32 cpus)
{
	__u32 parts = 1;

	while (parts < cpus && parts < XDPXE_EVENT_CPUS)
		parts *= 2;
	return parts;
}

#endif
