/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What bench/bare.bpf.c and bench/bench_prog.c share. */
#ifndef XDPXE_BENCH_BARE_H
#define XDPXE_BENCH_BARE_H

#include <linux/types.h>

#define BARE_REQUEST_MAX 640 /* longest frame that is restored before each call */
#define BARE_REPLY 1514	     /* a DATA of 1,468 bytes */
#define BARE_BLOCK 1468

/* What is done to the frame before each call; map `plans`, one entry. */
struct bare_plan {
	__u32 len;	/* of the frame */
	__u32 sessions; /* ACKs come from this many UDP ports in turn; 0: the frame is not touched */
	__u32 blocks;	/* and ask for this many blocks, one after another */
	__u32 payload_sum; /* UDP checksum of the frame without what changes, not inverted */
	__u32 machines;	   /* a DHCP message comes from this many machines in turn; 0: from one */
	__u32 first_machine;
	__u32 first_address; /* host order: machine i asks for this and i, */
	__u32 address_at;    /* at this offset of the frame; 0: it asks for none */
	__u64 calls;
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
