/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The lease state machine. What may happen at the same moment on two CPUs, or here and in the daemon's reaper, is
 * decided by an insert that may not overwrite (`owners`, `leases`) or by compare-and-exchange on the lease's word.
 */
#ifndef XDPXE_BPF_LEASE_H
#define XDPXE_BPF_LEASE_H

/* stale entries of a pool queue that one frame skips before it asks the daemon */
#define LEASE_POP_TRIES 8
#define LEASE_TOLD_SHIFT 26 /* from nanoseconds */
#define LEASE_LEND_TRIES                                                                           \
	32 /* the same, where what was lent and then claimed still stands in the queue */

/* What a DHCP decision knows of the machine it answers. */
struct lease_request {
	struct xdpxe_client client;
	const struct xdpxe_network *network;
	__be32 reserved; /* address from `hosts`, 0 for none */
	__u32 now_s;
	__u16 pool;
	__u16 arch;
	__u16 digest; /* of the message, */
	__u8 told_at; /* and the time now: see struct xdpxe_lease */
	__u8 ipxe;
	bool known; /* stands in `hosts`: never counted, and never lent an address */
};

/* The address of some other machine of the network: neither the network's own nor that of all (RFC 1122 3.2.1.3). */
static __always_inline bool network__is_host(const struct xdpxe_network *network, __be32 addr)
{
	return (addr & network->mask) == network->subnet && addr != network->server &&
	       addr != network->subnet && addr != (network->subnet | ~network->mask);
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

/* Was @owner's address declined, so long ago that it may be tried again? */
static __always_inline bool lease__is_quarantine_over(const struct xdpxe_client *owner, __u32 now_s)
{
	return owner->hlen == 0 && owner->subnet <= now_s;
}

/* Take a reserved address that was declined. Two CPUs may do so at once, for the one machine that it is reserved for. */
static __always_inline bool lease__owns_again(const struct lease_request *request)
{
	const struct xdpxe_client *owner = bpf_map_lookup_elem(&owners, &request->reserved);

	return owner && lease__is_quarantine_over(owner, request->now_s) &&
	       bpf_map_update_elem(&owners, &request->reserved, &request->client, BPF_EXIST) == 0;
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
		    lease__is_owner(request->reserved, &request->client) ||
		    lease__owns_again(request))
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

/* A place in the ring, with nothing but whose lease it is: the maps tell the rest. NULL: it is full, which is counted. */
static __always_inline struct xdpxe_lease_event *lease__event(const struct xdpxe_client *client,
							      __be32 addr)
{
	struct xdpxe_lease_event *event = bpf_ringbuf_reserve(&lease_events, sizeof(*event), 0);

	if (!event) {
		count(XDPXE_R_LEASE_EVENT_LOST);
		return NULL;
	}
	__builtin_memset(event, 0, sizeof(*event));
	event->client = *client;
	event->addr = addr;
	return event;
}

/* The daemon looks now and then; a wake-up for each lease would cost more than the lease. */
static __always_inline void lease__tell(const struct xdpxe_client *client, __be32 addr)
{
	struct xdpxe_lease_event *event = lease__event(client, addr);

	if (event)
		bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
}

/*
 * Is this still the lease of the machine? While it is and is not dead, the machine owns its address: lease__remove().
 * Asked of `leases`, which the CPU has just read, and not of `owners`, where it would wait for memory.
 */
static __always_inline bool lease__is_of(const struct xdpxe_lease *lease,
					 const struct xdpxe_client *client)
{
	return bpf_map_lookup_elem(&leases, client) == lease;
}

/* What the daemon would find in `leases`. */
static __always_inline void lease__fill(struct xdpxe_lease_event *event,
					const struct xdpxe_lease *lease)
{
	__u64 word = *(const volatile __u64 *)&lease->word;

	if (XDPXE_LEASE_STATE(word) != XDPXE_LEASE_BOUND)
		return;
	event->addr = lease->addr;
	event->expires_s = XDPXE_LEASE_EXPIRES(word);
	event->first_s = lease->first_s;
	event->last_s = lease->last_s;
	event->arch = lease->arch;
	event->flags = lease->flags;
	event->ipxe = lease->ipxe;
}

/**
 * lease__tell_bound() - a lease was acknowledged: tell all of it, so that the daemon need not ask
 * In this order: place in the ring, content, and whether it was the content of this machine's lease. Whoever changes the
 * lease after it was read tells that further back in the ring.
 * Return: false when the lease is not this machine's any more; then nothing is told of it, but by who removed it
 */
static __always_inline bool lease__tell_bound(const struct xdpxe_client *client,
					      const struct xdpxe_lease *lease)
{
	struct xdpxe_lease_event *event = lease__event(client, lease->addr);

	if (event)
		lease__fill(event, lease);
	if (!lease__is_of(lease, client)) {
		if (event)
			bpf_ringbuf_discard(event, BPF_RB_NO_WAKEUP);
		return false;
	}
	if (event)
		bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
	return true;
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
	__u16 source = lease->source;

	if (XDPXE_LEASE_STATE(word) == XDPXE_LEASE_DEAD)
		return false; /* another CPU does it just now */
	if (__sync_val_compare_and_swap(&lease->word, word, dead) != word)
		return false;
	/* In this order: while the lease is there, dead, its machine cannot take the address again. */
	bpf_map_delete_elem(&owners, &addr);
	bpf_map_delete_elem(&leases, client);
	if (XDPXE_LEASE_STATE(word) == XDPXE_LEASE_BOUND)
		lease__tell(client, addr);
	if (word & XDPXE_LEASE_KNOWN)
		source__count(source, client->subnet, 0, -1);
	else
		source__count(source, client->subnet, -1, 0);
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

/* What the lease of a machine will say. */
static __always_inline void lease__write(const struct lease_request *request,
					 struct xdpxe_lease *lease, __be32 addr, __u64 word)
{
	__builtin_memset(lease, 0, sizeof(*lease));
	lease->word = word;
	lease->addr = addr;
	lease->pool = request->pool;
	lease->first_s = request->now_s;
	lease->last_s = request->now_s;
	lease->arch = request->arch;
	lease->ipxe = request->ipxe;
	lease->told = request->digest;
	lease->told_at = request->told_at;
}

/* Put the lease in scratch into the map; its address is owned already. Return: GO_ON, or why not; @addr: out */
static __always_inline int lease__insert(const struct lease_request *request,
					 struct scratch *scratch, __be32 *addr)
{
	struct xdpxe_lease *lease = &scratch->lease;
	bool bound = lease->word & XDPXE_LEASE_KNOWN;
	long err = bpf_map_update_elem(&leases, &request->client, lease, BPF_NOEXIST);
	struct xdpxe_lease *winner;

	*addr = lease->addr;
	if (err == 0) {
		source__count(lease->source, request->client.subnet, !bound, bound);
		return GO_ON;
	}
	winner = err == -EEXIST ? bpf_map_lookup_elem(&leases, &request->client) : NULL;
	if (!winner || winner->addr != *addr) {
		bpf_map_delete_elem(&owners, addr);
		lease__return_address(*addr, request->pool, lease->flags);
	}
	if (err != -EEXIST)
		return XDPXE_R_DHCP_LEASES_FULL;
	count(XDPXE_R_DHCP_RACE_LOST);
	if (!winner || XDPXE_LEASE_STATE(winner->word) == XDPXE_LEASE_DEAD)
		return XDPXE_R_DHCP_LEASE_BUSY;
	*addr = winner->addr;
	return GO_ON;
}

/* Name an address that is free, and leave it in the queue: whoever asks for it by a REQUEST may have it. */
static __always_inline int lease__lend(const struct lease_request *request, __be32 *addr)
{
	__u32 slot = request->pool;
	void *queue = bpf_map_lookup_elem(&pools, &slot);

	for (int i = 0; queue && i < LEASE_LEND_TRIES; i++) {
		*addr = 0;
		if (bpf_map_pop_elem(queue, addr) < 0)
			break;
		if (!network__has(request->network, *addr) || bpf_map_lookup_elem(&owners, addr))
			continue;
		bpf_map_push_elem(queue, addr, 0);
		count(XDPXE_R_DHCP_NOT_HELD);
		return GO_ON;
	}
	source__note_empty(request->client.subnet, request->now_s);
	return XDPXE_R_DHCP_POOL_EMPTY;
}

/* Make a lease for a machine that has none. Return: GO_ON, or why not. */
static __always_inline int lease__make(const struct lease_request *request, struct scratch *scratch,
				       __be32 *addr)
{
	__u32 expires = request->now_s + request->network->offer_time_s;
	int answer = SOURCE_HOLD;
	struct seat seat = {};
	__u16 flags;

	if (!request->known)
		answer = source__judge(scratch, &seat, request->client.subnet, request->pool,
				       request->now_s);
	if (answer == SOURCE_FULL)
		return XDPXE_R_DHCP_SOURCE_FULL;
	if (answer == SOURCE_LEND)
		return lease__lend(request, addr);
	*addr = lease__take_address(request, &flags);
	if (*addr == 0) {
		source__note_empty(request->client.subnet, request->now_s);
		return XDPXE_R_DHCP_POOL_EMPTY;
	}
	lease__write(request, &scratch->lease, *addr,
		     XDPXE_LEASE_WORD(XDPXE_LEASE_OFFERED, expires));
	scratch->lease.flags = flags;
	scratch->lease.source = seat.source;
	return lease__insert(request, scratch, addr);
}

#endif
