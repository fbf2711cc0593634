/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* TFTP: facts and maps -> a job for tftp_reply.h, or the reason there is none. */
#ifndef XDPXE_BPF_TFTP_DECIDE_H
#define XDPXE_BPF_TFTP_DECIDE_H

/* Is the peer one that is served, where the link has several networks, of which any may be the client's, and any the address it asks. */
CHECKED_ALONE int tftp__check_peer_of_many(const struct xdpxe_port *port, __be32 saddr,
					   __be32 daddr)
{
	const struct xdpxe_network *network;
	__u32 slot;

	if (!port)
		return XDPXE_R_NO_NETWORK;
	if (!link__has_server(port, daddr))
		return XDPXE_R_OTHER_ADDRESS;
	network = network__on_link(port, saddr, &slot);
	return network && network__is_host(network, saddr) && !link__has_server(port, saddr)
		       ? GO_ON
		       : XDPXE_R_FOREIGN_SOURCE;
}

/* Served address and network. Return: GO_ON or the reason to pass up. */
static __always_inline int tftp__check_peer(const struct xdpxe_port *port,
					    const struct frame *frame)
{
	__u32 slot = port->network;
	const struct xdpxe_network *network;

	if (!port->tftp)
		return XDPXE_R_TFTP_OFF;
	network = bpf_map_lookup_elem(&networks, &slot);
	if (!network || network->server == 0)
		return XDPXE_R_NO_NETWORK;
	if (frame->daddr == network->server && network__is_host(network, frame->saddr))
		return GO_ON;
	if (network->next != XDPXE_NONE)
		return tftp__check_peer_of_many(port, frame->saddr, frame->daddr);
	return frame->daddr != network->server ? XDPXE_R_OTHER_ADDRESS : XDPXE_R_FOREIGN_SOURCE;
}

/* A request that is answered with an ERROR whatever the maps say. Return: its reason, or GO_ON. */
static __always_inline int tftp__refuse(const struct xdpxe_port *port,
					const struct tftp_request *request)
{
	int reason = GO_ON;

	if (request->opcode == TFTP_WRQ)
		reason = XDPXE_R_TFTP_WRITE;
	else if (request->malformed)
		reason = XDPXE_R_TFTP_BAD_REQUEST;
	else if (!request->octet)
		reason = XDPXE_R_TFTP_NOT_OCTET;
	else if (request->name_too_long)
		reason = XDPXE_R_TFTP_NOT_FOUND;
	return reason != GO_ON && port->front ? XDPXE_R_TFTP_LEFT_TO_HOST : reason;
}

static __always_inline __u16 tftp__grant_blksize(const struct xdpxe_port *port,
						 const struct tftp_request *request)
{
	if (request->blksize == 0)
		return TFTP_BLKSIZE_DEFAULT;
	return request->blksize < port->blksize_max ? request->blksize : port->blksize_max;
}

/* Without clones there is no window, and the option is left out of the OACK. */
static __always_inline __u8 tftp__largest_window(const struct xdpxe_port *port,
						 const struct tftp_request *request)
{
	__u8 most = port->window < XDPXE_WINDOW_MAX ? port->window : XDPXE_WINDOW_MAX;

	if (request->windowsize == 0 || !port->clone)
		return 1;
	return request->windowsize < most ? request->windowsize : most;
}

/* What is lost on the way keeps it small. A request that comes again may so get another one, and another TID. */
static __always_inline __u8 tftp__grant_window(const struct xdpxe_port *port,
					       const struct tftp_request *request)
{
	__u8 window = tftp__largest_window(port, request);
	struct scratch *scratch = scratch__get();

	return window > LOSSY_WINDOW && scratch && loss__is_seen(scratch) ? LOSSY_WINDOW : window;
}

/* Does the machine behind @addr count 65,535, 1? Its lease tells what kind it is. */
static __always_inline __u8 tftp__rollover(const struct xdpxe_port *port, __be32 addr)
{
	__u32 slot = port->network;
	const struct xdpxe_network *network = bpf_map_lookup_elem(&networks, &slot);
	const struct xdpxe_client *client;
	const struct xdpxe_lease *lease;

	if (!network || !network->rollover_one)
		return 0;
	client = bpf_map_lookup_elem(&owners, &addr);
	lease = client ? bpf_map_lookup_elem(&leases, client) : NULL;
	return lease && lease->arch < XDPXE_ARCHES && network->rollover_one >> lease->arch & 1;
}

/**
 * tftp__decide_request() - what to do about an RRQ
 * @client: its address
 * @params: @tid: out: the transfer and its UDP port, network byte order; @size: out: bytes of the file
 * Return: TFTP_OACK or TFTP_DATA_FIRST, or another reason
 */
