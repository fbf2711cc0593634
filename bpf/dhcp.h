/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* DHCP from end to end: parse, decide, reply. */
#ifndef XDPXE_BPF_DHCP_H
#define XDPXE_BPF_DHCP_H

/* Copy the option at @pos, with its code and length, to @to. Return: its bytes, 0 when absent or longer than @max. */
static __always_inline __u16 dhcp__save_option(struct xdp_md *ctx, const struct scratch *scratch,
					       __u32 pos, __u8 *to, __u32 max)
{
	__u32 len;

	if (pos == 0)
		return 0;
	len = scratch->payload[AT(pos + 1)] + 2;
	if (!is_some(&len, max) || bpf_xdp_load_bytes(ctx, HEADERS_LEN + pos, to, len) < 0)
		return 0;
	return len;
}

/* Send a reply, or two that are alike, in clones. @sent: as emit() has it */
static __always_inline int dhcp__emit(struct xdp_md *ctx, const struct xdpxe_port *port,
				      const struct frame *frame, struct scratch *scratch,
				      struct job *job, int reason, bool *sent)
{
	if (job->count < 2)
		return emit(ctx, port, frame, scratch, job, reason, sent);
	*sent = true;
	count(XDPXE_R_DHCP_TOLD_TWICE);
	return emit__clone(ctx, scratch, job, false, reason);
}

/** dhcp__handle() - a datagram to port 67. Return: the frame's action */
CHECKED_ALONE int dhcp__handle(struct xdp_md *ctx, const struct xdpxe_port *port,
			       const struct frame *frame)
{
	struct scratch *scratch = scratch__get();
	struct job *job = scratch ? emit__begin(scratch) : NULL;
	struct dhcp_message *message;
	int action, reason;
	bool sent;

	if (!port || !frame || !scratch || !job)
		return verdict(XDPXE_R_EMIT_FAILED);
	message = &scratch->message;
	if (!port->dhcp)
		return verdict(XDPXE_R_DHCP_OFF);
	reason = payload__load(ctx, frame, scratch);
	if (reason == GO_ON)
		reason = dhcp__parse(scratch, frame->payload_len, message);
	if (reason == GO_ON)
		reason = relay__parse(scratch, message);
	if (reason != GO_ON)
		return verdict(reason);
	message->waited = delay__has_waited(ctx);
	job->dhcp.client_id_len = dhcp__save_option(ctx, scratch, message->client_id,
						    job->dhcp.client_id, OPTION_MAX);
	job->dhcp.uuid_len =
		dhcp__save_option(ctx, scratch, message->uuid, job->dhcp.uuid, UUID_OPTION);
	job->dhcp.selection_len = dhcp__save_option(ctx, scratch, message->selection,
						    job->dhcp.selection, SELECTION_OPTION);
	job->dhcp.relay_agent_len = dhcp__save_option(ctx, scratch, message->relay_agent,
						      job->dhcp.relay_agent, OPTION_MAX);
	reason = dhcp__decide(port, frame, message, job);
	if (reason == XDPXE_R_DHCP_PROXY_OFFER &&
	    dhcp__is_shared(ctx, frame, job->headers.ip.saddr))
		return dhcp__share(ctx, port);
	switch (verdict__action(reason)) {
	case XDPXE_ACTION_REPLY:
		action = dhcp__emit(ctx, port, frame, scratch, job, reason, &sent);
		if (sent)
			event__dhcp(scratch, job, reason);
		return action;
	case XDPXE_ACTION_MISS:
		if (reason == XDPXE_R_DHCP_POOL_EMPTY)
			event__dhcp(scratch, job, reason);
		return miss(ctx, port, reason, NULL, NULL);
	}
	event__dhcp(scratch, job, reason);
	return verdict(reason);
}

#endif
