/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A frame with tags from end to end: take them off, serve it as one without, put them on again. */
#ifndef XDPXE_BPF_TRUNK_H
#define XDPXE_BPF_TRUNK_H

static __always_inline int trunk__serve(struct xdp_md *ctx, struct scratch *scratch)
{
	struct frame *frame = &scratch->frame;

	if (is_tid(frame->dport))
		return tftp__handle_transfer(ctx, &scratch->vlan);
	frame__take_macs(ctx, frame);
	if (frame->dport == bpf_htons(TFTP_PORT))
		return tftp__handle_request(ctx, &scratch->vlan, frame);
	return dhcp__handle(ctx, &scratch->vlan, frame);
}

/** trunk__handle() - a frame that begins with a tag. Return: its action */
CHECKED_ALONE int trunk__handle(struct xdp_md *ctx, const struct xdpxe_port *port)
{
	struct scratch *scratch = scratch__get();
	struct tags tags = {};
	__u32 network = 0;
	int reason, action;

	if (!port || !scratch)
		return verdict(XDPXE_R_EMIT_FAILED);
	reason = vlan__look(ctx, port, &tags, &scratch->frame, &network);
	if (reason != GO_ON)
		return verdict(reason);
	vlan__fill_port(&scratch->vlan, port, &tags, network);
	if (!tags__take_off(ctx, &tags))
		return verdict(XDPXE_R_EMIT_FAILED);
	scratch->tags = tags;
	action = trunk__serve(ctx, scratch);
	scratch->tags.len = 0;
	if (!verdict__is_redirect(action) && tags__put_on(ctx, &tags))
		return verdict(XDPXE_R_EMIT_FAILED);
	return action;
}

#endif
