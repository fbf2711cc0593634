/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The contract, continued: how much one may take, who has taken how much, and what the daemon marks. See abi.h. */
#ifndef XDPXE_ABI_GUARD_H
#define XDPXE_ABI_GUARD_H

#include "xdpxe/limits.h"

#define XDPXE_LIMIT_OWN_MAC                                                                        \
	1 /* a client speaks from its own hardware address, or through a relay */

/**
 * struct xdpxe_limits - how much one may take; map `limits`, by network slot; all zero: as much as it likes
 * @message_ns: what a DHCP message costs the machine that sends it, in time: of that it may have XDPXE_BURST_NS in hand.
 *              0: nothing, as with the next two
 * @request_ns: the same of an RRQ, for the client's address
 * @params_ns:  the same of a TID that must be made for it
 * @offers_max: addresses that offers to new machines may hold until they are taken up, in all of the network; a source
 *              may hold half of them. Beyond that an address is offered, but not held. 0: no bound
 * @leases_max: addresses that machines of one source may have, unless they stand in `hosts`; 0: no bound
 * @members:    addresses in `members`
 * @flags:      XDPXE_LIMIT_*
 */
struct xdpxe_limits {
	__u64 message_ns;
	__u64 request_ns;
	__u64 params_ns;
	__u32 offers_max;
	__u32 leases_max;
	__u32 members;
	__u32 flags;
};
_Static_assert(sizeof(struct xdpxe_limits) == 40, "ABI");

/* Offers may hold this part of @offers_max for a while after the pool was found empty. */
#define XDPXE_EMPTY_PART 4

#define XDPXE_BURST_NS 2000000000ULL

/* A machine may decline so many addresses in the time that one is set aside for. */
#define XDPXE_DECLINES_MAX 5

/* Kinds of buckets; each has XDPXE_BUCKETS of them. */
enum xdpxe_bucket {
	XDPXE_BUCKET_MESSAGE, /* by hardware address */
	XDPXE_BUCKET_REQUEST, /* by IP address */
	XDPXE_BUCKET_PARAMS,  /* by IP address */
	XDPXE_BUCKET_MISS,    /* by reason and network */
	XDPXE_BUCKET_DECLINE, /* by hardware address */
	XDPXE_BUCKET_KINDS,
};

/**
 * struct xdpxe_source - what machines that came the same way have taken; map `sources`
 * The way is the interface, the network, the relay (giaddr) and its option 82, which names a port of a switch. The sums
 * of a whole network are a source, too, with @whole 1 and neither relay nor port. Machines in `hosts` are not counted.
 * @key:     hash of the way, 0: free. A source of which all counts are 0 may be taken over by another.
 * @subnet:  @giaddr: of the way
 * @offers:  addresses held by offers that were not taken up yet
 * @leases:  addresses that were acknowledged, until their lease is removed
 * @lent_s:  when an address was last offered without being held; @empty_s: when the pool was last found empty; both
 *           only of a whole network
 * @circuit: hash of option 82, 0 for none
 * @port:    number of the interface
 */
struct xdpxe_source {
	__u64 key;
	__be32 subnet;
	__be32 giaddr;
	__u32 offers;
	__u32 leases;
	__u32 lent_s;
	__u32 empty_s;
	__u32 circuit;
	__u16 port;
	__u8 whole;
	__u8 pad;
};
_Static_assert(sizeof(struct xdpxe_source) == 40, "ABI");

#define XDPXE_DELAY_MAX_MS 10000

/*
 * Key of `delays`: the first bits of a hardware address. The value is in milliseconds. Those by class stand in
 * `class_delays`, by code of option 93; 0 there is none.
 */
struct xdpxe_mac_prefix {
	__u32 bits;
	__u8 mac[6];
	__u8 pad[2];
};
_Static_assert(sizeof(struct xdpxe_mac_prefix) == 12, "ABI");

/*
 * Before a frame that the daemon runs again after its delay, as XDP metadata: no frame of a NIC has such, so it is not
 * delayed again.
 */
#define XDPXE_WAITED 0x64746977u

/*
 * In the same place, before the ACK that the daemon repeats in the name of a client that is silent: of the window behind
 * it only the last block is to be sent.
 */
#define XDPXE_ASKS_LAST 0x7473616cu

/* No sign of life from the daemon for so long, and delayed replies are sent at once. */
#define XDPXE_PULSE_NS 3000000000ULL

#endif
