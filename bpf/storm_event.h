/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the command is told. */
#ifndef XDPXE_BPF_STORM_EVENT_H
#define XDPXE_BPF_STORM_EVENT_H

struct brief_event {
	struct storm_event head;
	__u8 frame[STORM_BRIEF_MAX];
};

struct long_event {
	struct storm_event head;
	__u8 frame[STORM_FRAME_MAX];
};

static __always_inline void event__head(struct storm_event *event, __u32 machine, __u16 kind,
					__u32 block, __u16 len)
{
	event->time_ns = bpf_ktime_get_ns();
	event->machine = machine;
	event->block = block;
	event->kind = kind;
	event->len = len;
	event->pad = 0;
}

/** event__plain() - an event without a frame */
static __always_inline void event__plain(__u32 machine, __u16 kind, __u32 block)
{
	struct storm_event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event) {
		tally(STORM_TALLY_RING_FULL, 1);
		return;
	}
	event__head(event, machine, kind, block, 0);
	bpf_ringbuf_submit(event, 0);
}

/* A record has a fixed size, and the frame what it has: the rest is left as it is. */
#define EVENT__FILL(ctx, type, machine, kind, len, max)                                            \
	do {                                                                                       \
		struct type *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);              \
		__u32 size = len;                                                                  \
                                                                                                   \
		if (!event) {                                                                      \
			tally(STORM_TALLY_RING_FULL, 1);                                           \
			break;                                                                     \
		}                                                                                  \
		event__head(&event->head, machine, kind, 0, len);                                  \
		if (!is_some(&size, max) || bpf_xdp_load_bytes(ctx, 0, event->frame, size) < 0)    \
			event->head.len = 0;                                                       \
		bpf_ringbuf_submit(event, 0);                                                      \
	} while (0)

/** event__frame() - an event with the frame; one that is longer than STORM_FRAME_MAX is told with length 0 */
static __always_inline void event__frame(struct xdp_md *ctx, __u32 machine, __u16 kind)
{
	__u32 len = bpf_xdp_get_buff_len(ctx);

	if (len <= STORM_BRIEF_MAX)
		EVENT__FILL(ctx, brief_event, machine, kind, len, STORM_BRIEF_MAX);
	else
		EVENT__FILL(ctx, long_event, machine, kind, len, STORM_FRAME_MAX);
}

#endif
