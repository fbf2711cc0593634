/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What each map can hold, and other numbers that both planes must agree on. */
#ifndef XDPXE_LIMITS_H
#define XDPXE_LIMITS_H

#include <linux/types.h>
#include <stddef.h>

#include "xdpxe/dhcp_wire.h"
#include "xdpxe/tftp_wire.h"

#define XDPXE_ABI_VERSION 6

/* What each map can hold. The daemon prints these as memory; nothing grows beyond them. */
#define XDPXE_PORTS_MAX 16     /* interfaces of one daemon */
#define XDPXE_NETWORKS_MAX 256 /* networks of one configuration */
#define XDPXE_LOCALS_MAX 16    /* of them, for clients on one link: one interface, one VLAN */
#define XDPXE_NETWORK_SLOTS (2 * XDPXE_NETWORKS_MAX) /* two halves: the one in force, the next */
/* distinct boot instructions of one configuration: two for each of `hosts` */
#define XDPXE_BOOTS_MAX 131072
#define XDPXE_BOOT_ENTRIES (2 * XDPXE_BOOTS_MAX) /* those in force, and the next */
#define XDPXE_ARCHES 64 /* codes of option 93 with a boot file of their own */
#define XDPXE_LEASES_MAX 131072
#define XDPXE_HOSTS_MAX 65536
#define XDPXE_FILES_MAX 16384  /* names under the TFTP root */
#define XDPXE_IMAGES_MAX 20480 /* file versions: names and those still in flight */
#define XDPXE_SESSION_WAYS 8
#define XDPXE_SESSION_SETS 16384				     /* a power of two */
#define XDPXE_SESSIONS_MAX (XDPXE_SESSION_WAYS * XDPXE_SESSION_SETS) /* transfers remembered */
#define XDPXE_BLOCKS_MAX 0xffffff /* of a file that is served: what a session counts to */
#define XDPXE_RESCUES_MAX 8192
#define XDPXE_TID_FIRST 20000 /* first UDP port that answers transfers */
#define XDPXE_TID_COUNT 12768 /* last is 32767, below the usual ip_local_port_range */
#define XDPXE_SOURCE_WAYS 4
#define XDPXE_SOURCES 16384 /* ways that machines come, in sets */
#define XDPXE_BUCKETS 65536 /* of each kind */
#define XDPXE_DELAYS_MAX 256
#define XDPXE_MISS_RING_BYTES (1 << 20)
#define XDPXE_LEASE_RING_BYTES (4 << 20) /* 74,000 changed leases until the daemon looks */
#define XDPXE_EVENTS                                                                               \
	65536 /* steps of machines until the daemon looks, a part of them for each CPU */
#define XDPXE_EVENT_CPUS 256 /* parts, at most: with more CPUs several share one */
#define XDPXE_FRAME_MAX 1536 /* longest frame handed to the daemon */

/* Private to the program of one interface, so their types are not here: bounds of a value, for the memory that `check`
 * prints. bpf/types.h asserts them. */
#define XDPXE_JOBS 32
#define XDPXE_JOB_BYTES 960
#define XDPXE_SCRATCH_BYTES 2560
/* blocks for one ACK (RFC 7440); the kernel hands over 16 frames at once */
#define XDPXE_WINDOW_MAX 8

#define XDPXE_FRAMES_MAX (XDPXE_WINDOW_MAX + 2) /* that one ACK is copied to */

#define XDPXE_NONE 0xffffu /* "no such index" in any 16-bit index field */

/* Images lie in chunks that overlap the next one by the largest block: any block is in one chunk. */
#define XDPXE_CHUNK_SHIFT 14
#define XDPXE_CHUNK_BYTES (1 << XDPXE_CHUNK_SHIFT)
#define XDPXE_BLKSIZE_MAX 1468 /* what Ethernet's usual MTU of 1500 carries */
#define XDPXE_CHUNK_DATA (XDPXE_CHUNK_BYTES + 1472)
#define XDPXE_SUM_STRIDE 16
#define XDPXE_CHUNK_SUMS (XDPXE_CHUNK_DATA / XDPXE_SUM_STRIDE + 1)

/* sums of whole blocks that begin in a chunk, for all block sizes that firmware asks for */
#define XDPXE_BLOCK_SUMS 98

#endif
