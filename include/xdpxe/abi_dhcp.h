/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The contract, continued: networks, boot instructions, reservations, leases. See abi.h. */
#ifndef XDPXE_ABI_DHCP_H
#define XDPXE_ABI_DHCP_H

#include "xdpxe/limits.h"

#define XDPXE_NETWORK_OPTIONS 320
#define XDPXE_LEASE_OPTIONS 18 /* bytes of 51, 58 and 59, with which they begin */
#define XDPXE_TFTP_NAME_TLV 20 /* option 66 with a dotted quad and its NUL */

#define XDPXE_NETWORK_AUTHORITATIVE 1 /* clients with an address of elsewhere are told so (NAK) */
#define XDPXE_NETWORK_KNOWN_ONLY 2    /* machines that are not in `hosts` are left alone */
#define XDPXE_NETWORK_PROXY 4	      /* another server gives the addresses */
#define XDPXE_NETWORK_RELAYED 8	      /* its clients are reached through relays only */
#define XDPXE_NETWORK_PROBED 16	      /* free addresses are probed before they are given */

/**
 * struct xdpxe_network - a subnet; map `networks`, by slot; a slot in force is never written
 * @subnet: @mask: @server: its first address, netmask, and this server's address on it
 * @lease_time_s: @offer_time_s: how long an acknowledged and an offered address is held
 * @boot_ipxe: key in `boots` for a client that already is iPXE, XDPXE_BOOT_NONE for none
 * @boot_arch: key in `boots` by code of option 93, XDPXE_BOOT_NONE for none
 * @rollover_one: bit N: clients of arch code N count 65,535, 1 where others count 65,535, 0
 * @flags:     XDPXE_NETWORK_*
 * @link: @next: networks of one link (an interface, or a VLAN on it) are a list: slot of its first, slot of the one
 *             behind this, XDPXE_NONE behind the last; those that only relays reach come last
 * @options:   DHCP options of every OFFER and ACK (51, 58, 59, 1, 28, 3, 6, 15), serialised, without 53 and 54
 * @tftp_name: option 66, serialised: this server's address as text
 */
struct xdpxe_network {
	__be32 subnet;
	__be32 mask;
	__be32 server;
	__u32 lease_time_s;
	__u32 offer_time_s;
	__u16 options_len;
	__u16 tftp_name_len;
	__u16 flags;
	__u16 link;
	__u16 next;
	__u16 pad;
	__u64 rollover_one;
	__u64 boot_ipxe;
	__u64 boot_arch[XDPXE_ARCHES];
	__u8 options[XDPXE_NETWORK_OPTIONS];
	__u8 tftp_name[XDPXE_TFTP_NAME_TLV];
	__u8 pad2[4];
};
_Static_assert(XDPXE_ARCHES <= 64, "rollover_one has a bit for each");
_Static_assert(sizeof(struct xdpxe_network) == 32 + 8 + 8 + 512 + 320 + 24, "ABI");

/**
 * struct xdpxe_vlan - a link that is a VLAN of an interface; key of `vlans`, whose value is the slot of its first network
 * @half:  as in struct xdpxe_port
 * @port:  number of the interface
 * @outer: @inner: VLAN identifiers (IEEE 802.1Q), host order; @inner 0: the frames have one tag
 */
struct xdpxe_vlan {
	__u16 half;
	__u16 port;
	__u16 outer;
	__u16 inner;
};
_Static_assert(sizeof(struct xdpxe_vlan) == 8, "ABI");

/**
 * struct xdpxe_subnet - key of `subnets`, whose value is the slot of the network that an address belongs to
 * @bits: that count (struct bpf_lpm_trie_key): 32 of @half, and the prefix of @addr
 * @half: as in struct xdpxe_port
 */
struct xdpxe_subnet {
	__u32 bits;
	__u32 half;
	__be32 addr;
};
_Static_assert(sizeof(struct xdpxe_subnet) == 12, "ABI");

#define XDPXE_BOOT_OPTIONS 320
#define XDPXE_BOOT_TFTP 1 /* flag: add option 66, the name of the TFTP server */
#define XDPXE_BOOT_NONE 0 /* no key of `boots` */

/**
 * struct xdpxe_boot - what a class of clients is told to boot; map `boots`
 * The key is 64 bits of a hash of all that is said here, so an entry is never written twice, and one configuration after
 * another names the same instruction by the same key. 131,072 of them share a key once in two thousand million.
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

/**
 * struct xdpxe_lease_clock - the clock of every time in `leases` and `owners`; map `lease_clock`, one entry
 * @ahead_s: seconds that it is ahead of CLOCK_MONOTONIC: XDPXE_LEASE_CLOCK_AHEAD, so that what was before the boot has
 *           a time too; more where a test lets time pass
 */
