/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Handing a frame to the daemon, which completes the maps and runs it again. */
#ifndef XDPXE_BPF_MISS_H
#define XDPXE_BPF_MISS_H

/**
 * miss() - end a frame that the maps have no answer for
 * @name: @params: what a TID is wanted for, NULL with any other reason
 * Return: the frame's action
 */
static __always_inline int miss(struct xdp_md *ctx, const struct xdpxe_port *port, int reason,
				const struct xdpxe_name *name, const struct xdpxe_params *params)
{
	__u64 len = bpf_xdp_get_buff_len(ctx);
	struct xdpxe_miss *record;

	if (len < ETH_HLEN || len > XDPXE_FRAME_MAX)
		return verdict(XDPXE_R_MISS_TOO_LONG);
	record = bpf_ringbuf_reserve(&misses, sizeof(*record), 0);
	if (!record)
		return verdict(XDPXE_R_MISS_RING_FULL);
	record->time_ns = now_ns();
	record->ifindex = port->ifindex;
	record->reason = reason;
	record->len = len;
	record->network = port->network;
	record->pad = 0;
	if (params)
		record->params = *params;
	else
		__builtin_memset(&record->params, 0, sizeof(record->params));
	if (name)
		record->name = *name;
	else
		__builtin_memset(&record->name, 0, sizeof(record->name));
	if (bpf_xdp_load_bytes(ctx, 0, record->frame, len) < 0) {
		bpf_ringbuf_discard(record, 0);
		return verdict(XDPXE_R_EMIT_FAILED);
	}
	bpf_ringbuf_submit(record, 0);
	return verdict(reason);
}

#endif
