/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Who may have how much. Two means:
 *
 * A bucket holds time. Each message costs some of it, and what was spent comes back as time passes: so a rate and a
 * burst fit into one word, the moment when the bucket will be full again.
 *
 * A source counts the addresses that machines hold which came the same way. Offers that are not taken up are what a
 * flood of invented machines leaves behind, and also a machine room that is switched on: so beyond a share of the pool
 * new machines are still answered, but the address is only lent. It stays in the queue, and belongs to whom asks for it
 * first by a REQUEST. A flood then costs nothing that others need, and who goes on with the protocol is served.
 */
#ifndef XDPXE_BPF_GUARD_H
#define XDPXE_BPF_GUARD_H

/* Set before load, so that nobody can choose whom he shares a bucket with. */
const volatile __u64 guard_seed;

#define GUARD_DHCP_NS                                                                              \
	2000000ULL /* five hundred frames of DHCP a second go to the daemon, of a reason and network */
#define GUARD_TIDS_NS 10000000ULL /* a hundred TIDs a second are made */
#define GUARD_DECLINE_NS (XDPXE_QUARANTINE_S * 1000000000ULL / XDPXE_DECLINES_MAX)
#define GUARD_EMPTY_S 60     /* a pool is short for so long after it was found empty */
#define GUARD_HALVINGS 18    /* that find one of XDPXE_LEASES_MAX */
#define GUARD_CIRCUIT_MAX 64 /* bytes of option 82 that tell ports of a switch apart */

_Static_assert(1 << (GUARD_HALVINGS - 1) >= XDPXE_LEASES_MAX, "the search comes to an end");
_Static_assert(XDPXE_BUCKETS == 1 << 16, "the upper 16 bits of a hash");

static __always_inline __u64 guard__mix(__u64 word)
{
	word = (word ^ word >> 32) * 0x9e3779b97f4a7c15ULL; /* 2^64 / golden ratio */
	return (word ^ word >> 29) * 0xbf58476d1ce4e5b9ULL; /* of splitmix64 */
}

/** guard__spend_of() - take @cost_ns from a bucket that holds @burst_ns, and one more @cost_ns. Return: was it there? */
static __always_inline bool guard__spend_of(enum xdpxe_bucket kind, __u64 whose, __u64 cost_ns,
					    __u64 burst_ns)
{
	__u32 slot = kind * XDPXE_BUCKETS + (__u32)(guard__mix(whose ^ guard_seed) >> 48);
	__u64 *bucket, now, full;

	if (cost_ns == 0)
		return true;
	bucket = bpf_map_lookup_elem(&buckets, &slot);
	if (!bucket)
		return true;
	now = now_ns();
	full = *bucket > now ? *bucket : now;
	if (full - now > burst_ns)
		return false;
	*bucket = full + cost_ns;
	return true;
}

/** guard__spend() - take @cost_ns from a bucket. Return: false when there is not so much in it; 0 is always there */
static __always_inline bool guard__spend(enum xdpxe_bucket kind, __u64 whose, __u64 cost_ns)
{
	return guard__spend_of(kind, whose, cost_ns, XDPXE_BURST_NS);
}

/** guard__may_ask_daemon() - may one more frame of this reason and network go to the daemon, at @cost_ns each? */
static __always_inline bool guard__may_ask_daemon(int reason, __u32 network, __u64 cost_ns)
{
	return guard__spend(XDPXE_BUCKET_MISS, (__u64)reason << 32 | network, cost_ns);
}

/* Six bytes of an Ethernet address as a number. */
static __always_inline __u64 guard__mac(const __u8 *mac)
{
	__u32 first;
	__u16 last;

	__builtin_memcpy(&first, mac, 4);
	__builtin_memcpy(&last, mac + 4, 2);
	return (__u64)last << 32 | first;
}

/* The machine, and who speaks for it: one that pretends to be another does not use up what the other has. */
static __always_inline __u64 guard__machine(const struct frame *frame,
					    const struct dhcp_message *message)
{
	__u64 rest;

	_Static_assert(BOOTP_CHADDR_LEN == 6 + 2 + 8, "no byte is left out");
	__builtin_memcpy(&rest, message->chaddr + 8, 8);
	rest += (__u64)message->chaddr[6] << 8 | message->chaddr[7];
	return guard__mac(message->chaddr) ^
	       (guard__mac(frame->src) + rest) * 0x94d049bb133111ebULL;
}

/* Neither relayed nor from its own hardware address. Others than Ethernet have other lengths. */
static __always_inline bool guard__is_other_mac(const struct frame *frame,
						const struct dhcp_message *message)
{
	return !message->giaddr && message->htype == ARPHRD_ETHER && message->hlen == 6 &&
	       guard__mac(frame->src) != guard__mac(message->chaddr);
}

/** guard__check_message() - may this machine be answered, on network slot @network? Return: GO_ON or a reason */
static __always_inline int guard__check_message(const struct frame *frame,
						const struct dhcp_message *message, __u32 network)
{
	const struct xdpxe_limits *limit = bpf_map_lookup_elem(&limits, &network);
	bool other = guard__is_other_mac(frame, message);

	if (!limit)
		return GO_ON;
	if (other && limit->flags & XDPXE_LIMIT_OWN_MAC)
		return XDPXE_R_DHCP_MAC_REFUSED;
	if (!guard__spend(XDPXE_BUCKET_MESSAGE, guard__machine(frame, message), limit->message_ns))
		return XDPXE_R_DHCP_TOO_MANY;
	if (other)
		count(XDPXE_R_DHCP_OTHER_MAC);
	return GO_ON;
}

/** guard__may_decline() - may this machine have one more address set aside? */
static __always_inline bool guard__may_decline(const struct frame *frame,
					       const struct dhcp_message *message)
{
	return guard__spend_of(XDPXE_BUCKET_DECLINE, guard__machine(frame, message),
			       GUARD_DECLINE_NS, (XDPXE_DECLINES_MAX - 1) * GUARD_DECLINE_NS);
}

/** guard__may_request() - may the client at @addr ask for one more file? */
static __always_inline bool guard__may_request(__u32 network, __be32 addr)
{
	const struct xdpxe_limits *limit = bpf_map_lookup_elem(&limits, &network);

	return !limit || guard__spend(XDPXE_BUCKET_REQUEST, addr, limit->request_ns);
}

/** guard__may_have_tid() - may the daemon be asked for a TID for the client at @addr? */
static __always_inline bool guard__may_have_tid(__u32 network, __be32 addr)
{
	const struct xdpxe_limits *limit = bpf_map_lookup_elem(&limits, &network);

	return !limit || limit->params_ns == 0 ||
	       (guard__spend(XDPXE_BUCKET_PARAMS, addr, limit->params_ns) &&
		guard__may_ask_daemon(XDPXE_R_TFTP_NEW_PARAMS, 0, GUARD_TIDS_NS));
}

#endif
