/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The contract between the kernel program (bpf/) and the daemon (user/): every structure that stands in a map.
 *
 * Byte order: a field of type __be16 or __be32 is in network byte order, every other one in the host's.
 * Clock:      every time is CLOCK_MONOTONIC; fields ending in _s are seconds, in _ns nanoseconds.
 * Padding:    explicit and zero, since hash keys are compared as bytes.
 *
 * Which map holds what, who writes and reads it and what happens when it is full: bpf/maps.h.
 * A change of any size, offset or meaning here raises XDPXE_ABI_VERSION: the next start then refuses to adopt maps
 * that another version has pinned.
 */
#ifndef XDPXE_ABI_H
#define XDPXE_ABI_H

#include <linux/types.h>
#include <stddef.h>

#include "xdpxe/dhcp_wire.h"
#include "xdpxe/tftp_wire.h"

#define XDPXE_ABI_VERSION 2

/* What each map can hold. The daemon prints these as memory; nothing grows beyond them. */
#define XDPXE_PORTS_MAX 16			     /* interfaces of one daemon */
#define XDPXE_NETWORKS_MAX 64			     /* networks of one configuration */
#define XDPXE_NETWORK_SLOTS (2 * XDPXE_NETWORKS_MAX) /* two halves: the one in force, the next */
#define XDPXE_BOOTS_MAX 2048 /* distinct boot instructions of one configuration */
#define XDPXE_BOOT_SLOTS (2 * XDPXE_BOOTS_MAX)
#define XDPXE_ARCHES 64 /* codes of option 93 with a boot file of their own */
#define XDPXE_LEASES_MAX 131072
#define XDPXE_HOSTS_MAX 65536
#define XDPXE_FILES_MAX 16384  /* names under the TFTP root */
#define XDPXE_IMAGES_MAX 20480 /* file versions: names and those still in flight */
#define XDPXE_SESSION_WAYS 4
#define XDPXE_SESSION_SETS 65536				     /* a power of two */
#define XDPXE_SESSIONS_MAX (XDPXE_SESSION_WAYS * XDPXE_SESSION_SETS) /* transfers remembered */
#define XDPXE_RESCUES_MAX 8192
#define XDPXE_TID_FIRST 20000 /* first UDP port that answers transfers */
#define XDPXE_TID_COUNT 12768 /* last is 32767, below the usual ip_local_port_range */
#define XDPXE_MISS_RING_BYTES (1 << 20)
#define XDPXE_FRAME_MAX 1536 /* longest frame handed to the daemon */

/* Private to the program of one interface, so their types are not here: bounds of a value, for the memory that `check`
 * prints. bpf/types.h asserts them. */
#define XDPXE_JOBS 32
#define XDPXE_JOB_BYTES 896
#define XDPXE_SCRATCH_BYTES 2560
#define XDPXE_WINDOW_MAX                                                                           \
	8 /* blocks for one ACK (RFC 7440); the kernel hands over 16 frames at once */

#define XDPXE_NONE 0xffffu /* "no such index" in any 16-bit index field */

/* Images lie in chunks that overlap the next one by the largest block: any block is in one chunk. */
#define XDPXE_CHUNK_SHIFT 14
#define XDPXE_CHUNK_BYTES (1 << XDPXE_CHUNK_SHIFT)
#define XDPXE_BLKSIZE_MAX 1468 /* what Ethernet's usual MTU of 1500 carries */
#define XDPXE_CHUNK_DATA (XDPXE_CHUNK_BYTES + 1472)
#define XDPXE_SUM_STRIDE 16
#define XDPXE_CHUNK_SUMS (XDPXE_CHUNK_DATA / XDPXE_SUM_STRIDE + 1)

/**
 * struct xdpxe_chunk - a piece of a file and its checksums
 * @data: XDPXE_CHUNK_BYTES of the file, then the first bytes of the next chunk; zero behind the end of the file
 * @sums: @sums[i] is the ones'-complement sum (RFC 1071) of the 16-bit words in @data[0 .. i * XDPXE_SUM_STRIDE),
 *        in the host's order as read from memory, folded to 16 bits and not inverted
 */
struct xdpxe_chunk {
	__u8 data[XDPXE_CHUNK_DATA];
	__u16 sums[XDPXE_CHUNK_SUMS];
	__u8 pad[6];
};
_Static_assert(XDPXE_CHUNK_DATA % XDPXE_SUM_STRIDE == 0,
	       "the last sum stands at the end of the data");
_Static_assert(sizeof(struct xdpxe_chunk) % 8 == 0, "array values are aligned to 8");

