/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The contract, continued: files, images, TIDs, transfers. See abi.h. */
#ifndef XDPXE_ABI_TFTP_H
#define XDPXE_ABI_TFTP_H

#include "xdpxe/limits.h"

/**
 * struct xdpxe_chunk - a piece of a file and its checksums
 * @data: XDPXE_CHUNK_BYTES of the file, then the first bytes of the next chunk; zero behind the end of the file
 * @sums: @sums[i] is the ones'-complement sum (RFC 1071) of the 16-bit words in @data[0 .. i * XDPXE_SUM_STRIDE),
 *        in the host's order as read from memory, folded to 16 bits and not inverted
 * @block_sums: the same of whole blocks that begin in this chunk, in their order, for one block size after another. A
 *        transfer finds all of a chunk's in one cache line; @sums costs it one for each block. See struct xdpxe_tid.
 */
struct xdpxe_chunk {
	__u8 data[XDPXE_CHUNK_DATA];
	__u16 sums[XDPXE_CHUNK_SUMS];
	__u16 block_sums[XDPXE_BLOCK_SUMS];
	__u8 pad[2];
};
_Static_assert(XDPXE_CHUNK_DATA % XDPXE_SUM_STRIDE == 0,
	       "the last sum stands at the end of the data");
_Static_assert(sizeof(struct xdpxe_chunk) % 8 == 0, "array values are aligned to 8");

#define XDPXE_NAME_MAX 128 /* a file name under the TFTP root, with its NUL */

/* Key of `files`: the path below the TFTP root, no leading '/', zero behind its end. */
struct xdpxe_name {
	char path[XDPXE_NAME_MAX];
};

/* does not fit the cache: requests are passed up to the host's own TFTP server */
#define XDPXE_FILE_PASS 1

/**
 * struct xdpxe_file - the current version of a file; map `files`
 * @size: bytes
 * @mtime_ns: @inode: @device: of the file when it was read (CLOCK_REALTIME): an unchanged one is not read again
 * @image: slot in `images`
 * @flags: XDPXE_FILE_*
 */
struct xdpxe_file {
	__u64 size;
	__u64 mtime_ns;
	__u64 inode;
	__u64 device;
	__u32 image;
	__u32 flags;
};
_Static_assert(sizeof(struct xdpxe_file) == 40, "ABI");

/* Key of `tid_of`: the parameters that make a TID. A new version of a file is a new image. */
struct xdpxe_params {
	__u32 image;
	__u16 blksize;
	__u8 windowsize; /* blocks for one ACK */
	__u8 rollover;	 /* block number that follows 65,535: 0, or 1 for clients that want it so */
};
_Static_assert(sizeof(struct xdpxe_params) == 8, "ABI");

/**
 * struct xdpxe_tid - what the server port of a transfer means; map `tids`, by port - XDPXE_TID_FIRST
 * @size:   bytes of the file
 * @params: blksize 0: this port means nothing, and what comes to it is passed up
 * @loaded_s: when the TID was made, by the clock of leases
 * @blocks:   of the file: the last is shorter than @params.blksize, and may be empty
 * @sums:     where in block_sums of a chunk those of @params.blksize begin; XDPXE_NONE: nowhere
 */
struct xdpxe_tid {
	__u64 size;
	struct xdpxe_params params;
	__u32 loaded_s;
	__u32 blocks;
	__u16 sums;
	__u8 pad[6];
	struct xdpxe_name name;
};
_Static_assert(sizeof(struct xdpxe_tid) == 32 + 128, "ABI");

/* What a transfer is: its pair of ports (RFC 1350 section 4) and the client's address. Never all zero. */
struct xdpxe_session_key {
	__be32 client;
	__be16 client_port;
	__be16 tid;
};
_Static_assert(sizeof(struct xdpxe_session_key) == 8, "compared as one word");

enum xdpxe_session_state {
	XDPXE_SESSION_OPEN = 0,
	XDPXE_SESSION_DONE = 1,	   /* the last block is acknowledged */
	XDPXE_SESSION_PROBE = 2,   /* aborted after the OACK: a size probe */
	XDPXE_SESSION_ABORTED = 3, /* the client sent an ERROR */
};

/*
 * A session: where a transfer is, in one word, so that tens of thousands fit a CPU's own cache. Soft state: lost, the
 * transfer goes on all the same. 0: free.
 *
 *   tag (20 bits) | acked (24) | sent (20)
 *
 * tag:   of the key, never 0: the bits of its hash behind those that name the set. The key itself stands in the story.
 * acked: last block acknowledged, counted from 1 without rollover; 0 is the OACK
 * sent:  when the blocks behind acked went out last, never 0; an ACK that asks for them again is answered only a while
 *        after. 0: nothing has been sent behind acked. In units of 8 ms of the time below, so it comes again after two
 *        hours.
 *
 * Times in _ms are CLOCK_MONOTONIC in milliseconds, cut to 32 bits: only their differences mean something.
 */
