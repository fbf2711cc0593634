/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The lease state machine. What may happen at the same moment on two CPUs, or here and in the daemon's reaper, is
 * decided by an insert that may not overwrite (`owners`, `leases`) or by compare-and-exchange on the lease's word.
 */
#ifndef XDPXE_BPF_LEASE_H
#define XDPXE_BPF_LEASE_H

/* stale entries of a pool queue that one frame skips before it asks the daemon */
#define LEASE_POP_TRIES 8
#define LEASE_SWAP_TRIES 4

/* What a DHCP decision knows of the machine it answers. */
struct lease_request {
	struct xdpxe_client client;
	const struct xdpxe_network *network;
	__be32 reserved; /* address from `hosts`, 0 for none */
	__u32 now_s;
	__u16 pool;
	__u16 arch;
	__u8 ipxe;
};

static __always_inline bool network__has(const struct xdpxe_network *network, __be32 addr)
{
	return (addr & network->mask) == network->subnet;
}

static __always_inline bool lease__owns(__be32 addr, const struct xdpxe_client *client)
{
	return bpf_map_update_elem(&owners, &addr, client, BPF_NOEXIST) == 0;
}

/* Another CPU may just be making a lease of the same reservation for the same machine. */
static __always_inline bool lease__is_owner(__be32 addr, const struct xdpxe_client *client)
{
	const __u64 *owner = bpf_map_lookup_elem(&owners, &addr);
	const __u64 *words = (const __u64 *)client;

	_Static_assert(sizeof(*client) == 3 * sizeof(__u64), "compared as three words");
	return owner && owner[0] == words[0] && owner[1] == words[1] && owner[2] == words[2];
}

/* Back to its pool goes an address that has no owner any more, unless it is a reservation. */
static __always_inline void lease__return_address(__be32 addr, __u16 pool, __u16 flags)
{
	__u32 slot = pool;
	void *queue;

	if (flags & XDPXE_LEASE_RESERVED)
		return;
	queue = bpf_map_lookup_elem(&pools, &slot);
	if (queue)
		bpf_map_push_elem(queue, &addr, 0);
}

/* Take an address that nobody owns: the reserved one, or the next of the pool. Return: 0 when there is none. */
static __always_inline __be32 lease__take_address(const struct lease_request *request, __u16 *flags)
{
	__u32 slot = request->pool;
	void *queue;
	__be32 addr;

	*flags = XDPXE_LEASE_RESERVED;
	if (request->reserved) {
		if (lease__owns(request->reserved, &request->client) ||
		    lease__is_owner(request->reserved, &request->client))
			return request->reserved;
		count(XDPXE_R_DHCP_RESERVED_IN_USE);
	}
	*flags = 0;
	queue = bpf_map_lookup_elem(&pools, &slot);
	if (!queue)
		return 0;
	for (int i = 0; i < LEASE_POP_TRIES; i++) {
		addr = 0;
		if (bpf_map_pop_elem(queue, &addr) < 0)
			return 0;
		if (!network__has(request->network, addr))
			continue; /* of a network that has shrunk */
		if (lease__owns(addr, &request->client))
			return addr;
		count(XDPXE_R_DHCP_ADDRESS_TAKEN);
	}
	return 0;
}

/* The daemon looks now and then; a wake-up for each lease would cost more than the lease. */
static __always_inline void lease__tell(const struct xdpxe_client *client, __be32 addr)
{
	struct xdpxe_lease_event *event = bpf_ringbuf_reserve(&lease_events, sizeof(*event), 0);

	if (!event) {
		count(XDPXE_R_LEASE_EVENT_LOST);
		return;
	}
	event->client = *client;
	event->addr = addr;
	__builtin_memset(event->pad, 0, sizeof(event->pad));
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
}

/**
 * lease__remove() - end a lease whose word is @word
 * @free_addr: out: its address, which has no owner any more
 * Return: false when the lease has changed meanwhile, and stays
 */
static __always_inline bool lease__remove(const struct xdpxe_client *client,
					  struct xdpxe_lease *lease, __u64 word, __be32 *free_addr)
{
	__u64 dead = XDPXE_LEASE_WORD(XDPXE_LEASE_DEAD, 0);
	__be32 addr = lease->addr;

	if (XDPXE_LEASE_STATE(word) == XDPXE_LEASE_DEAD)
		return false; /* another CPU does it just now */
	if (__sync_val_compare_and_swap(&lease->word, word, dead) != word)
		return false;
	/* In this order: while the lease is there, dead, its machine cannot take the address again. */
	bpf_map_delete_elem(&owners, &addr);
	bpf_map_delete_elem(&leases, client);
	if (XDPXE_LEASE_STATE(word) == XDPXE_LEASE_BOUND)
		lease__tell(client, addr);
	*free_addr = addr;
	return true;
}

/* As lease__remove(), and give the address back to its pool. */
static __always_inline bool lease__withdraw(const struct lease_request *request,
					    struct xdpxe_lease *lease, __u64 word)
{
	__u16 flags = lease->flags;
	__be32 addr;