/**
 * struct xdpxe_port - an interface that is served; map `ports`, by port number
 * @ifindex:     of the interface
 * @network:     slot in `networks` for clients on its link, XDPXE_NONE for none
 * @mtu:         bytes of IP datagram
 * @blksize_max: largest TFTP block granted
 * @dhcp:        1: DHCP is answered
 * @clone:       1: native redirect works, so a frame without room is answered through the devmap
 *               0: it does not; such a frame goes to the daemon, which sends the reply
 * @front:       1: what the cache cannot answer is left to the host's own TFTP server
 * @tftp:        1: TFTP is answered
 * @mac:         source of replies
 * @window:      largest TFTP window granted (RFC 7440), 1 for none
 * @drain:       1: no new transfer is begun; requests are left to the host's TFTP server
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
	__u8 pad[2];
};
_Static_assert(sizeof(struct xdpxe_port) == 24, "ABI");

#define XDPXE_NETWORK_OPTIONS 320
#define XDPXE_TFTP_NAME_TLV 20 /* option 66 with a dotted quad and its NUL */

/**
 * struct xdpxe_network - a subnet; map `networks`, by slot; a slot in force is never written
 * @subnet: @mask: @server: its first address, netmask, and this server's address on it
 * @lease_time_s: @offer_time_s: how long an acknowledged and an offered address is held
 * @boot_ipxe: slot in `boots` for a client that already is iPXE, XDPXE_NONE for none
 * @boot_arch: slot in `boots` by code of option 93, XDPXE_NONE for none
 * @rollover_one: bit N: clients of arch code N count 65,535, 1 where others count 65,535, 0
 * @options:   DHCP options of every OFFER and ACK (51, 58, 59, 1, 28, 3, 6, 15), serialised, without 53 and 54
 * @tftp_name: option 66, serialised: this server's address as text
 */
struct xdpxe_network {
	__be32 subnet;
	__be32 mask;
	__be32 server;
	__u32 lease_time_s;
	__u32 offer_time_s;
	__u16 boot_ipxe;
	__u16 options_len;
	__u16 tftp_name_len;
	__u16 pad[3];
	__u64 rollover_one;
	__u16 boot_arch[XDPXE_ARCHES];
	__u8 options[XDPXE_NETWORK_OPTIONS];
	__u8 tftp_name[XDPXE_TFTP_NAME_TLV];
	__u8 pad2[4];
};
_Static_assert(XDPXE_ARCHES <= 64, "rollover_one has a bit for each");
_Static_assert(sizeof(struct xdpxe_network) == 40 + 128 + 320 + 24, "ABI");

#define XDPXE_BOOT_OPTIONS 320
#define XDPXE_BOOT_TFTP 1 /* flag: add option 66, the name of the TFTP server */

/**
 * struct xdpxe_boot - what a class of clients is told to boot; map `boots`, by slot; a slot in force is never written
 * @flags:       XDPXE_BOOT_*
 * @options_len: bytes of @options for every client (67, 13, 175)
 * @pxe_len:     further bytes, only for a client whose option 60 says PXEClient (60, 43)
 * @file:        the BOOTP field, NUL-terminated; empty where the name is too long for it
 */
struct xdpxe_boot {
	__u16 flags;
	__u16 options_len;
	__u16 pxe_len;
	__u16 pad;
	__u8 file[BOOTP_FILE_LEN];
	__u8 options[XDPXE_BOOT_OPTIONS];
};
_Static_assert(sizeof(struct xdpxe_boot) == 8 + 128 + 320, "ABI");

/**
 * struct xdpxe_client - a machine on a network; key of `leases`, and with @subnet 0 of `hosts`
 * The client identifier (option 61) is no part of it: a boot passes through ROM, iPXE and installer, each with
 * another one, and must not eat three addresses.
 */
struct xdpxe_client {
	__be32 subnet;
	__u8 htype;
	__u8 hlen;
	__u8 pad[2];
	__u8 chaddr[BOOTP_CHADDR_LEN]; /* zero behind hlen */
};
_Static_assert(sizeof(struct xdpxe_client) == 24, "ABI");

/*
 * The owner of an address that a client declined: hlen 0, and in place of the subnet the second (CLOCK_MONOTONIC, host
 * order) until which nobody gets it.
 */
#define XDPXE_QUARANTINE_S 600

#define XDPXE_HOST_DENY 1

/**
 * struct xdpxe_host - a reservation; map `hosts`
 * @addr:  its address, 0 for one of the pool; heeded only inside the client's network
 * @flags: XDPXE_HOST_*
 * @boot: @boot_ipxe: slots in `boots` that go before the network's, XDPXE_NONE for none
 */
struct xdpxe_host {
	__be32 addr;
	__u32 flags;
	__u16 boot;
	__u16 boot_ipxe;
};
_Static_assert(sizeof(struct xdpxe_host) == 12, "ABI");

/*
 * The word of a lease: expiry (CLOCK_MONOTONIC, seconds) << 32 | state. It changes only by compare-and-exchange, so
 * that two CPUs, or the program and the daemon's reaper, never both decide about one lease.
 */
enum xdpxe_lease_state {
	XDPXE_LEASE_OFFERED = 1,
	XDPXE_LEASE_BOUND = 2,
	XDPXE_LEASE_DEAD = 3, /* being removed: nobody may use or revive it */
};
#define XDPXE_LEASE_WORD(state, expires_s) (((__u64)(expires_s) << 32) | (state))
#define XDPXE_LEASE_STATE(word) ((__u32)((word)&0xff))
#define XDPXE_LEASE_EXPIRES(word) ((__u32)((word) >> 32))

