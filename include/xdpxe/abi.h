/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The contract between the kernel program (bpf/) and the daemon (user/): every structure that stands in a map.
 *
 * Byte order: a field of type __be16 or __be32 is in network byte order, every other one in the host's.
 * Clock:      every time is CLOCK_MONOTONIC; fields ending in _s are seconds, in _ns nanoseconds. Those of leases are
 *             ahead of it: struct xdpxe_lease_clock.
 * Padding:    explicit and zero, since hash keys are compared as bytes.
 *
 * Which map holds what, who writes and reads it and what happens when it is full: bpf/maps.h.
 * A change of any size, offset or meaning here raises XDPXE_ABI_VERSION: the next start then replaces the maps that
 * another version has pinned, and takes no more than their leases (user/handover.h). What stays in every version is
 * that the map `meta` begins with the number.
 */
#ifndef XDPXE_ABI_H
#define XDPXE_ABI_H

#include "xdpxe/limits.h"

#include "xdpxe/abi_dhcp.h"
#include "xdpxe/abi_event.h"
#include "xdpxe/abi_guard.h"
#include "xdpxe/abi_tftp.h"

#define XDPXE_DHCP_ON 1
#define XDPXE_DHCP_HOSTS                                                                           \
	2 /* there is something in `hosts`: an empty table is not worth a wait for memory */

/**
 * struct xdpxe_port - an interface that is served; map `ports`, by port number
 * @ifindex:     of the interface
 * @network:     slot in `networks` of the first network of its untagged link, XDPXE_NONE for none; see @next there
 * @mtu:         bytes of IP datagram
 * @blksize_max: largest TFTP block granted
 * @dhcp:        XDPXE_DHCP_*; 0: DHCP is not answered
 * @clone:       1: native redirect works, so a frame without room is answered through the devmap
 *               0: it does not; such a frame goes to the daemon, which sends the reply
 * @front:       1: what the cache cannot answer is left to the host's own TFTP server
 * @tftp:        1: TFTP is answered
 * @mac:         source of replies
 * @window:      largest TFTP window granted (RFC 7440), 1 for none
 * @drain:       1: no new transfer is begun; requests are left to the host's TFTP server
 * @half:        which half of `networks`, `vlans` and `subnets` is in force here, counted from 1; 0: none yet
 * @delay:       1: replies to some machines wait; see `delays`
 */
struct xdpxe_port {
	__u32 ifindex;
	__u16 network;
	__u16 mtu;
	__u16 blksize_max;
	__u8 dhcp;
	__u8 clone;
	__u8 front;
	__u8 tftp;
	__u8 mac[6];
	__u8 window;
	__u8 drain;
	__u8 half;
	__u8 delay;
};
_Static_assert(sizeof(struct xdpxe_port) == 24, "ABI");

/**
 * struct xdpxe_miss - a frame the maps have no answer for; ring buffer `misses`
 * @time_ns: when it came
 * @ifindex: where it came in
 * @reason:  enum xdpxe_reason: why the daemon is asked
 * @len:     bytes of @frame
 * @network: slot of the client's network, for DHCP
 * @delay_ms: with DHCP_DELAYED: how long the reply waits; with any other reason: not 0 when it has waited
 * @name: @params: with TFTP_NEW_PARAMS: the file, and the combination that has no TID yet
 *
 * The daemon reads what it must know here and never looks into the frame.
 */
struct xdpxe_miss {
	__u64 time_ns;
	__u32 ifindex;
	__u16 reason;
	__u16 len;
	__u32 network;
	__u32 delay_ms;
	struct xdpxe_params params;
	struct xdpxe_name name;
	__u8 frame[XDPXE_FRAME_MAX];
};
_Static_assert(sizeof(struct xdpxe_miss) == 32 + 128 + XDPXE_FRAME_MAX, "ABI");

/**
 * struct xdpxe_meta - what the daemon leaves for those that come after it; map `meta`, one entry
 * @abi: XDPXE_ABI_VERSION @pid: of the daemon that wrote the maps last
 * @started_s: when it began @generation: raised by each reload
 */
struct xdpxe_meta {
	__u32 abi;
	__u32 pid;
	__u64 started_s;
	__u64 generation;
	__u64 cache_bytes;
	char version[32];
	char config[256];
};
_Static_assert(sizeof(struct xdpxe_meta) == 32 + 32 + 256, "ABI");

#endif
