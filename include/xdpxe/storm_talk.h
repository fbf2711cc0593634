/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * DHCP between `xdpxe storm` and its XDP program. The command judges the first OFFER and ACK that machines of a kind
 * get; when nothing is wrong with them they become the kind's script. A later reply whose every byte is that of the
 * script, but for what is a machine's own, is as right as the first was: the program takes it, and sends the REQUEST
 * that the command would have sent. Any other reply goes to the command.
 *
 * Byte order is that of the wire where the type says so; the clock is bpf_ktime_get_ns().
 */
#ifndef XDPXE_STORM_TALK_H
#define XDPXE_STORM_TALK_H

#include <linux/types.h>

#define STORM_KINDS 128	   /* by code of option 93, and is it iPXE */
#define STORM_TEXT_MAX 576 /* bytes of a DHCP message */

/* Where a machine's own stands in any DHCP message, from the BOOTP header on. */
#define STORM_XID_AT 4
#define STORM_YIADDR_AT 16
#define STORM_CHADDR_AT 28

/**
 * struct storm_text - a DHCP message of a kind, without what is a machine's own: zeros stand for that, and behind it
 * @len: of the message; 0: not known yet
 * @mac_at: @uuid_at: @asked_at: where options 61, 97 and 50 have its hardware address, UUID and address; 0: nowhere
 * @sum: of all words (RFC 1071), folded and not inverted
 */
struct storm_text {
	__u16 len;
	__u16 mac_at;
	__u16 uuid_at;
	__u16 asked_at;
	__u32 sum;
	__u32 pad;
	__u8 bytes[STORM_TEXT_MAX];
};

/**
 * struct storm_script - an exchange of a kind; map `scripts`. Written by the command, @ready last
 * @broadcast: takes no unicast reply; @plain_ip: UDP checksum 0 and "don't fragment"; @ttl: of what it sends
 */
struct storm_script {
	struct storm_text discover, offer, request, ack;
	__u32 ready;
	__u8 broadcast;
	__u8 plain_ip;
	__u8 ttl;
	__u8 pad;
};

enum storm_talk_state {
	STORM_TALK_IDLE = 0,
	STORM_TALK_WANTS_OFFER = 1,
	STORM_TALK_WANTS_ACK = 2,
	STORM_TALK_BOUND = 3,
};

/**
 * struct storm_talk - a machine's exchange; map `talks`, by machine. Fields marked (k) are written by the program, too
 * @state: enum storm_talk_state (k), written last by the command
 * @address: (k) that it was offered
 * @has: that it had as a ROM, 0 for none: iPXE must be offered the same
 * @heard_ns: (k) when the OFFER came
 */
struct storm_talk {
	__u32 state;
	__be32 xid;
	__be32 address;
	__be32 has;
	__u64 heard_ns;
	__u32 kind;
	__u32 pad;
	__u8 uuid[16];
	__u8 spare[16];
};
_Static_assert(sizeof(struct storm_talk) == 64, "one cache line");

#define STORM_SAY_MAX 50000 /* machines that say DISCOVER at once */

/**
 * struct storm_say - who says DISCOVER; map `say`, one entry. The command runs the program as often as there are machines
 * @next: (k) how many have
 */
struct storm_say {
	__u32 next;
	__u32 machines[STORM_SAY_MAX];
};

#endif
