/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Handing a frame to the daemon, which completes the maps and runs it again. */
#ifndef XDPXE_BPF_MISS_H
#define XDPXE_BPF_MISS_H

/* Those that a flood of invented machines can call forth. */
static __always_inline bool miss__is_of_dhcp(int reason)
{
	return reason == XDPXE_R_DHCP_POOL_EMPTY || reason == XDPXE_R_DHCP_LEASE_BUSY ||
	       reason == XDPXE_R_DHCP_DELAYED;
}

/* They leave half of the ring to others. What waits is bounded by the daemon, and needs no rate. */
static __always_inline bool miss__has_room(int reason, __u32 network)
{
	if (bpf_ringbuf_query(&misses, BPF_RB_AVAIL_DATA) > XDPXE_MISS_RING_BYTES / 2)
		return false;
	return reason == XDPXE_R_DHCP_DELAYED || guard__may_ask_daemon(reason, network);
}

/**
 * miss__send() - end a frame that the daemon must see
 * @name: @params: what a TID is wanted for, NULL with any other reason
 * @delay_ms: how long its reply is to wait, 0 with any other reason than DHCP_DELAYED
 * Return: the frame's action
 */
static __always_inline int miss__send(struct xdp_md *ctx, const struct xdpxe_port *port, int reason,
				      const struct xdpxe_name *name,
				      const struct xdpxe_params *params, __u32 delay_ms)
{
	__u32 len = bpf_xdp_get_buff_len(ctx);
	struct xdpxe_miss *record;

	if (miss__is_of_dhcp(reason) && !miss__has_room(reason, port->network))
		return verdict(XDPXE_R_MISS_TOO_MANY);
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
	record->delay_ms = delay_ms ? delay_ms : delay__has_waited(ctx);
	if (params)
		record->params = *params;
	else
		__builtin_memset(&record->params, 0, sizeof(record->params));
	if (name)
		record->name = *name;
	else
		__builtin_memset(&record->name, 0, sizeof(record->name));
	if (!is_some(&len, XDPXE_FRAME_MAX) || bpf_xdp_load_bytes(ctx, 0, record->frame, len) < 0) {
		bpf_ringbuf_discard(record, 0);
		return verdict(XDPXE_R_EMIT_FAILED);
	}
	bpf_ringbuf_submit(record, 0);
	return verdict(reason);
}

/** miss() - end a frame that the maps have no answer for. @name: @params: as for miss__send() */
static __always_inline int miss(struct xdp_md *ctx, const struct xdpxe_port *port, int reason,
				const struct xdpxe_name *name, const struct xdpxe_params *params)
{
	return miss__send(ctx, port, reason, name, params, 0);
}

#endif
