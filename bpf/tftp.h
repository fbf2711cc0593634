/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* TFTP from end to end: a request to port 69, and what comes to a TID port. */
#ifndef XDPXE_BPF_TFTP_H
#define XDPXE_BPF_TFTP_H

/*
 * An RRQ that comes again so soon after a block has been sent was delayed, in the network or on its way through the
 * daemon: to begin anew would end the transfer that has long begun. A client that really starts over asks once more.
 */
#define LATE_REQUEST_MS 500

/* What a session is told of an RRQ that is about to be answered. Return: it comes too late to be answered. */
static __always_inline bool tftp__step_of_request(struct session_step *step,
						  const struct frame *frame,
						  const struct tftp_request *request, __be16 tid,
						  int reason)
{
	const struct place *place = &step->place;
	const struct xdpxe_story *story;

	step->key.client = frame->saddr;
	step->key.client_port = frame->sport;
	step->key.tid = tid;
	session__find(&step->key, &step->place);
	session__make_sure(&step->key, &step->place);
	step->now_ms = now_ms();
	step->begins = true;
	step->sent = reason == XDPXE_R_TFTP_DATA_FIRST;
	step->timeout_s = request->timeout;
	story = place->session ? session__story(place) : NULL;
	step->repeats = story && story->state == XDPXE_SESSION_OPEN && place->acked == 0;
	return story && story->state == XDPXE_SESSION_OPEN && place->acked > 0 &&
	       session__since(place->sent, step->now_ms) < LATE_REQUEST_MS;
}

/* Answer an RRQ whose transfer has a TID. */
static __always_inline int tftp__answer_request(struct xdp_md *ctx, const struct xdpxe_port *port,
						const struct frame *frame,
						const struct tftp_request *request,
						struct scratch *scratch, struct job *job)
{
	struct session_step step = {};
	struct xdpxe_params params = {};
	__be16 tid = 0;
	__u64 size = 0;
	bool sent;
	int action;
	int reason = tftp__decide_request(port, request, &scratch->name, frame->saddr, &params,
					  &tid, &size);

	if (reason == XDPXE_R_TFTP_NEW_PARAMS && !guard__may_have_tid(port->network, frame->saddr))
		return verdict(XDPXE_R_MISS_TOO_MANY);
	if (verdict__action(reason) == XDPXE_ACTION_MISS)
		return miss(ctx, port, reason, &scratch->name, &params);
	if (verdict__action(reason) != XDPXE_ACTION_REPLY) {
		event__refusal(frame, reason);
		return verdict(reason);
	}
	if (tftp__plan_error(job, reason)) {
		headers__answer(&job->headers, port, frame, bpf_htons(TFTP_PORT));
		action = emit(ctx, port, frame, scratch, job, reason, &sent);
		if (sent)
			event__refusal(frame, reason);
		return action;
	}
	if (tftp__step_of_request(&step, frame, request, tid, reason))
		return verdict(XDPXE_R_TFTP_LATE_REQUEST);
	headers__answer(&job->headers, port, frame, tid);
	if (reason == XDPXE_R_TFTP_OACK) {
		if (params.windowsize < tftp__largest_window(port, request))
			count(XDPXE_R_TFTP_WINDOW_CUT);
		tftp__plan_oack(job, request, &params, size, port->clone);
	} else {
		job->data.size = size;
		job->data.image = params.image;
		job->data.block = 1;
		job->data.blksize = params.blksize;
		job->data.sums = XDPXE_NONE;
		job->data.rollover = params.rollover;
		tftp__plan_data(job, 1);
	}
	action = emit(ctx, port, frame, scratch, job, reason, &sent);
	if (sent) {
		if (!step.repeats)
			event__request(frame, tid, reason);
		session__take(&step, frame);
		count_some(XDPXE_R_TFTP_BLOCKS, step.sent);
	}
	return action;
}