	if (!lease__remove(&request->client, lease, word, &addr))
		return false;
	lease__return_address(addr, request->pool, flags);
	return true;
}

/* Make a lease for a machine that has none. Return: GO_ON, or why not. */
static __always_inline int lease__make(const struct lease_request *request, struct scratch *scratch,
				       __be32 *addr)
{
	struct xdpxe_lease *lease = &scratch->lease;
	__u32 expires = request->now_s + request->network->offer_time_s;
	struct xdpxe_lease *winner;
	__u16 flags;
	long err;

	*addr = lease__take_address(request, &flags);
	if (*addr == 0)
		return XDPXE_R_DHCP_POOL_EMPTY;
	__builtin_memset(lease, 0, sizeof(*lease));
	lease->word = XDPXE_LEASE_WORD(XDPXE_LEASE_OFFERED, expires);
	lease->addr = *addr;
	lease->pool = request->pool;
	lease->flags = flags;
	lease->first_s = request->now_s;
	lease->last_s = request->now_s;
	lease->arch = request->arch;
	lease->ipxe = request->ipxe;
	err = bpf_map_update_elem(&leases, &request->client, lease, BPF_NOEXIST);
	if (err == 0)
		return GO_ON;
	winner = err == -EEXIST ? bpf_map_lookup_elem(&leases, &request->client) : NULL;
	if (!winner || winner->addr != *addr) {
		bpf_map_delete_elem(&owners, addr);
		lease__return_address(*addr, request->pool, flags);
	}
	if (err != -EEXIST)
		return XDPXE_R_DHCP_LEASES_FULL;
	count(XDPXE_R_DHCP_RACE_LOST);
	if (!winner || XDPXE_LEASE_STATE(winner->word) == XDPXE_LEASE_DEAD)
		return XDPXE_R_DHCP_LEASE_BUSY;
	*addr = winner->addr;
	return GO_ON;
}

/*
 * A machine moves with its next DISCOVER when the network has shrunk away from its address, or when it has got a
 * reservation that nobody else owns.
 */
static __always_inline bool lease__must_move(const struct lease_request *request,
					     const struct xdpxe_lease *lease)
{
	if (!network__has(request->network, lease->addr))
		return true;
	return request->reserved && lease->addr != request->reserved &&
	       !bpf_map_lookup_elem(&owners, &request->reserved);
}

static __always_inline void lease__note(const struct lease_request *request,
					struct xdpxe_lease *lease)
{
	lease->last_s = request->now_s;
	lease->arch = request->arch;
	lease->ipxe = request->ipxe;
}

/* Is this machine using its address now? */
static __always_inline bool lease__is_bound(__u64 word, __u32 now_s)
{
	return XDPXE_LEASE_STATE(word) == XDPXE_LEASE_BOUND && XDPXE_LEASE_EXPIRES(word) > now_s;
}

/* Move a lease to @state for @seconds, unless it is dying. An offer leaves a lease in use as it is. */
static __always_inline int lease__set(const struct lease_request *request,
				      struct xdpxe_lease *lease, __u32 state, __u32 seconds)
{
	__u64 next = XDPXE_LEASE_WORD(state, request->now_s + seconds);
	__u64 word = lease->word;
	__u64 seen;

	for (int i = 0; i < LEASE_SWAP_TRIES; i++) {
		if (XDPXE_LEASE_STATE(word) == XDPXE_LEASE_DEAD)
			return XDPXE_R_DHCP_LEASE_BUSY;
		if (state == XDPXE_LEASE_OFFERED && lease__is_bound(word, request->now_s))
			return GO_ON;
		seen = __sync_val_compare_and_swap(&lease->word, word, next);
		if (seen == word)
			return lease__is_owner(lease->addr, &request->client)
				       ? GO_ON
				       : XDPXE_R_DHCP_LEASE_BUSY; /* it was removed, and its memory used again */
		word = seen;
	}
	return XDPXE_R_DHCP_LEASE_BUSY;
}

/**
 * lease__offer() - the address for a DISCOVER: the one the machine has, or a new one
 * @addr: out
 * Return: GO_ON, or why there is none
 */
static __always_inline int lease__offer(const struct lease_request *request,
					struct scratch *scratch, __be32 *addr)
{
	struct xdpxe_lease *lease = bpf_map_lookup_elem(&leases, &request->client);
	__u64 word;

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
	return lease__set(request, lease, XDPXE_LEASE_OFFERED, request->network->offer_time_s);
}

/** lease__bind() - acknowledge a lease. Return: GO_ON, or DHCP_LEASE_BUSY */
static __always_inline int lease__bind(const struct lease_request *request,
				       struct xdpxe_lease *lease)
{
	int reason;

	lease__note(request, lease);
	reason = lease__set(request, lease, XDPXE_LEASE_BOUND, request->network->lease_time_s);
	if (reason == GO_ON)
		lease__tell(&request->client, lease->addr);
	return reason;
}

#endif