#define XDPXE_SESSION_TAG_BITS 20
#define XDPXE_SESSION_ACKED_BITS 24
#define XDPXE_SESSION_SENT_BITS 20
#define XDPXE_SESSION_SENT_MASK ((1u << XDPXE_SESSION_SENT_BITS) - 1)
#define XDPXE_SESSION_SENT_SHIFT 3 /* from milliseconds */
#define XDPXE_SESSION_TAG_SHIFT (XDPXE_SESSION_ACKED_BITS + XDPXE_SESSION_SENT_BITS)
_Static_assert(XDPXE_SESSION_TAG_BITS + XDPXE_SESSION_TAG_SHIFT == 64, "all of a word");
_Static_assert(XDPXE_BLOCKS_MAX == (1 << XDPXE_SESSION_ACKED_BITS) - 1, "any block of a file");

static inline __attribute__((always_inline)) __u64 xdpxe_session_word(__u32 tag, __u32 acked,
								      __u32 sent)
{
	return (__u64)tag << XDPXE_SESSION_TAG_SHIFT |
	       (__u64)(acked & XDPXE_BLOCKS_MAX) << XDPXE_SESSION_SENT_BITS |
	       (sent & XDPXE_SESSION_SENT_MASK);
}

static inline __attribute__((always_inline)) __u32 xdpxe_session_acked(__u64 word)
{
	return word >> XDPXE_SESSION_SENT_BITS & XDPXE_BLOCKS_MAX;
}

static inline __attribute__((always_inline)) __u32 xdpxe_session_sent(__u64 word)
{
	return word & XDPXE_SESSION_SENT_MASK;
}

/*
 * A value of the map `sessions`, by hash of the key: where a transfer may stand. A full set forgets the transfer that
 * was over first, or else heard of first. It is one cache line, since it is fetched for every ACK.
 *
 * The last value of the map, at XDPXE_SESSION_SETS, is a mark: while the first word of it is not zero, the map holds
 * every transfer that is under way, and an ACK without a session is a stranger's. The mark goes when the map is emptied
 * or a transfer under way is forgotten; then such an ACK may well belong to a transfer, and is answered.
 */
struct xdpxe_session_set {
	__u64 ways[XDPXE_SESSION_WAYS];
};
_Static_assert(sizeof(struct xdpxe_session_set) == 64, "one cache line");

/**
 * struct xdpxe_story - what else is remembered of a transfer; map `stories`, at the place of its session
 * Written when a transfer begins, ends, or goes wrong; not for every block.
 * @key:      of the transfer: a session with the tag of another one is told from it by this
 * @begun_ms: first RRQ
 * @over_ms:  when @state ceased to be open
 * @repeats:  ACKs and RRQs that came again and were answered again
 * @suppressed: ACKs that came again at once and were not
 * @repeated: the block behind the latest ACK that was answered again; 0: none was
 * @rewound_ms: when an ACK inside a window was last answered with all behind it
 * @rewound:  the lower half of the number of that block
 * @mac:      of the client
 * @state:    enum xdpxe_session_state
 * @timeout_s: negotiated (RFC 2349), 0 for none
 * @port:     number of the interface
 * @tags_len: bytes of @tags that count: 0, 4 or 8
 * @server:   the address that the client asks
 * @tags:     802.1Q tags of its frames, as they stand on the wire (TPID, TCI)
 */
struct xdpxe_story {
	struct xdpxe_session_key key;
	__u32 begun_ms;
	__u32 over_ms;
	__u32 repeats;
	__u32 suppressed;
	__u32 repeated;
	__u32 rewound_ms;
	__u8 mac[6];
	__u8 state;
	__u8 timeout_s;
	__u8 port;
	__u8 tags_len;
	__u16 rewound;
	__be32 server;
	__be16 tags[4];
};
_Static_assert(sizeof(struct xdpxe_story) == 56, "ABI");

struct xdpxe_story_set {
	struct xdpxe_story ways[XDPXE_SESSION_WAYS];
};

#define XDPXE_LOSS_LEAST 16		    /* losses that are no accident */
#define XDPXE_LOSS_PART 400		    /* one stall in so many blocks is too much */
#define XDPXE_LOSS_FORGET_NS 60000000000ULL /* losses of before mean nothing then */

/**
 * struct xdpxe_loss - what was lost of late, by interface; map `losses`
 * @at_ns: when something was lost last, CLOCK_MONOTONIC
 * @sent:  blocks; @lost: how often a transfer stood still until it was asked for them again. Both are halved as more is
 *         sent.
 */
struct xdpxe_loss {
	__u64 at_ns;
	__u64 sent;
	__u64 lost;
};
_Static_assert(sizeof(struct xdpxe_loss) == 24, "ABI");

/* Is it so much that windows are kept small? */
static inline __attribute__((always_inline)) int xdpxe_loss_is_seen(const struct xdpxe_loss *loss)
{
	return loss->lost >= XDPXE_LOSS_LEAST && loss->lost * XDPXE_LOSS_PART > loss->sent;
}

/**
 * struct xdpxe_rescue - what the daemon has done for a transfer that stalled; map `rescues`, by session key
 * @at_ns:    latest rescue
 * @acked:    of the session then
 * @attempts: since @acked last moved
 * @total:    in all
 */
struct xdpxe_rescue {
	__u64 at_ns;
	__u32 acked;
	__u16 attempts;
	__u16 total;
};
_Static_assert(sizeof(struct xdpxe_rescue) == 16, "ABI");

#endif
