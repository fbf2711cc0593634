/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where the soft state of a transfer stands; see struct xdpxe_session_set. */
#ifndef XDPXE_BPF_SESSION_H
#define XDPXE_BPF_SESSION_H

#define SESSION_ALIVE_MS 60000 /* a transfer whose client was heard within that is under way */

/* A session that was found, and its place. */
struct place {
	__u64 *session; /* NULL: not found */
	__u32 acked;	/* what it says, see abi_tftp.h */
	__u32 sent;
	__u32 set;
	__u32 way;
	bool taken; /* not found, but the way has another transfer with this tag */
};

static __always_inline __u64 session__word(const struct xdpxe_session_key *key)
{
	return (__u64)key->client | (__u64)key->client_port << 32 | (__u64)key->tid << 48;
}

/* Fibonacci hashing. Two keys never have the same, and those of one client differ within the upper half. */
static __always_inline __u64 session__hash(__u64 word)
{
	return word * 0x9e3779b97f4a7c15ULL;
}

/* Number of the set that a hash belongs to. */
static __always_inline __u32 session__slot(__u64 hash)
{
	_Static_assert(XDPXE_SESSION_SETS == 1 << 14, "the upper 14 bits");
	return hash >> 50;
}

static __always_inline __u32 session__tag(__u64 hash)
{
	__u32 tag = hash << 14 >> (64 - XDPXE_SESSION_TAG_BITS);

	return tag | !tag;
}

/** session__sent() - a time as sessions have it; never 0 */
static __always_inline __u32 session__sent(__u32 now_ms)
{
	__u32 sent = now_ms >> XDPXE_SESSION_SENT_SHIFT & XDPXE_SESSION_SENT_MASK;

	return sent | !sent;
}

/** session__since() - milliseconds since a session's blocks went out */
static __always_inline __u32 session__since(__u32 sent, __u32 now_ms)
{
	return ((session__sent(now_ms) - sent) & XDPXE_SESSION_SENT_MASK)
	       << XDPXE_SESSION_SENT_SHIFT;
}

/**
 * session__fetch() - begin to read the set of the transfer that a frame to a TID belongs to
 * Among tens of thousands of transfers that is a cache miss. It is waited for while the frame is parsed and judged.
 */
static __always_inline void session__fetch(struct cursor cursor)
{
	const struct reply_headers *headers = cursor.pos;
	struct xdpxe_session_key key;
	struct xdpxe_session_set *set;
	__u32 slot;

	if ((const void *)(headers + 1) > cursor.end)
		return;
	key.client = headers->ip.saddr;
	key.client_port = headers->udp.source;
	key.tid = headers->udp.dest;
	slot = session__slot(session__hash(session__word(&key)));
	set = bpf_map_lookup_elem(&sessions, &slot);
	if (set)
		(void)*(volatile __u64 *)&set->ways[0];
}

/* 1 where a session has another tag, else 0; a comparison would be a branch, see session__find(). */
static __always_inline __u32 session__differs(__u64 session, __u32 tag)
{
	__u64 bits = session >> XDPXE_SESSION_TAG_SHIFT ^ tag;

	OPAQUE(bits);
	bits = -bits;
	OPAQUE(bits);
	return bits >> 63;
}

/**
 * session__find() - look for a transfer by its tag, which may be that of another one: see session__make_sure()
 * No branch depends on where in the set it stands: nothing foretells that, and a CPU that guesses wrong on a cache line
 * that is still on its way throws away all that it has done meanwhile.
 */
static __always_inline void session__find(const struct xdpxe_session_key *key, struct place *place)
{
	__u64 hash = session__hash(session__word(key));
	__u32 slot = session__slot(hash), tag = session__tag(hash);
	struct xdpxe_session_set *set = bpf_map_lookup_elem(&sessions, &slot);
	__u32 others = 1, way = 0;
	__u64 word;

	place->session = NULL;
	place->set = slot;
	place->taken = false;
	if (!set)
		return;
	for (__u32 i = 0; i < XDPXE_SESSION_WAYS; i++) {
		others &= session__differs(set->ways[i], tag);
		way += others;
	}
	if (way >= XDPXE_SESSION_WAYS)
		return;
	place->session = &set->ways[way & (XDPXE_SESSION_WAYS - 1)];
	place->way = way;
	word = *place->session;
	place->acked = xdpxe_session_acked(word);
	place->sent = xdpxe_session_sent(word);
}