#define XDPXE_LEASE_RESERVED 1 /* the address is from `hosts`: it does not return to a pool */

/**
 * struct xdpxe_lease - an address and who has it; map `leases`
 * @word:    see above
 * @addr:    the address
 * @pool:    slot in `pools` it came from
 * @flags:   XDPXE_LEASE_*
 * @first_s: @last_s: first and latest DHCP message of this machine
 * @arch:    latest code of option 93, XDPXE_NONE for none
 * @ipxe:    1: the latest message was from iPXE
 */
struct xdpxe_lease {
	__u64 word;
	__be32 addr;
	__u16 pool;
	__u16 flags;
	__u32 first_s;
	__u32 last_s;
	__u16 arch;
	__u8 ipxe;
	__u8 pad[5];
};
_Static_assert(sizeof(struct xdpxe_lease) == 32, "ABI");

#define XDPXE_NAME_MAX 128 /* a file name under the TFTP root, with its NUL */

/* Key of `files`: the path below the TFTP root, no leading '/', zero behind its end. */
struct xdpxe_name {
	char path[XDPXE_NAME_MAX];
};

#define XDPXE_FILE_PASS                                                                            \
	1 /* does not fit the cache: requests are passed up to the host's own TFTP server */

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
 * @loaded_s: when the TID was made
 * @blocks:   of the file: the last is shorter than @params.blksize, and may be empty
 */
struct xdpxe_tid {
	__u64 size;
	struct xdpxe_params params;
	__u32 loaded_s;
	__u32 blocks;
	struct xdpxe_name name;
};
_Static_assert(sizeof(struct xdpxe_tid) == 24 + 128, "ABI");

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

/**
 * struct xdpxe_session - where a transfer is: soft state. Lost, the transfer goes on all the same.
 * @key:     all zero: free
 * @acked:   last block acknowledged, counted from 1 without rollover; 0 is the OACK
 * @sent_ms: when the blocks behind @acked went out last, never 0; an ACK that asks for them again is answered only a
 *           while after. 0: nothing has been sent behind @acked
 *
 * Times in _ms are CLOCK_MONOTONIC in milliseconds, cut to 32 bits: only their differences mean something.
 */
struct xdpxe_session {
	struct xdpxe_session_key key;
	__u32 acked;
	__u32 sent_ms;
};
_Static_assert(sizeof(struct xdpxe_session) == 16, "four to a cache line");

/*
 * A value of the map `sessions`, by hash of the key: where a transfer may stand. A full set forgets the transfer that
 * was over first, or else heard of first. It is one cache line, since it is fetched for every ACK.
 *
 * The last value of the map, at XDPXE_SESSION_SETS, is a mark: while the first word of it is not zero, the map holds
 * every transfer that is under way, and an ACK without a session is a stranger's. The mark goes when the map is emptied
 * or a set overflows; then such an ACK may well belong to a transfer, and is answered.
 */
struct xdpxe_session_set {
	struct xdpxe_session ways[XDPXE_SESSION_WAYS];
};
_Static_assert(sizeof(struct xdpxe_session_set) == 64, "one cache line");

/**
 * struct xdpxe_story - what else is remembered of a transfer; map `stories`, at the place of its session
 * Written when a transfer begins, ends, or goes wrong; not for every block.
 * @begun_ms: first RRQ
 * @over_ms:  when @state ceased to be open
 * @repeats:  ACKs and RRQs that came again and were answered again
 * @suppressed: ACKs that came again at once and were not
 * @repeat_ms: when the latest repeat was answered
 * @mac:      of the client
 * @state:    enum xdpxe_session_state
 * @timeout_s: negotiated (RFC 2349), 0 for none
 * @port:     number of the interface
 */
struct xdpxe_story {
	__u32 begun_ms;
	__u32 over_ms;
	__u32 repeats;
	__u32 suppressed;
	__u32 repeat_ms;
	__u8 mac[6];
	__u8 state;
	__u8 timeout_s;
	__u8 port;
	__u8 pad[3];
};
_Static_assert(sizeof(struct xdpxe_story) == 32, "ABI");

struct xdpxe_story_set {
	struct xdpxe_story ways[XDPXE_SESSION_WAYS];
};

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

/**
 * struct xdpxe_miss - a frame the maps have no answer for; ring buffer `misses`
 * @time_ns: when it came
 * @ifindex: where it came in
 * @reason:  enum xdpxe_reason: why the daemon is asked
 * @len:     bytes of @frame
 * @network: slot of the client's network
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
	__u32 pad;
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

/**
 * struct xdpxe_reap - context of the program that removes one lease; see bpf/lease.h
 * @client: whose @word: as the daemon saw it; the lease stays if it has changed since
 * @removed: out: 1: gone @addr: out: the address that is free now
 */
struct xdpxe_reap {
	struct xdpxe_client client;
	__u64 word;
	__u32 removed;
	__be32 addr;
};
_Static_assert(sizeof(struct xdpxe_reap) == 40, "ABI");

#endif
