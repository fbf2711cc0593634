/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where the soft state of a transfer stands; see struct xdpxe_session_set. */
#ifndef XDPXE_BPF_SESSION_H
#define XDPXE_BPF_SESSION_H

#define SESSION_ALIVE_MS 60000 /* a transfer whose client was heard within that is under way */

/* A session that was found, and its place. */
struct place {
	struct xdpxe_session *session; /* NULL: not found */
	__u32 set;
	__u32 way;
};

static __always_inline __u64 session__word(const struct xdpxe_session_key *key)
{
	return (__u64)key->client | (__u64)key->client_port << 32 | (__u64)key->tid << 48;
}

static __always_inline __u64 *session__key_word(struct xdpxe_session *session)
{
	return (__u64 *)&session->key;
}

/* Number of the set that a key belongs to. */
static __always_inline __u32 session__slot(__u64 word)
{
	_Static_assert(XDPXE_SESSION_SETS == 1 << 16, "the upper 16 bits of the product");
	return word * 0x9e3779b97f4a7c15ULL >> 48; /* Fibonacci hashing */
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
	slot = session__slot(session__word(&key));
	set = bpf_map_lookup_elem(&sessions, &slot);
	if (set)
		(void)*(volatile __u64 *)session__key_word(&set->ways[0]);
}

/* 0 where two words are the same, else 1; a comparison would be a branch, see session__find(). */
static __always_inline __u32 session__differ(__u64 a, __u64 b)
{
	__u64 bits = a ^ b;

	OPAQUE(bits);
	bits |= -bits;
	OPAQUE(bits);
	return bits >> 63;
}

/**
 * session__find() - look for a transfer
 * No branch depends on where in the set it stands: nothing foretells that, and a CPU that guesses wrong on a cache line
 * that is still on its way throws away all that it has done meanwhile.
 */
static __always_inline void session__find(const struct xdpxe_session_key *key, struct place *place)
{
	__u64 word = session__word(key);
	__u32 slot = session__slot(word);
	struct xdpxe_session_set *set = bpf_map_lookup_elem(&sessions, &slot);
	__u32 others = 1, way = 0;

	place->session = NULL;
	place->set = slot;
	if (!set)
		return;
	for (__u32 i = 0; i < XDPXE_SESSION_WAYS; i++) {
		others &= session__differ(*session__key_word(&set->ways[i]), word);
		way += others;
	}
	if (way >= XDPXE_SESSION_WAYS)
		return;
	place->session = &set->ways[way & (XDPXE_SESSION_WAYS - 1)];
	place->way = way;
}

/** session__story() - what else is known of the transfer at a place, or NULL */
static __always_inline struct xdpxe_story *session__story(const struct place *place)
{
	__u32 slot = place->set;
	struct xdpxe_story_set *set = bpf_map_lookup_elem(&stories, &slot);

	return set ? &set->ways[place->way & (XDPXE_SESSION_WAYS - 1)] : NULL;
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
static __always_inline __u64 session__age(const struct xdpxe_session *session,
					  const struct xdpxe_story *story, __u32 now_ms)
{
	if (session->key.tid == 0)
		return 1ULL << 33;
	if (story->state != XDPXE_SESSION_OPEN)
		return 1ULL << 32 | (__u32)(now_ms - story->over_ms);
	return (__u32)(now_ms - (session->sent_ms ? session->sent_ms : story->begun_ms));
}

/**
 * session__claim() - a place for a new transfer; all but its key is still to be written
 * Leaves place->session NULL when another CPU was faster; the transfer then goes on without.
 */
static __always_inline void session__claim(const struct xdpxe_session_key *key, struct place *place,
					   __u32 now_ms)
{
	__u32 slot = place->set;
	struct xdpxe_session_set *set = bpf_map_lookup_elem(&sessions, &slot);
	struct xdpxe_story_set *told = bpf_map_lookup_elem(&stories, &slot);
	struct xdpxe_session *oldest;
	__u64 age, most = 0, old;

	if (!set || !told)
		return;
	oldest = &set->ways[0];
	place->way = 0;
	for (__u32 i = 0; i < XDPXE_SESSION_WAYS; i++) {
		age = session__age(&set->ways[i], &told->ways[i], now_ms);
		if (age <= most)
			continue;
		most = age;
		oldest = &set->ways[i];
		place->way = i;
	}
	if (most < SESSION_ALIVE_MS)
		session__unmark();
	old = *session__key_word(oldest);
	if (__sync_val_compare_and_swap(session__key_word(oldest), old, session__word(key)) == old)
		place->session = oldest;
}

#endif
