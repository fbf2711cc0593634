/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A frame with tags: open it by taking them off, serve it as one without, close it by putting them on again. Open and
 * close are calls of their own, so that their stack is not under that of all that serves.
 */
#ifndef XDPXE_BPF_TRUNK_H
#define XDPXE_BPF_TRUNK_H

/**
 * trunk__open() - make a frame that begins with a tag one that has none
 * The port, as its VLAN has it, is left in scratch->vlan, and the frame's facts in scratch->frame.
 * Return: GO_ON; or the reason to end the frame, which is as it was
 */
CHECKED_ALONE int trunk__open(struct xdp_md *ctx, const struct xdpxe_port *port)
{
	struct scratch *scratch = scratch__get();
	struct tags tags = {};
	__u32 network = 0;
	int reason;

	if (!port || !scratch)
		return XDPXE_R_EMIT_FAILED;
	reason = vlan__look(ctx, port, &tags, &scratch->frame, &network);
	if (reason != GO_ON)
		return reason;
	vlan__fill_port(&scratch->vlan, port, &tags, network);
	if (!tags__take_off(ctx, &tags))
		return XDPXE_R_EMIT_FAILED;
	scratch->tags = tags;
	return GO_ON;
}

/**
 * trunk__close() - the end of a frame that was opened
 * @action: what is to become of it; clones get their tags when they are written
 * Return: the frame's action
 */
CHECKED_ALONE int trunk__close(struct xdp_md *ctx, int action)
{
	struct scratch *scratch = scratch__get();
	struct tags tags;

	if (!scratch)
		return verdict(XDPXE_R_EMIT_FAILED);
	tags = scratch->tags;
	scratch->tags.len = 0;
	if (!verdict__is_redirect(action) && tags__put_on(ctx, &tags))
		return verdict(XDPXE_R_EMIT_FAILED);
	return action;
}

#endif
