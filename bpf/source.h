/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Addresses that machines hold, by the way they came; see struct xdpxe_source and guard.h. */
#ifndef XDPXE_BPF_SOURCE_H
#define XDPXE_BPF_SOURCE_H

/* A way; no padding, since a global function is given it. */
struct way {
	__be32 subnet;
	__be32 giaddr;
	__u32 circuit;
	__u16 port;
	__u16 whole;
};
_Static_assert(sizeof(struct way) == 16, "no padding");

/* Where a new machine is counted: places in `sources`. */
struct seat {
	__u32 source;
	__u32 whole;
};

enum source_answer {
	SOURCE_HOLD, /* an offer may hold an address */
	SOURCE_LEND, /* it may not, but name one */
	SOURCE_FULL, /* there is none to be had */
};

static __always_inline __u64 way__key(const struct way *way)
{
	__u64 net = (__u64)way->subnet << 32 | way->giaddr;
	__u64 port = (__u64)way->circuit << 32 | (__u32)way->port << 16 | way->whole;

	return guard__mix(guard__mix(net) ^ port) | 1;
}

/* Takes a place that nobody needs. Another CPU may be faster, with the same way or another. */
static __always_inline bool source__claim(struct xdpxe_source *source, const struct way *way,
					  __u64 key)
{
	__u64 old = source->key;

	if (old && (source->offers || source->leases || source->whole))
		return false;
	if (__sync_val_compare_and_swap(&source->key, old, key) != old)
		return source->key == key;
	source->subnet = way->subnet;
	source->giaddr = way->giaddr;
	source->circuit = way->circuit;
	source->port = way->port;
	source->whole = way->whole;
	return true;
}

/** source__find() - the place of a way, claimed if need be. Return: 0 when there is none */
CHECKED_ALONE __u32 source__find(const struct way *way)
{
	struct xdpxe_source *source;
	__u64 key;
	__u32 set, place;

	if (!way)
		return 0;
	key = way__key(way);
	set = (key >> 32 & (XDPXE_SOURCES / XDPXE_SOURCE_WAYS - 1)) * XDPXE_SOURCE_WAYS;
	for (__u32 i = 0; i < XDPXE_SOURCE_WAYS; i++) {
		place = set + i;
		source = bpf_map_lookup_elem(&sources, &place);
		if (source && source->key == key)
			return place;
	}
	for (__u32 i = 0; i < XDPXE_SOURCE_WAYS; i++) {
		place = set + i;
		source = bpf_map_lookup_elem(&sources, &place);
		if (place && source && source__claim(source, way, key))
			return place;
	}
	return 0;
}

/** source__circuit() - hash of option 82 in the payload, which names a port of a switch; 0 for none */
CHECKED_ALONE __u32 source__circuit(struct scratch *scratch)
{
	__u32 hash = 0x811c9dc5; /* FNV-1a */
	__u32 pos, len;

	if (!scratch || !scratch->message.relay_agent)
		return 0;
	pos = scratch->message.relay_agent;
	len = scratch->payload[pos + 1 & (PAYLOAD_MAX - 1)];
	for (__u32 i = 0; i < GUARD_CIRCUIT_MAX && i < len; i++)
		hash = (hash ^ scratch->payload[pos + 2 + i & (PAYLOAD_MAX - 1)]) * 0x01000193;
	return hash | 1;
}

static __always_inline struct xdpxe_source *source__at(__u32 place)
{
	return place ? bpf_map_lookup_elem(&sources, &place) : NULL;
}

/* The sums of a whole network, or NULL. */
static __always_inline struct xdpxe_source *source__whole(__be32 subnet)
{
	struct way way = { .subnet = subnet, .whole = 1 };

	return source__at(source__find(&way));
}

/* How many offers may hold an address: the share, or less of it for a while after the pool was found empty. */
static __always_inline __u32 source__share(const struct xdpxe_limits *limit,
					   const struct xdpxe_source *whole, __u32 now_s)
{
	if (whole->empty_s && now_s - whole->empty_s < GUARD_EMPTY_S)
		return limit->offers_max / XDPXE_EMPTY_PART;
	return limit->offers_max;
}

/**
 * source__judge() - may a machine that is new here have an address?
 * @scratch: its message @seat: out: where it counts
 * Return: enum source_answer
 */
CHECKED_ALONE int source__judge(struct scratch *scratch, struct seat *seat, __be32 subnet,
				__u32 network, __u32 now_s)
{
	const struct xdpxe_limits *limit = bpf_map_lookup_elem(&limits, &network);
	struct way way = { .subnet = subnet, .whole = 1 };
	struct xdpxe_source *source, *whole;
	__u32 share;

	if (!scratch || !seat)
		return SOURCE_HOLD;
	seat->whole = source__find(&way);
	way.whole = 0;
	way.port = port_number;
	way.giaddr = scratch->message.giaddr;
	way.circuit = source__circuit(scratch);
	seat->source = source__find(&way);
	if (!seat->source)
		seat->source = seat->whole;
	source = source__at(seat->source);
	whole = source__at(seat->whole);
	if (!limit || !source || !whole)
		return SOURCE_HOLD;
	if (limit->leases_max && (__s32)source->leases >= (__s32)limit->leases_max)
		return SOURCE_FULL;
	share = source__share(limit, whole, now_s);
	if (!limit->offers_max || ((__s32)whole->offers < (__s32)share &&
				   (__s32)source->offers < (__s32)(share - share / 2)))
		return SOURCE_HOLD;
	whole->lent_s = now_s;
	return SOURCE_LEND;
}

/** source__count() - so many more, or less, at a place and in its network; at place 0 nothing is counted */
CHECKED_ALONE int source__count(__u32 place, __be32 subnet, __s32 offers, __s32 held)
{
	struct xdpxe_source *source = source__at(place);
	struct xdpxe_source *whole = source ? source__whole(subnet) : NULL;

	if (!source)
		return 0;
	__sync_fetch_and_add(&source->offers, offers);
	__sync_fetch_and_add(&source->leases, held);
	if (!whole || whole == source)
		return 0;
	__sync_fetch_and_add(&whole->offers, offers);
	__sync_fetch_and_add(&whole->leases, held);
	return 0;
}

/** source__note_empty() - the pool of a network has nothing left */
static __always_inline void source__note_empty(__be32 subnet, __u32 now_s)
{
	struct xdpxe_source *whole = source__whole(subnet);

	if (whole)
		whole->empty_s = now_s;
}

/** source__lent() - has an address of this network been lent within @seconds? */
static __always_inline bool source__lent(__be32 subnet, __u32 now_s, __u32 seconds)
{
	const struct xdpxe_source *whole = source__whole(subnet);

	return whole && whole->lent_s && now_s - whole->lent_s < seconds;
}

/** source__is_member() - is @addr one of the pool of network slot @network? */
CHECKED_ALONE int source__is_member(__u32 network, __be32 addr)
{
	const struct xdpxe_limits *limit = bpf_map_lookup_elem(&limits, &network);
	void *list = bpf_map_lookup_elem(&members, &network);
	__u32 wanted = bpf_ntohl(addr);
	__u32 from = 0, to;

	if (!limit || !list)
		return 0;
	to = limit->members;
	for (int i = 0; i < GUARD_HALVINGS && from < to; i++) {
		__u32 middle = from + (to - from) / 2;
		const __u32 *found = bpf_map_lookup_elem(list, &middle);

		if (!found)
			return 0;
		if (*found == wanted)
			return 1;
		if (*found < wanted)
			from = middle + 1;
		else
			to = middle;
	}
	return 0;
}

#endif
