// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sessions.h"

#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>

#include "mapread.h"

#define AHEAD 64 /* units that a frame may have come after the clock was read */

struct each {
	const struct maps *maps;
	sessions_fn fn;
	void *context;
	uint32_t now_ms;
};

static bool is_free(const struct xdpxe_session_set *set)
{
	bool none = true;

	for (int i = 0; i < XDPXE_SESSION_WAYS; i++)
		none = none && set->ways[i] == 0;
	return none;
}

/* Times that lie ahead by a little are of frames that came after the clock was read. */
static uint32_t since(uint32_t now_ms, uint32_t then_ms)
{
	uint32_t ms = now_ms - then_ms;

	return ms > INT32_MAX ? 0 : ms;
}

/* The same for a time as sessions have it, which says less: what lies ahead by more was long ago. */
static uint32_t since_sent(uint32_t now_ms, uint32_t sent)
{
	uint32_t units = ((now_ms >> XDPXE_SESSION_SENT_SHIFT) - sent) & XDPXE_SESSION_SENT_MASK;

	return units > XDPXE_SESSION_SENT_MASK - AHEAD ? 0 : units << XDPXE_SESSION_SENT_SHIFT;
}

static void fill_session(struct transfer *transfer, uint64_t word, uint32_t now_ms)
{
	struct transfer_session *session = &transfer->session;
	uint32_t sent = xdpxe_session_sent(word);

	session->key = transfer->story.key;
	session->acked = xdpxe_session_acked(word);
	transfer->quiet_ms = sent ? since_sent(now_ms, sent) : 0;
	session->sent_ms = sent ? now_ms - transfer->quiet_ms : 0;
	if (sent && !session->sent_ms)
		session->sent_ms = 1;
}

static void fill_times(struct transfer *transfer, uint32_t now_ms)
{
	const struct xdpxe_story *story = &transfer->story;

	transfer->age_ms = since(now_ms, story->begun_ms);
	if (story->state != XDPXE_SESSION_OPEN)
		transfer->idle_ms = since(now_ms, story->over_ms);
	else
		transfer->idle_ms =
			transfer->session.sent_ms ? transfer->quiet_ms : transfer->age_ms;
}

static int each_set(const void *key, const void *value, void *context)
{
	const struct xdpxe_session_set *set = value;
	const struct each *each = context;
	const __u32 *slot = key;
	struct xdpxe_story_set stories;
	struct transfer transfer;
	int err = 0;

	if (*slot >= XDPXE_SESSION_SETS || is_free(set))
		return 0;
	if (bpf_map_lookup_elem(each->maps->stories, slot, &stories) < 0)
		return -errno;
	for (int i = 0; i < XDPXE_SESSION_WAYS && !err; i++) {
		transfer.story = stories.ways[i];
		if (!set->ways[i] || !transfer.story.key.tid)
			continue; /* free, or about to be told */
		fill_session(&transfer, set->ways[i], each->now_ms);
		fill_times(&transfer, each->now_ms);
		err = each->fn(&transfer, each->context);
	}
	return err;
}

int sessions__each(const struct maps *maps, sessions_fn fn, void *context)
{
	struct each each = {
		.maps = maps,
		.fn = fn,
		.context = context,
		.now_ms = (uint32_t)(mapread__now_ns() / 1000000),
	};

	return mapread__each(maps->sessions, each_set, &each);
}

static int count_one(const struct transfer *transfer, void *context)
{
	int *count = context;

	(void)transfer;
	(*count)++;
	return 0;
}

int sessions__count(const struct maps *maps)
{
	int count = 0;
	int err = sessions__each(maps, count_one, &count);

	return err < 0 ? err : count;
}

bool sessions__has_mark(const struct maps *maps)
{
	__u32 slot = XDPXE_SESSION_SETS;
	struct xdpxe_session_set set;
	__u64 mark = 0;

	if (bpf_map_lookup_elem(maps->sessions, &slot, &set) == 0)
		memcpy(&mark, &set, sizeof(mark));
	return mark != 0;
}

int sessions__set_mark(const struct maps *maps)
{
	__u32 slot = XDPXE_SESSION_SETS;
	struct xdpxe_session_set set = {};

	memset(&set, 0xff, sizeof(__u64));
	return bpf_map_update_elem(maps->sessions, &slot, &set, BPF_ANY) < 0 ? -errno : 0;
}