/** session__story() - what else is known of the transfer at a place, or NULL */
static __always_inline struct xdpxe_story *session__story(const struct place *place)
{
	__u32 slot = place->set;
	struct xdpxe_story_set *set = bpf_map_lookup_elem(&stories, &slot);

	return set ? &set->ways[place->way & (XDPXE_SESSION_WAYS - 1)] : NULL;
}

/**
 * session__make_sure() - is what was found the transfer, or another with the same tag? That one is taken for not found.
 * One of 100,000 strangers meets such a one, and among 65,536 transfers hardly two. It costs a cache miss.
 */
static __always_inline void session__make_sure(const struct xdpxe_session_key *key,
					       struct place *place)
{
	const struct xdpxe_story *story = place->session ? session__story(place) : NULL;

	if (!story || session__word(&story->key) == session__word(key))
		return;
	place->session = NULL;
	place->taken = true;
}

/** session__all_known() - does the map hold every transfer that is under way? */
static __always_inline bool session__all_known(void)
{
	__u32 slot = XDPXE_SESSION_SETS;
	const __u64 *mark = bpf_map_lookup_elem(&sessions, &slot);

	return mark && *mark;
}

/* A transfer under way is about to be forgotten. */
static __always_inline void session__unmark(void)
{
	__u32 slot = XDPXE_SESSION_SETS;
	__u64 *mark = bpf_map_lookup_elem(&sessions, &slot);

	if (mark)
		*mark = 0;
}

/* How long a way has been of no use, in ms; a free one always, and what is over goes before what is open. */
static __always_inline __u64 session__age(__u64 session, const struct xdpxe_story *story,
					  __u32 now_ms)
{
	__u32 sent = xdpxe_session_sent(session);

	if (session == 0)
		return 1ULL << 33;
	if (story->state != XDPXE_SESSION_OPEN)
		return 1ULL << 32 | (__u32)(now_ms - story->over_ms);
	return sent ? session__since(sent, now_ms) : (__u32)(now_ms - story->begun_ms);
}

#define AGE_SHIFT 8 /* below it stands a way, above how long it has been of no use */

/**
 * session__choose() - the way for a new transfer: one with its tag, or else the one of the least use
 * @taken: number of a way with its tag; as many as there are: none
 * Return: ms << AGE_SHIFT | number of the way
 */
CHECKED_ALONE __u64 session__choose(const struct xdpxe_session_set *set,
				    const struct xdpxe_story_set *told, __u32 taken, __u32 now_ms)
{
	__u64 age, most = 0;

	if (!set || !told)
		return 0;
	for (__u32 i = 0; i < XDPXE_SESSION_WAYS; i++) {
		age = session__age(set->ways[i], &told->ways[i], now_ms) << AGE_SHIFT | i;
		if (i == taken)
			return age;
		if (age > most)
			most = age;
	}
	return most;
}

/**
 * session__claim() - a place for a new transfer, and its session there; the story is still to be written
 * Leaves place->session NULL when another CPU was faster; the transfer then goes on without.
 */
static __always_inline void session__claim(const struct xdpxe_session_key *key, struct place *place,
					   __u32 acked, __u32 sent, __u32 now_ms)
{
	__u32 slot = place->set, taken = place->taken ? place->way : XDPXE_SESSION_WAYS;
	struct xdpxe_session_set *set = bpf_map_lookup_elem(&sessions, &slot);
	struct xdpxe_story_set *told = bpf_map_lookup_elem(&stories, &slot);
	__u32 tag = session__tag(session__hash(session__word(key)));
	__u64 *session, chosen, old;

	if (!set || !told)
		return;
	chosen = session__choose(set, told, taken, now_ms);
	if (chosen >> AGE_SHIFT < SESSION_ALIVE_MS)
		session__unmark();
	place->way = chosen & (XDPXE_SESSION_WAYS - 1);
	session = &set->ways[place->way];
	old = *session;
	if (__sync_val_compare_and_swap(session, old, xdpxe_session_word(tag, acked, sent)) == old)
		place->session = session;
}

/** session__set() - where a transfer that was found is now */
static __always_inline void session__set(const struct place *place, __u32 acked, __u32 sent)
{
	__u64 tag = *place->session >> XDPXE_SESSION_TAG_SHIFT;

	*place->session = xdpxe_session_word(tag, acked, sent);
}

#endif