static __always_inline int tftp__decide_request(const struct xdpxe_port *port,
						const struct tftp_request *request,
						const struct xdpxe_name *name, __be32 client,
						struct xdpxe_params *params, __be16 *tid,
						__u64 *size)
{
	int reason = port->drain ? XDPXE_R_TFTP_LEFT_TO_HOST : tftp__refuse(port, request);
	const struct xdpxe_file *file;
	const __u16 *number;

	if (reason != GO_ON)
		return reason;
	file = bpf_map_lookup_elem(&files, name);
	if (!file)
		return port->front ? XDPXE_R_TFTP_LEFT_TO_HOST : XDPXE_R_TFTP_NOT_FOUND;
	if (file->flags & XDPXE_FILE_PASS)
		return XDPXE_R_TFTP_PASS_FILE;
	*size = file->size;
	params->image = file->image;
	params->blksize = tftp__grant_blksize(port, request);
	params->windowsize = tftp__grant_window(port, request);
	params->rollover = tftp__rollover(port, client);
	if (file->size >> XDPXE_SESSION_ACKED_BITS >= params->blksize)
		return XDPXE_R_TFTP_PASS_FILE; /* more than XDPXE_BLOCKS_MAX */
	number = bpf_map_lookup_elem(&tid_of, params);
	if (!number)
		return XDPXE_R_TFTP_NEW_PARAMS;
	*tid = bpf_htons(*number);
	if (request->blksize || request->wants_size || request->timeout ||
	    (request->windowsize && port->clone))
		return XDPXE_R_TFTP_OACK;
	return XDPXE_R_TFTP_DATA_FIRST;
}

/* Blocks after which the number on the wire comes again. */
static __always_inline __u32 tftp__period(const struct xdpxe_params *params)
{
	return params->rollover ? 65535 : 65536;
}

/*
 * The block an ACK means, counted without rollover: the one nearest to the last acknowledged. A client that starts over
 * at 1 acknowledges 65,535 blocks by 1 to 65,535.
 */
static __always_inline __u32 tftp__unroll(const struct xdpxe_params *params, __u32 acked, __u16 ack)
{
	__s32 period = tftp__period(params);
	__u32 seen = acked;
	__s32 ahead;

	if (acked >= (__u32)period)
		seen = params->rollover ? (acked - 1) % period + 1 : acked % period;
	ahead = (__s32)ack - (__s32)seen;
	if (ahead > period / 2)
		ahead -= period;
	else if (ahead < -period / 2)
		ahead += period;
	return ahead < 0 && (__u32)-ahead > acked ? ack : acked + ahead;
}

/* Fills @data for the blocks behind @from. */
static __always_inline void tftp__take_tid(struct data_job *data, const struct xdpxe_tid *tid,
					   __u32 from)
{
	data->size = tid->size;
	data->image = tid->params.image;
	data->block = from + 1;
	data->blksize = tid->params.blksize;
	data->sums = tid->sums;
	data->rollover = tid->params.rollover;
}

/*
 * Windows after which an ACK that asks for blocks again is answered at once again. Where frames are being lost it is
 * hardly ever a copy; even if each were one, it would make no more than half as much again.
 */
static __always_inline __u32 tftp__stretch(void)
{
	return loss__was_seen() ? LOSSY_STRETCH : REPEAT_WINDOWS;
}

/*
 * May an ACK that comes again be answered at once? In lock-step never: it is a copy made by the network. In a window it
 * may tell that the first block of it was lost (RFC 7440 section 4). So one is answered, and no other for a stretch of
 * windows: a copy then costs one window, and the ACKs that the client sends for that cannot keep themselves going. None
 * is where the window has just begun anew behind this block: many a client says it for each block behind a gap.
 */
static __always_inline bool tftp__may_repeat_now(const struct session_step *step, __u32 window)
{
	const struct xdpxe_story *story = window > 1 ? session__story(&step->place) : NULL;

	if (!story ||
	    (story->rewound == (__u16)step->acked && step->now_ms - story->rewound_ms < REPEAT_MS))
		return false;
	return story->repeated == 0 ||
	       step->acked + 1 - story->repeated >= tftp__stretch() * window;
}

/* An ACK of blocks that have not been sent. What has been sent follows from what was acknowledged last. */
static __always_inline bool tftp__is_beyond(const struct session_step *step, __u32 window)
{
	const struct place *place = &step->place;

	if (!place->session || step->acked <= place->acked)
		return false;
	return place->sent == 0 || step->acked - place->acked > window;
}