struct xdpxe_lease_clock {
	__u32 ahead_s;
};
_Static_assert(sizeof(struct xdpxe_lease_clock) == 4, "ABI");
#define XDPXE_LEASE_CLOCK_AHEAD (1u << 30)

/*
 * The owner of an address that is set aside, since it is in use without a lease: hlen 0, and in place of the subnet the
 * second (clock of leases, host order) until which nobody gets it. chaddr: six bytes, who answered for it; all zero
 * when a client declined it.
 */
#define XDPXE_QUARANTINE_S 600

/* How long the address of a machine that fetches files is kept for it, from its latest RRQ, if it sent no REQUEST. */
#define XDPXE_HOLD_S 600

#define XDPXE_HOST_DENY 1
#define XDPXE_HOST_OPTIONS 128

/**
 * struct xdpxe_host - a reservation; map `hosts`
 * @addr:  its address, 0 for one of the pool; heeded only inside the client's network
 * @flags: XDPXE_HOST_*
 * @boot: @boot_ipxe: keys in `boots` that go before the network's, XDPXE_BOOT_NONE for none
 * @options: DHCP options of every OFFER and ACK to it (12 and others), serialised
 */
struct xdpxe_host {
	__be32 addr;
	__u32 flags;
	__u64 boot;
	__u64 boot_ipxe;
	__u16 options_len;
	__u8 pad[6];
	__u8 options[XDPXE_HOST_OPTIONS];
};
_Static_assert(sizeof(struct xdpxe_host) == 24 + 8 + 128, "ABI");

/*
 * The word of a lease: expiry (clock of leases, seconds) << 32 | state. It changes only by compare-and-exchange, so
 * that two CPUs, or the program and the daemon's reaper, never both decide about one lease.
 */
enum xdpxe_lease_state {
	XDPXE_LEASE_OFFERED = 1,
	XDPXE_LEASE_BOUND = 2,
	XDPXE_LEASE_DEAD = 3, /* being removed: nobody may use or revive it */
};
#define XDPXE_LEASE_KNOWN                                                                          \
	0x100 /* beside the state: was acknowledged once, so its machine is no stranger */
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
 * @first_s: @last_s: first and latest DHCP message of this machine, by the clock of leases
 * @arch:    latest code of option 93, XDPXE_NONE for none
 * @ipxe:    1: the latest message was from iPXE
 * @source:  where it counts in `sources`, 0: nowhere
 * @told:    the message that was answered last: a digest of its type and transaction
 * @told_at: when, CLOCK_MONOTONIC in units of 2^26 ns, 67 ms: so it comes again after 17 s
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
	__u8 told_at;
	__u16 source;
	__u16 told;
};
_Static_assert(sizeof(struct xdpxe_lease) == 32, "ABI");

/**
 * struct xdpxe_lease_event - something about a lease has changed; ring buffer `lease_events`
 * What it says was read from the maps after it had its place in the ring: so the last that tells of a lease is right.
 * @client:    whose; @addr: which address: it was acknowledged, or is no longer @client's
 * @expires_s: end of the lease, which is bound; 0: the maps tell, and nothing stands behind it
 * @first_s: @last_s: @arch: @ipxe: as in struct xdpxe_lease
 * @flags:     of struct xdpxe_lease
 */
struct xdpxe_lease_event {
	struct xdpxe_client client;
	__be32 addr;
	__u32 expires_s;
	__u32 first_s;
	__u32 last_s;
	__u16 arch;
	__u16 flags;
	__u8 ipxe;
	__u8 pad[3];
};
_Static_assert(sizeof(struct xdpxe_lease_event) == 48, "ABI");

enum xdpxe_lease_store_state {
	XDPXE_LEASE_STORE_NONE = 0, /* leases are in the maps only */
	XDPXE_LEASE_STORE_GOOD = 1,
	XDPXE_LEASE_STORE_TROUBLE = 2, /* leases are not written; tried again from time to time */
};

/**
 * struct xdpxe_lease_store - the database of leases; map `lease_store`, one entry
 * @state:   enum xdpxe_lease_store_state
 * @since_s: since when it is in that state, by the clock of leases
 * @saved_s: when it was last up to date, 0 for never
 * @merged:  1: what it held before is in the maps, so that they may replace it
 * @path: @trouble: texts that end in NUL; @trouble: why, and what to do
 */
struct xdpxe_lease_store {
	__u32 state;
	__u32 since_s;
	__u32 saved_s;
	__u32 merged;
	char path[256];
	char trouble[240];
};
_Static_assert(sizeof(struct xdpxe_lease_store) == 16 + 256 + 240, "ABI");

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
