/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What bench/bare.bpf.c and bench/bench_prog.c share. */
#ifndef XDPXE_BENCH_BARE_H
#define XDPXE_BENCH_BARE_H

#include <linux/types.h>

#define BARE_REQUEST_MAX 640 /* longest frame that is restored before each call */
#define BARE_REPLY 1514	     /* a DATA of 1,468 bytes */
#define BARE_BLOCK 1468

#define BARE_FILES 5000 /* most files that are asked for */
#define BARE_CPUS 64	/* most CPUs that a plan is for */
#define BARE_LOOK 8192 /* calls after which events are taken as read; fewer than a CPU has places */

/* What is done to the frame before each call; map `plans`, an entry for each CPU. */
struct bare_plan {
	__u32 len; /* of the frame */
	/* ACKs come from so many clients in turn, or requests; 0: the frame is not touched. A client is a UDP port, and
	 * beyond 65,536 another address. */
	__u32 sessions;
	__u32 first_session;
	__u32 blocks; /* ACKs are for this many blocks, one after another, and then from other clients; 0: a request */
	__u32 files;	   /* client i reads file i of so many */
	__u32 payload_sum; /* UDP checksum of the frame without what changes, not inverted */
	__u32 ip_sum;	   /* the same of the IP header */
	__u32 client;	   /* address of the first 65,536, host order */
	__u32 machines;	   /* a DHCP message comes from this many machines in turn; 0: from one */
	__u32 first_machine;
	__u32 first_address; /* host order: machine i asks for this and i, */
	__u32 address_at;    /* at this offset of the frame; 0: it asks for none */
	__u64 calls;
	__u64 first_ns; /* when events were first looked after; 0: not yet */
	__u64 last_ns;	/* when last */
	__u8 frame[BARE_REQUEST_MAX];
};

/* Slots of `targets`: the program that is measured. */
enum bare_target {
	BARE_NOTHING,	/* transmit */
	BARE_GROW,	/* grow to a full frame, transmit */
	BARE_GROW_COPY, /* grow, copy 1,468 bytes, transmit */
	BARE_XDPXE,
	BARE_TARGETS,
};

#endif