/* Has this ACK been answered already? Sets step->repeats. Return: TFTP_DATA to answer it, or why not. */
static __always_inline int tftp__check_repeat(struct session_step *step, __u32 window)
{
	const struct place *place = &step->place;

	if (!place->session)
		return XDPXE_R_TFTP_DATA;
	if (step->acked < place->acked)
		return XDPXE_R_TFTP_STALE_ACK;
	if (step->acked > place->acked || place->sent == 0)
		return XDPXE_R_TFTP_DATA;
	step->repeats = true;
	step->lost = session__since(place->sent, step->now_ms) >= REPEAT_MS;
	return step->lost || tftp__may_repeat_now(step, window) ? XDPXE_R_TFTP_DATA
								: XDPXE_R_TFTP_REPEAT_SUPPRESSED;
}

/*
 * An ACK inside the window that went out last: something behind it was lost, and all behind it goes out again (RFC 7440
 * section 4). Or it was called forth by a copy, and what it asks for is on its way. So the next ones are for a while
 * answered only with what has not been sent yet, or one copy would double the rest of the transfer.
 * Return: the block behind which to begin
 */
static __always_inline __u32 tftp__begin_behind(struct session_step *step, __u32 window)
{
	const struct place *place = &step->place;
	struct xdpxe_story *story;
	__u32 sent;

	if (!place->session || window == 1 || place->sent == 0 || step->acked <= place->acked)
		return step->acked;
	sent = place->acked + window;
	if (step->acked >= sent)
		return step->acked;
	story = session__story(&step->place);
	if (!story)
		return step->acked;
	if (step->now_ms - story->rewound_ms < REPEAT_MS &&
	    (__u16)(step->acked - story->rewound) < tftp__stretch() * window)
		return sent;
	story->rewound_ms = step->now_ms;
	story->rewound = step->acked;
	return step->acked;
}

/*
 * Does an ACK go on where the session of its tag stands? That is what all but a few do, and then it does not matter if
 * the session is another transfer's, which has the same tag and stands at the same block: what is sent follows from port
 * and number alone, and the other's next ACK is taken for one that came again, which it then does. In all other cases it
 * matters.
 */
static __always_inline bool tftp__goes_on(const struct session_step *step,
					  const struct xdpxe_tid *tid, __u16 ack)
{
	const struct place *place = &step->place;

	return place->session && place->sent && ack - place->acked == tid->params.windowsize &&
	       ack < tid->blocks && tid->blocks < tftp__period(&tid->params);
}

/**
 * tftp__decide_ack() - ACK -> the blocks it asks for: what follows it, up to a window (RFC 7440 section 4)
 * @clones: windows can be sent
 * Return: TFTP_DATA with @data and step->sent filled, or another reason
 */
static __always_inline int tftp__decide_ack(const struct xdpxe_tid *tid, __u16 ack, bool clones,
					    struct session_step *step, struct data_job *data)
{
	__u32 blocks = tid->blocks;
	__u32 window = clones ? tid->params.windowsize : 1;
	bool session;

	if (!tftp__goes_on(step, tid, ack))
		session__make_sure(&step->key, &step->place);
	session = step->place.session;
	if (!session && session__all_known())
		return XDPXE_R_TFTP_STRANGER;
	if (!session && blocks >= tftp__period(&tid->params))
		return XDPXE_R_TFTP_PLACE_LOST;
	if (!session)
		count(XDPXE_R_TFTP_STATELESS);
	/*
	 * A file that never rolls over needs no session for its block: the CPU then fetches block and session at the
	 * same time, where it would wait for one to find the other.
	 */
	step->acked = blocks < tftp__period(&tid->params) || !session
			      ? ack
			      : tftp__unroll(&tid->params, step->place.acked, ack);
	step->state = XDPXE_SESSION_OPEN;
	if (step->acked > blocks || tftp__is_beyond(step, tid->params.windowsize))
		return XDPXE_R_TFTP_ACK_BEYOND;
	if (step->acked == blocks) {
		step->sent = blocks;
		step->state = XDPXE_SESSION_DONE;
		return XDPXE_R_TFTP_COMPLETE;
	}
	step->sent = blocks - step->acked < window ? blocks : step->acked + window;
	step->from = tftp__begin_behind(step, window);
	if (step->from >= step->sent)
		return XDPXE_R_TFTP_REPEAT_SUPPRESSED; /* all of it is on its way */
	tftp__take_tid(data, tid, step->from);
	return tftp__check_repeat(step, tid->params.windowsize);
}

/* An ERROR from the client ends its transfer; one that follows the OACK was a size probe. */
static __always_inline int tftp__decide_error(struct session_step *step)
{
	const struct place *place = &step->place;
	const struct xdpxe_story *story = place->session ? session__story(place) : NULL;

	if (story && story->state == XDPXE_SESSION_OPEN && place->acked == 0 && place->sent == 0) {
		step->state = XDPXE_SESSION_PROBE;
		return XDPXE_R_TFTP_SIZE_PROBE;
	}
	step->state = XDPXE_SESSION_ABORTED;
	return XDPXE_R_TFTP_CLIENT_ERROR;
}

#endif
