/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Sending a reply: in the client's own frame, or, where that has no room, in a clone. The only caller of
 * bpf_xdp_adjust_tail(). All that can fail for want of facts has been decided before; a changed frame is never passed.
 */
#ifndef XDPXE_BPF_EMIT_H
#define XDPXE_BPF_EMIT_H

/* A frame on its way to the devmap's program is marked where its Ethernet header was: a multicast source no NIC has. */
#define MARK 0x45585044582d4b5fULL
struct mark {
	__u64 magic;
	__u32 job;
	__u16 pad;
} __attribute__((packed));
_Static_assert(sizeof(struct mark) == ETH_HLEN, "fits the shortest frame");

/** emit__begin() - a job to fill; NULL never happens. It is the same one until emit__clone() has used it. */
static __always_inline struct job *emit__begin(struct scratch *scratch)
{
	__u32 slot = scratch->next_job & (XDPXE_JOBS - 1);

	return bpf_map_lookup_elem(&jobs, &slot);
}

/* Write a reply, or block @block of it, over a frame as long as that. Return: 0, or not 0 when it is no good. */
static __always_inline long emit__write(struct xdp_md *ctx, struct job *job, __u32 block,
					struct scratch *scratch)
{
	const struct xdpxe_chunk *chunk;

	switch (job->kind) {
	case JOB_TFTP_DATA:
		chunk = image__chunk(&job->data, block);
		return chunk ? tftp__write_data(ctx, job, block, chunk) : -1;
	case JOB_TFTP_SHORT:
		return tftp__write_short(ctx, job, scratch);
	default:
		return dhcp__write(ctx, job, scratch);
	}
}

/* Make a frame of @from bytes @to bytes long. Return: 0, or not 0 when it has no room. */
static __always_inline long emit__resize(struct xdp_md *ctx, __u32 from, __u32 to)
{
	return bpf_xdp_adjust_tail(ctx, (int)to - (int)from);
}

/*
 * How many frames a job is copied to. Clones have a page each; the original comes last, and carries a block only if it
 * has room, else it is dropped. The kernel hands frames over by 16 and wakes the receiver with the last hand-over only
 * if something of that is sent: one that consists of a dropped original alone would leave all before it lying. So where
 * the original is dropped the number of frames is even, which no 16 leaves one of; a clone too many goes first.
 */
static __always_inline __u32 emit__shape(struct job *job, bool original_has_room)
{
	job->sent = 0;
	job->skip = 0;
	if (original_has_room)
		return job->count;
	job->skip = job->count & 1 ? 0 : 1;
	return job->count + job->skip + 1;
}

static __always_inline int emit__clone(struct xdp_md *ctx, struct scratch *scratch, struct job *job,
				       bool original_has_room, int reason)
{
	struct mark mark = { .magic = MARK, .job = scratch->next_job & (XDPXE_JOBS - 1) };
	__u32 frames = emit__shape(job, original_has_room);
	void *copies = bpf_map_lookup_elem(&clones, &frames);

	job->tags = scratch->tags;
	if (!copies || bpf_xdp_store_bytes(ctx, 0, &mark, sizeof(mark)) < 0)
		return verdict(XDPXE_R_EMIT_FAILED);
	if (!verdict__is_redirect(bpf_redirect_map(copies, 0, BPF_F_BROADCAST)))
		return verdict(XDPXE_R_EMIT_FAILED);
	scratch->next_job++;
	return verdict__sent(reason, true);
}

/* There is no room in the frame, or more than one is to be sent. */
static __always_inline int emit__elsewhere(struct xdp_md *ctx, const struct xdpxe_port *port,
					   struct scratch *scratch, struct job *job,
					   bool original_has_room, int reason, bool *sent)
{
	if (port->clone)
		return emit__clone(ctx, scratch, job, original_has_room, reason);
	*sent = false;
	return miss(ctx, port, XDPXE_R_NO_ROOM, NULL, NULL);
}

/**
 * emit() - send @job
 * Return: the frame's action. @sent: out: false when the frame is untouched and has gone to the daemon instead
 */
static __always_inline int emit(struct xdp_md *ctx, const struct xdpxe_port *port,
				const struct frame *frame, struct scratch *scratch, struct job *job,
				int reason, bool *sent)
{
	*sent = true;
	if (emit__resize(ctx, frame->len, job->len))
		return emit__elsewhere(ctx, port, scratch, job, false, reason, sent);
	if (emit__write(ctx, job, job->data.block, scratch))
		return verdict(XDPXE_R_EMIT_FAILED);
	return verdict__sent(reason, false);
}

/**
 * emit_data() - as emit(), for DATA whose first block is at hand
 * The one reply that has no time to look twice: a single block is written round the client's own headers, and the job
 * is completed only where clones are needed.
 */
static __always_inline int emit_data(struct xdp_md *ctx, const struct xdpxe_port *port,
				     struct frame *frame, struct scratch *scratch, struct job *job,
				     const struct xdpxe_chunk *chunk, int reason, bool *sent)
{
	struct data_bytes bytes;
	bool room;

	*sent = true;
	if (!data__find(&job->data, job->data.block, chunk, &bytes))
		return verdict(XDPXE_R_EMIT_FAILED);
	room = emit__resize(ctx, frame->len, data__full_len(&job->data)) == 0;
	if (job->count > 1 || !room) {
		frame__take_macs(ctx, frame);
		headers__answer(&job->headers, port, frame, frame->dport);
		if (room) /* clones are as long as the frame: short ones cost less */
			emit__resize(ctx, data__full_len(&job->data), frame->len);
		return emit__elsewhere(ctx, port, scratch, job, room && job->count > 1, reason,
				       sent);
	}
	if (job->len < data__full_len(&job->data))
		emit__resize(ctx, data__full_len(&job->data), job->len);
	if (tftp__turn_data(ctx, port, &job->data, &bytes))
		return verdict(XDPXE_R_EMIT_FAILED);
	return verdict__sent(reason, false);
}

/* Fill the next clone of a job, @from bytes long as yet. Return: was it written? */
static __always_inline bool emit__fill(struct xdp_md *ctx, struct job *job, struct scratch *scratch,
				       __u32 from)
{
	__u32 block = job->data.block + job->sent;
	__u32 len = job->len;

	job->sent++;
	if (job->kind == JOB_TFTP_DATA)
		len = data__frame_len(&job->data, block);
	return emit__resize(ctx, from, len) == 0 && emit__write(ctx, job, block, scratch) == 0 &&
	       tags__put_on(ctx, &job->tags) == 0;
}

/** emit__egress() - a frame in the devmap's program: a clone to fill, the rest of a broadcast, or none of ours */
static __always_inline int emit__egress(struct xdp_md *ctx, struct scratch *scratch)
{
	struct cursor cursor = { (void *)(long)ctx->data, (void *)(long)ctx->data_end };
	__u32 len = cursor.end - cursor.pos;
	const struct mark *mark = cursor__take(&cursor, sizeof(*mark));
	struct job *job;
	__u32 slot;

	if (!mark || mark->magic != MARK)
		return verdict__foreign();
	slot = mark->job & (XDPXE_JOBS - 1);
	job = bpf_map_lookup_elem(&jobs, &slot);
	if (!job || job->sent >= job->count)
		return verdict__rest();
	if (job->skip) {
		job->skip--;
		return verdict__rest();
	}
	return verdict__egress(emit__fill(ctx, job, scratch, len));
}

#endif
