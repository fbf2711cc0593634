/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Handing a frame to the daemon, which completes the maps and runs it again. */
#ifndef XDPXE_BPF_MISS_H
#define XDPXE_BPF_MISS_H

/* The whole frame as it came, also where its tags have been taken off. */
static __always_inline long miss__copy_frame(struct xdp_md *ctx, __u8 *to, __u32 len,
					     const struct tags *tags)
{
	__u32 rest = len - MACS_LEN - tags->len;

	if (tags->len == 0)
		return is_some(&len, XDPXE_FRAME_MAX) ? bpf_xdp_load_bytes(ctx, 0, to, len) : -1;
	if (bpf_xdp_load_bytes(ctx, 0, to, MACS_LEN) < 0)
		return -1;
	to += MACS_LEN;
	__builtin_memcpy(to, tags->tag, sizeof(tags->tag));
	to += tags->len == TAG_LEN ? TAG_LEN : sizeof(tags->tag);
	if (!is_some(&rest, XDPXE_FRAME_MAX - MACS_LEN - sizeof(tags->tag)))
		return -1;
	return bpf_xdp_load_bytes(ctx, MACS_LEN, to, rest);
}

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
	return reason == XDPXE_R_DHCP_DELAYED ||
	       guard__may_ask_daemon(reason, network, GUARD_DHCP_NS);
}

/**
 * miss() - end a frame that the maps have no answer for, or whose reply is to wait
 * @name: @params: what a TID is wanted for, NULL with any other reason
 * Return: the frame's action
 */
CHECKED_ALONE int miss(struct xdp_md *ctx, const struct xdpxe_port *port, int reason,
		       const struct xdpxe_name *name, const struct xdpxe_params *params)
{
	const struct scratch *scratch = scratch__get();
	struct xdpxe_miss *record;
	__u64 len;

	if (!scratch || !port)
		return verdict(XDPXE_R_EMIT_FAILED);
	if (miss__is_of_dhcp(reason) && !miss__has_room(reason, scratch->network))
		return verdict(XDPXE_R_MISS_TOO_MANY);
	len = bpf_xdp_get_buff_len(ctx) + scratch->tags.len;
	if (len < ETH_HLEN || len > XDPXE_FRAME_MAX)
		return verdict(XDPXE_R_MISS_TOO_LONG);
	record = bpf_ringbuf_reserve(&misses, sizeof(*record), 0);
	if (!record)
		return verdict(XDPXE_R_MISS_RING_FULL);
	record->time_ns = now_ns();
	record->ifindex = port->ifindex;
	record->reason = reason;
	record->len = len;
	record->network = scratch->network;
	record->delay_ms =
		reason == XDPXE_R_DHCP_DELAYED ? scratch->message.delay_ms : delay__has_waited(ctx);
	if (params)
		record->params = *params;
	else
		__builtin_memset(&record->params, 0, sizeof(record->params));
	if (name)
		record->name = *name;
	else
		__builtin_memset(&record->name, 0, sizeof(record->name));
	if (miss__copy_frame(ctx, record->frame, len, &scratch->tags) < 0) {
		bpf_ringbuf_discard(record, 0);
		return verdict(XDPXE_R_EMIT_FAILED);
	}
	bpf_ringbuf_submit(record, 0);
	return verdict(reason);
}

#endif
