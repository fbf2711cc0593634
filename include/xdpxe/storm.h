/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The contract between `xdpxe storm` and its XDP program: machines that boot, as many as are asked for, on one
 * interface. The program knows transfers that are under way and nothing else: it takes DATA that is exactly what was
 * expected, and acknowledges it. Whatever differs in any way goes to the command, which judges it.
 *
 * Byte order and clock are those of abi.h.
 */
#ifndef XDPXE_STORM_H
#define XDPXE_STORM_H

#include "xdpxe/abi.h"

#define STORM_CLIENTS_MAX 50000
#define STORM_FILES_MAX 16
#define STORM_CHUNKS_MAX 65536 /* 1 GiB of expected files */
#define STORM_FRAME_MAX 1536
#define STORM_BRIEF_MAX 640 /* frames of up to this length take less of the ring */
#define STORM_ACK_LEN 60

/* Hardware address of a machine: locally administered, these three bytes, and its number in the last three. */
#define STORM_MAC_0 0x02
#define STORM_MAC_1 0x70
#define STORM_MAC_2 0x78

/**
 * struct storm_rules - what holds for a whole run; constant once the program is loaded
 * @clients: numbers of machines are below this
 * @loss: @dup: @reorder: of 2^32 packets, so many, in each direction
 * @seed: of those decisions
 */
struct storm_rules {
	__u64 seed;
	__u32 clients;
	__u32 loss;
	__u32 dup;
	__u32 reorder;
};

/* How a client's TFTP behaves where RFC 1350 leaves it free. */
#define STORM_ANSWERS_OLD 1   /* a block that it has already is acknowledged again */
#define STORM_ANSWERS_AHEAD 2 /* so is one beyond a gap, each time */
#define STORM_ANSWERS_GAP 4   /* only the first one beyond a gap is */
#define STORM_NO_CHECKSUM 8   /* sends UDP checksum 0 */

enum storm_flow_state {
	STORM_FLOW_IDLE = 0,
	STORM_FLOW_OPEN = 1,
	STORM_FLOW_DONE = 2,
};

/**
 * struct storm_flow - a machine's transfer; map `flows`, by machine
 * The command writes all but the marked fields while @state is not OPEN, and @state last. Fields marked (k) are
 * written by the program while it is OPEN.
 *
 * @state:   enum storm_flow_state (k: OPEN -> DONE)
 * @address: @server: @port: @tid: of the machine and the server
 * @next:    (k) block wanted, counted from 1 without rollover
 * @acked:   (k) last block acknowledged
 * @heard_ns: (k) when the latest block in order came, by the coarse clock
 * @blksize: @window: in force
 * @file:    slot of the file it must be
 * @habits:  STORM_ANSWERS_*
 * @ttl:     of its packets
 * @gap:     (k) a gap has been answered since the latest block in order
 * @sums:    where in block_sums of a chunk those of @blksize begin, or XDPXE_NONE
 * @old: @ahead: (k) blocks that came again, and beyond a gap
 * @arrivals: (k) frames for the machine, whatever they are
 * @departures: (k) packets of the machine that met the bad network
 * @acks:    (k) ACKs, and REQUESTs, that the program sent
 */
struct storm_flow {
	__u32 state;
	__be32 address;
	__be32 server;
	__be16 port;
	__be16 tid;
	__u32 next;
	__u32 acked;
	__u64 heard_ns;
	__u16 blksize;
	__u16 window;
	__u16 file;
	__u8 habits;
	__u8 ttl;
	__u16 gap;
	__u16 sums;
	__u32 old;
	__u32 ahead;
	__u32 arrivals;
	__u32 departures;
	__u32 acks;
};
_Static_assert(sizeof(struct storm_flow) == 64, "one cache line");

/* A file that machines are to get; map `files`. Its bytes are in `chunks` from @chunk on. */
struct storm_file {
	__u64 size;
	__u32 chunk;
	__u32 pad;
};

enum storm_event_kind {
	STORM_EVENT_FRAME = 0, /* for the command to look at */
	STORM_EVENT_LATER = 1, /* came twice, or out of order: to be run again in a while */
	STORM_EVENT_DONE = 2,  /* the last block has come; no frame */
	STORM_EVENT_ACK = 3,   /* an ACK of @block goes out (again) in a while; no frame */
	STORM_EVENT_BOUND =
		4, /* a DHCP ACK that is as the script has it; @block: the address, no frame */
};

/* In the ring `events`; a frame follows. */
struct storm_event {
	__u64 time_ns;
	__u32 machine;
	__u32 block;
	__u16 kind;
	__u16 len;
	__u32 pad;
};
_Static_assert(sizeof(struct storm_event) == 24, "the frame follows at an even place");

/* Sums of all machines, of what is rare; map `tallies`, per CPU. */
enum storm_tally {
	STORM_TALLY_LOST_IN, /* dropped on purpose */
	STORM_TALLY_LOST_OUT,
	STORM_TALLY_TWICE,	   /* duplicated on purpose, in either direction */
	STORM_TALLY_LATE,	   /* put out of order on purpose */
	STORM_TALLY_NO_CHECKSUM,   /* DATA without a UDP checksum */
	STORM_TALLY_HALF_CHECKSUM, /* DATA of a local sender that leaves it to the NIC */
	STORM_TALLY_RING_FULL,	   /* frames that the command should have seen */
	STORM_TALLIES,
};

enum storm_direction { STORM_IN = 0, STORM_OUT = 1 };

enum storm_fate_kind {
	STORM_FATE_GO = 0,
	STORM_FATE_LOST = 1,
	STORM_FATE_TWICE = 2,
	STORM_FATE_LATE = 3,
};

/** storm_mix() - 64 bits that tell nothing of their neighbours; the finisher of splitmix64 */
static inline __attribute__((always_inline)) __u64 storm_mix(__u64 value)
{
	value += 0x9e3779b97f4a7c15ULL;
	value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
	value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
	return value ^ (value >> 31);
}

/**
 * storm_fate() - what becomes of the @count-th packet of @machine in a direction
 * The same seed decides the same for the same packet, whatever happens to others.
 */
static inline __attribute__((always_inline)) enum storm_fate_kind storm_fate(
	const struct storm_rules *rules, __u32 machine, __u32 count, enum storm_direction direction)
{
	__u64 which = ((__u64)machine << 33) | ((__u64)direction << 32) | count;
	__u32 value = storm_mix(rules->seed ^ storm_mix(which)) >> 32;

	if (value < rules->loss)
		return STORM_FATE_LOST;
	value -= rules->loss;
	if (value < rules->dup)
		return STORM_FATE_TWICE;
	value -= rules->dup;
	return value < rules->reorder ? STORM_FATE_LATE : STORM_FATE_GO;
}

#endif