/** tftp__handle_request() - a datagram to port 69. Return: the frame's action */
CHECKED_ALONE int tftp__handle_request(struct xdp_md *ctx, const struct xdpxe_port *port,
				       const struct frame *frame)
{
	struct scratch *scratch = scratch__get();
	struct job *job = scratch ? emit__begin(scratch) : NULL;
	struct tftp_request *request;
	int reason;

	if (!port || !frame || !scratch || !job)
		return verdict(XDPXE_R_EMIT_FAILED);
	request = &scratch->request;
	reason = tftp__check_peer(port, frame);
	if (reason == GO_ON && !guard__may_request(port->network, frame->saddr))
		reason = XDPXE_R_TFTP_TOO_MANY;
	if (reason == GO_ON)
		reason = payload__load(ctx, frame, scratch);
	if (reason == GO_ON)
		reason = tftp__parse(scratch, frame->payload_len, request);
	if (reason != GO_ON)
		return verdict(reason);
	if (request->bad_option)
		count(XDPXE_R_TFTP_BAD_OPTION);
	lease__hold(frame->saddr);
	return tftp__answer_request(ctx, port, frame, request, scratch, job);
}

/* The four bytes of an ACK, or of the head of an ERROR. Return: GO_ON, or the reason to pass up. */
static __always_inline int tftp__check_head(const struct frame *frame)
{
	const struct tftp_header *head = &frame->head;
	__u32 sum;

	if (!frame->has_head)
		return XDPXE_R_TFTP_NOT_ACK;
	if (head->opcode == bpf_htons(TFTP_ERROR))
		return GO_ON;
	if (head->opcode != bpf_htons(TFTP_ACK) || frame->payload_len != sizeof(*head))
		return XDPXE_R_TFTP_NOT_ACK;
	sum = (__u32)head->opcode + head->block;
	return frame__checksum_ok(frame, sum) ? GO_ON : XDPXE_R_UDP_CHECKSUM;
}

/* The client gives up, or only wanted the size. */
static __always_inline int tftp__handle_error(struct xdp_md *ctx, const struct frame *frame,
					      struct scratch *scratch, struct session_step *step)
{
	int reason = payload__load(ctx, frame, scratch);

	if (reason != GO_ON)
		return verdict(reason);
	session__make_sure(&step->key, &step->place);
	reason = tftp__decide_error(step);
	if (session__is_open(step))
		event__end(ctx, frame, step->place.acked, reason);
	session__end(step);
	return verdict(reason);
}

/* An ACK that no block can follow. */
static __always_inline int tftp__turn_away(struct xdp_md *ctx, const struct xdpxe_port *port,
					   struct frame *frame, struct scratch *scratch, int reason)
{
	struct job *job = emit__begin(scratch);
	bool sent;

	if (!job || !tftp__plan_error(job, reason))
		return verdict(XDPXE_R_EMIT_FAILED);
	frame__take_macs(ctx, frame);
	headers__answer(&job->headers, port, frame, frame->dport);
	return emit(ctx, port, frame, scratch, job, reason, &sent);
}

/* The last block is acknowledged; not for the first time, perhaps. */
static __always_inline void tftp__complete(struct xdp_md *ctx, const struct frame *frame,
					   const struct session_step *step)
{
	if (!step->place.session || session__is_open(step))
		event__end(ctx, frame, step->acked, XDPXE_R_TFTP_COMPLETE);
	session__end(step);
}

/*
 * The daemon asks for a client of which no ACK came. More often than not it has the window, and its ACK was lost, or it
 * lacks the last block alone. So that one goes out: who has all, or all before it, acknowledges it, and who lacks
 * another says which. Who lacks all of the window and says nothing gets it whole when the daemon asks once more.
 */
static __always_inline void tftp__keep_last(struct session_step *step, struct job *job)
{
	step->from = step->sent - 1;
	job->data.block = step->sent;
}

