/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a machine's messages do to the lease that it has: offered again, bound, held, ended. See lease.h. */
#ifndef XDPXE_BPF_LEASE_STATE_H
#define XDPXE_BPF_LEASE_STATE_H

#define LEASE_ASKS_AGAIN 3 /* units of 67 ms */
#define LEASE_SWAP_TRIES 4 /* against other CPUs that change the same lease */

/*
 * A machine moves with its next DISCOVER when the network has shrunk away from its address, or when it has got a
 * reservation that nobody else owns.
 */
static __always_inline bool lease__must_move(const struct lease_request *request,
					     const struct xdpxe_lease *lease)
{
	const struct xdpxe_client *owner;

	if (!network__has(request->network, lease->addr))
		return true;
	if (!request->reserved || lease->addr == request->reserved)
		return false;
	owner = bpf_map_lookup_elem(&owners, &request->reserved);
	return !owner || lease__is_quarantine_over(owner, request->now_s);
}

/*
 * Has this very message been answered, not just now? Then the answer was most likely lost: what the network itself
 * repeats comes at once, and the quickest client waits 250 ms.
 */
static __always_inline bool lease__is_asked_again(const struct lease_request *request,
						  const struct xdpxe_lease *lease)
{
	return lease->told == request->digest &&
	       (__u8)(request->told_at - lease->told_at) >= LEASE_ASKS_AGAIN;
}

static __always_inline void lease__note(const struct lease_request *request,
					struct xdpxe_lease *lease)
{
	lease->told = request->digest;
	lease->told_at = request->told_at;
	lease->last_s = request->now_s;
	lease->arch = request->arch;
	lease->ipxe = request->ipxe;
}

/* Is this machine using its address now? */
static __always_inline bool lease__is_bound(__u64 word, __u32 now_s)
{
	return XDPXE_LEASE_STATE(word) == XDPXE_LEASE_BOUND && XDPXE_LEASE_EXPIRES(word) > now_s;
}

/*
 * Move a lease to @state for @seconds, unless it is dying. An offer leaves a lease in use as it is. The caller asks
 * lease__is_of() after: it may have been removed, and its memory used again.
 */
static __always_inline int lease__set(const struct lease_request *request,
				      struct xdpxe_lease *lease, __u32 state, __u32 seconds)
{
	__u64 bits = state == XDPXE_LEASE_BOUND ? state | XDPXE_LEASE_KNOWN : state;
	__u64 next = XDPXE_LEASE_WORD(bits, request->now_s + seconds);
	__u64 word = lease->word;
	__u64 seen;

	for (int i = 0; i < LEASE_SWAP_TRIES; i++) {
		if (XDPXE_LEASE_STATE(word) == XDPXE_LEASE_DEAD)
			return XDPXE_R_DHCP_LEASE_BUSY;
		if (state == XDPXE_LEASE_OFFERED && lease__is_bound(word, request->now_s))
			return GO_ON;
		next |= word & XDPXE_LEASE_KNOWN;
		seen = __sync_val_compare_and_swap(&lease->word, word, next);
		if (seen == word && next & ~word & XDPXE_LEASE_KNOWN)
			source__count(lease->source, request->client.subnet, -1, 1);
		if (seen == word)
			return GO_ON;
		word = seen;
	}
	return XDPXE_R_DHCP_LEASE_BUSY;
}

/**
 * lease__offer() - the address for a DISCOVER: the one the machine has, or a new one
 * @lease: of the machine, NULL for none
 * @addr: out
 * Return: GO_ON, or why there is none
 */
static __always_inline int lease__offer(const struct lease_request *request,
					struct scratch *scratch, struct xdpxe_lease *lease,
					__be32 *addr)
{
	__u64 word;
	int reason;

	if (!lease)
		return lease__make(request, scratch, addr);
	word = lease->word;
	if (XDPXE_LEASE_STATE(word) == XDPXE_LEASE_DEAD)
		return XDPXE_R_DHCP_LEASE_BUSY;
	if (lease__must_move(request, lease)) {
		if (!lease__withdraw(request, lease, word))
			return XDPXE_R_DHCP_LEASE_BUSY;
		return lease__make(request, scratch, addr);
	}
	lease__note(request, lease);
	*addr = lease->addr;
	reason = lease__set(request, lease, XDPXE_LEASE_OFFERED, request->network->offer_time_s);
	if (reason == GO_ON && !lease__is_of(lease, &request->client))
		return XDPXE_R_DHCP_LEASE_BUSY;
	return reason;
}

/**
 * lease__end() - its machine has given the address back, and keeps it until another one needs it
 * The lease runs out now; the daemon's reaper takes it in its turn, and probes the address first (RFC 2131 section 2.2).
 * Return: false when it is not in use, or has changed meanwhile
 */
static __always_inline bool lease__end(const struct lease_request *request,
				       struct xdpxe_lease *lease, __u64 word)
{
	__u64 over = XDPXE_LEASE_WORD(XDPXE_LEASE_BOUND | XDPXE_LEASE_KNOWN, request->now_s);

	return lease__is_bound(word, request->now_s) &&
	       __sync_val_compare_and_swap(&lease->word, word, over) == word;
}

/** lease__bind() - acknowledge a lease. Return: GO_ON, or DHCP_LEASE_BUSY */
static __always_inline int lease__bind(const struct lease_request *request,
				       struct xdpxe_lease *lease)
{
	int reason;

	lease__note(request, lease);
	reason = lease__set(request, lease, XDPXE_LEASE_BOUND, request->network->lease_time_s);
	if (reason == GO_ON && !lease__tell_bound(&request->client, lease))
		return XDPXE_R_DHCP_LEASE_BUSY;
	return reason;
}

/**
 * lease__hold() - a machine fetches files from @addr: an offer that it never asks for is taken up
 * The boot ROM of a Raspberry Pi sends no REQUEST. While it goes on fetching, its address is nobody else's.
 * Return: 0; a global function returns something on every kernel
 */
CHECKED_ALONE int lease__hold(__be32 addr)
{
	const struct xdpxe_client *client = bpf_map_lookup_elem(&owners, &addr);
	struct xdpxe_lease *lease = client ? bpf_map_lookup_elem(&leases, client) : NULL;
	__u64 word = lease ? lease->word : 0;
	__u32 until_s = now_s() + XDPXE_HOLD_S;
	__u64 held = XDPXE_LEASE_WORD(XDPXE_LEASE_OFFERED, until_s) | (word & XDPXE_LEASE_KNOWN);

	if (XDPXE_LEASE_STATE(word) != XDPXE_LEASE_OFFERED || lease->addr != addr ||
	    XDPXE_LEASE_EXPIRES(word) >= until_s)
		return 0;
	/* Lost against another CPU or the reaper, it is tried again with the next file. */
	if (__sync_val_compare_and_swap(&lease->word, word, held) == word)
		count(XDPXE_R_DHCP_OFFER_HELD);
	return 0;
}

#endif
