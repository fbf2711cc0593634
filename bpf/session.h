/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where the soft state of a transfer stands; see struct xdpxe_session_set. */
#ifndef XDPXE_BPF_SESSION_H
#define XDPXE_BPF_SESSION_H

#define SESSION_ALIVE_NS                                                                           \
	60000000000ULL /* a transfer whose client was heard within that is under way */

static __always_inline __u64 session__word(const struct xdpxe_session_key *key)
{
	return (__u64)key->client | (__u64)key->client_port << 32 | (__u64)key->tid << 48;
}

static __always_inline __u64 *session__key_word(struct xdpxe_session *session)
{
	return (__u64 *)&session->key;
}

static __always_inline struct xdpxe_session_set *session__set(__u64 word)
{
	__u32 slot = word * 0x9e3779b97f4a7c15ULL >> 48; /* Fibonacci hashing */

	_Static_assert(XDPXE_SESSION_SETS == 1 << 16, "the upper 16 bits of the product");
	return bpf_map_lookup_elem(&sessions, &slot);
}

/** session__find() - the session of a transfer, or NULL */
static __always_inline struct xdpxe_session *session__find(const struct xdpxe_session_key *key)
{
	__u64 word = session__word(key);
	struct xdpxe_session_set *set = session__set(word);

	if (!set)
		return NULL;
	for (int i = 0; i < XDPXE_SESSION_WAYS; i++)
		if (*session__key_word(&set->ways[i]) == word)
			return &set->ways[i];
	return NULL;
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

/* When a way may be used again: free ones first, then what is over, then what was heard of first. */
static __always_inline __u64 session__rank(const struct xdpxe_session *session)
{
	if (session->key.tid == 0)
		return 0;
	return session->last_ns | (session->state == XDPXE_SESSION_OPEN ? 1ULL << 63 : 0);
}

/**
 * session__claim() - a place for a new transfer; all but its key is still to be written
 * Return: NULL when another CPU was faster; the transfer then goes on without
 */
static __always_inline struct xdpxe_session *session__claim(const struct xdpxe_session_key *key,
							    __u64 now_ns)
{
	__u64 word = session__word(key);
	struct xdpxe_session_set *set = session__set(word);
	struct xdpxe_session *place;
	__u64 old;

	if (!set)
		return NULL;
	place = &set->ways[0];
	for (int i = 1; i < XDPXE_SESSION_WAYS; i++)
		if (session__rank(&set->ways[i]) < session__rank(place))
			place = &set->ways[i];
	old = *session__key_word(place);
	if (old && place->state == XDPXE_SESSION_OPEN && now_ns - place->last_ns < SESSION_ALIVE_NS)
		session__unmark();
	if (__sync_val_compare_and_swap(session__key_word(place), old, word) != old)
		return NULL;
	return place;
}

#endif
