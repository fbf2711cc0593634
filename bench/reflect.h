/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What bench/reflect.bpf.c and bench/reflector.c share. */
#ifndef XDPXE_BENCH_REFLECT_H
#define XDPXE_BENCH_REFLECT_H

#include <linux/types.h>

#define REFLECT_REPLY 342 /* headers, and a BOOTP message of 300 bytes */
#define REFLECT_REPLIES 6 /* OFFER and ACK for each of enum reflect_kind */
/* Read requests are told apart by the length of their UDP payload and the first letter of the name. */
#define REFLECT_REQUESTS 256
#define REFLECT_REQUEST(len, letter) (((len) + (letter)) % REFLECT_REQUESTS)
#define REFLECT_OACK_MAX 64
#define REFLECT_BLOCK_MAX 1472 /* a block of 1,468 bytes, to eight */
#define REFLECT_READS 8
#define REFLECT_TID_FIRST                                                                          \
	4000 /* the port that the first of `reads` is read from; the next follow */
#define REFLECT_WINDOW_MAX 8
#define REFLECT_FRAMES_MAX (REFLECT_WINDOW_MAX + 2)

/* Who asks for an address. */
enum reflect_kind {
	REFLECT_BIOS,
	REFLECT_IPXE,
	REFLECT_UEFI,
};

struct reflect_reply {
	__u8 frame[REFLECT_REPLY];
};

/* The answer to a read request; @len 0: none. */
struct reflect_oack {
	__u16 len;
	__be16 tid;
	__u8 bytes[REFLECT_OACK_MAX];
};

/**
 * struct reflect_read - a file, as a TID reads it
 * @first: place of its first block in `blocks`
 * @count: blocks; @last: bytes of the last one, which may be none
 * @window: 1, or an even number up to REFLECT_WINDOW_MAX
 */
struct reflect_read {
	__u32 first;
	__u32 count;
	__u16 last;
	__u16 blksize;
	__u32 window;
};

struct reflect_block {
	__u8 data[REFLECT_BLOCK_MAX];
};

/* The server's own addresses. */
struct reflect_self {
	__be32 address;
	__u8 mac[6];
	__u8 pad[2];
};

#endif
