/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a frame does to the session of its transfer. */
#ifndef XDPXE_BPF_SESSION_STEP_H
#define XDPXE_BPF_SESSION_STEP_H

/*
 * An ACK that comes again sooner than this after its DATA went out is a duplicate of the network's making, and
 * answering it would double every later block (RFC 1123 section 4.2.3.1). The quickest real retry is 100 ms (busybox).
 */
#define REPEAT_MS 50
#define REPEAT_WINDOWS 16

/* What becomes of the session once the reply is under way; nothing is written before that. */
struct session_step {
	struct xdpxe_session_key key;
	struct place place; /* without a session: to be made */
	__u32 now_ms;
	__u32 acked;
	__u32 from; /* blocks behind this one go out, */
	__u32 sent; /* up to this one */
	__u8 state;
	__u8 timeout_s;
	bool begins; /* an RRQ: whatever stood there before is over */
	bool repeats;
	bool lost; /* what comes again is no copy: it comes late */
};

/* The tags that the client's frames have. */
static __always_inline void session__note_tags(struct xdpxe_story *story)
{
	const struct scratch *scratch = scratch__get();

	if (!scratch)
		return;
	_Static_assert(sizeof(story->tags) == sizeof(scratch->tags.tag), "both on the wire");
	story->tags_len = scratch->tags.len;
	__builtin_memcpy(story->tags, scratch->tags.tag, sizeof(story->tags));
}

/* Remember a new transfer, or one that was forgotten. */
static __always_inline void session__make(struct session_step *step, const struct frame *frame)
{
	__u32 sent = step->sent > step->acked ? session__sent(step->now_ms) : 0;
	struct xdpxe_story *story;

	if (step->place.session)
		session__set(&step->place, step->acked, sent);
	else
		session__claim(&step->key, &step->place, step->acked, sent, step->now_ms);
	story = session__story(&step->place);
	if (!step->place.session || !story)
		return;
	story->key = step->key;
	story->begun_ms = exact_ms();
	story->over_ms = 0;
	story->repeats = 0;
	story->suppressed = 0;
	story->repeated = 0;
	story->rewound_ms = step->now_ms - REPEAT_MS;
	story->rewound = 0;
	__builtin_memcpy(story->mac, frame->src, sizeof(story->mac));
	story->state = XDPXE_SESSION_OPEN;
	story->timeout_s = step->timeout_s;
	story->port = port_number;
	story->server = frame->daddr;
	session__note_tags(story);
}

/** session__is_open() - is the transfer known, and under way? */
static __always_inline bool session__is_open(const struct session_step *step)
{
	const struct xdpxe_story *story = step->place.session ? session__story(&step->place) : NULL;

	return story && story->state == XDPXE_SESSION_OPEN;
}

/** session__end() - a transfer is over */
static __always_inline void session__end(const struct session_step *step)
{
	struct xdpxe_story *story = step->place.session ? session__story(&step->place) : NULL;

	if (!story || story->state != XDPXE_SESSION_OPEN)
		return;
	story->state = step->state;
	story->over_ms = step->now_ms;
	if (step->state == XDPXE_SESSION_DONE)
		session__set(&step->place, step->acked, step->place.sent);
}

/** session__repeat() - something came again, and was @answered again or not */
static __always_inline void session__repeat(const struct session_step *step, bool answered)
{
	struct xdpxe_story *story = step->place.session ? session__story(&step->place) : NULL;

	if (!story)
		return;
	if (!answered) {
		story->suppressed++;
		if (step->acked > step->place.acked)
			session__set(&step->place, step->acked, step->place.sent);
		return;
	}
	story->repeats++;
	if (step->begins)
		return; /* a request that comes again says nothing of a window */
	/* Where only its end went out, what the client says to that is answered. */
	story->repeated = step->from > step->acked ? 0 : step->acked + 1;
}

/** session__take() - write down a step; the last thing that happens to a frame that was answered */
static __always_inline void session__take(struct session_step *step, const struct frame *frame)
{
	if (!step->place.session || (step->begins && !step->repeats)) {
		session__make(step, frame);
		return;
	}
	if (step->repeats)
		session__repeat(step, true);
	if (step->begins)
		return;
	session__set(&step->place, step->acked, session__sent(step->now_ms));
}

#endif