static __always_inline int tftp__handle_ack(struct xdp_md *ctx, const struct xdpxe_port *port,
					    struct frame *frame, struct scratch *scratch,
					    const struct xdpxe_tid *tid, struct session_step *step)
{
	struct job *job = emit__begin(scratch);
	const struct xdpxe_chunk *chunk;
	int action, reason;
	bool sent;

	if (!job)
		return verdict(XDPXE_R_EMIT_FAILED);
	reason = tftp__decide_ack(tid, bpf_ntohs(frame->head.block), port->clone, step, &job->data);
	if (reason == XDPXE_R_TFTP_PLACE_LOST)
		event__end(ctx, frame, 0, reason);
	if (reason == XDPXE_R_TFTP_PLACE_LOST || reason == XDPXE_R_TFTP_STRANGER)
		return tftp__turn_away(ctx, port, frame, scratch, reason);
	if (reason != XDPXE_R_TFTP_DATA) {
		if (reason == XDPXE_R_TFTP_COMPLETE)
			tftp__complete(ctx, frame, step);
		else if (reason == XDPXE_R_TFTP_REPEAT_SUPPRESSED)
			session__repeat(step, false);
		return verdict(reason);
	}
	if (step->repeats && daemon__asks_last(ctx))
		tftp__keep_last(step, job);
	chunk = image__chunk(&job->data, job->data.block);
	if (!chunk)
		return verdict(XDPXE_R_TFTP_IMAGE_GONE);
	if (!step->place.session)
		frame__take_macs(ctx, frame); /* for the session that is to be made */
	tftp__plan_data(job, step->sent - step->from);
	action = emit_data(ctx, port, frame, scratch, job, chunk, reason, &sent);
	if (sent) {
		session__take(step, frame);
		count_some(XDPXE_R_TFTP_BLOCKS, step->sent - step->from);
		if (step->lost)
			loss__note(scratch);
	}
	return action;
}

/* To a TID port that means nothing now: an ACK is told so, unless the port may be the host's own. */
static __always_inline int tftp__handle_unknown(struct xdp_md *ctx, const struct xdpxe_port *port,
						struct frame *frame, struct scratch *scratch)
{
	if (port->front || frame->head.opcode != bpf_htons(TFTP_ACK))
		return verdict(XDPXE_R_TFTP_UNKNOWN_TID);
	return tftp__turn_away(ctx, port, frame, scratch, XDPXE_R_TFTP_STRANGER);
}

/**
 * tftp__handle_transfer() - a frame to a TID port, not parsed yet. Return: its action
 * The one path that is taken for every block: its facts are on a stack of its own, where the compiler keeps them in
 * registers.
 */
CHECKED_ALONE int tftp__handle_transfer(struct xdp_md *ctx, const struct xdpxe_port *port)
{
	struct scratch *scratch = scratch__get();
	struct cursor cursor = { (void *)(long)ctx->data, (void *)(long)ctx->data_end };
	struct session_step step = {};
	struct frame frame = {};
	const struct xdpxe_tid *tid;
	__u32 slot;
	int reason;

	if (!port || !scratch)
		return verdict(XDPXE_R_EMIT_FAILED);
	session__fetch(cursor);
	reason = frame__parse(cursor, &frame);
	if (reason == GO_ON)
		reason = tftp__check_peer(port, &frame);
	if (reason == GO_ON)
		reason = tftp__check_head(&frame);
	if (reason != GO_ON)
		return verdict(reason);
	slot = bpf_ntohs(frame.dport) - XDPXE_TID_FIRST;
	tid = bpf_map_lookup_elem(&tids, &slot);
	if (!tid || tid->params.blksize == 0)
		return tftp__handle_unknown(ctx, port, &frame, scratch);
	step.key.client = frame.saddr;
	step.key.client_port = frame.sport;
	step.key.tid = frame.dport;
	session__find(&step.key, &step.place);
	step.now_ms = tick_ms(scratch);
	if (frame.head.opcode == bpf_htons(TFTP_ERROR))
		return tftp__handle_error(ctx, &frame, scratch, &step);
	return tftp__handle_ack(ctx, port, &frame, scratch, tid, &step);
}

#endif
