/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Frames that the daemon runs, and how it marks them. Replies that wait: it keeps the frame, and runs it again in time. */
#ifndef XDPXE_BPF_DELAY_H
#define XDPXE_BPF_DELAY_H

/* The daemon's mark, or NULL for a frame that has no room for one. */
static __always_inline __u32 *daemon__mark(struct xdp_md *ctx)
{
	void *data = (void *)(long)ctx->data;
	__u32 *mark = (__u32 *)(long)ctx->data_meta;

	return (void *)(mark + 1) <= data ? mark : NULL;
}

/** delay__has_waited() - has the daemon marked this frame? */
static __always_inline bool delay__has_waited(struct xdp_md *ctx)
{
	const __u32 *mark = daemon__mark(ctx);

	return mark && *mark == XDPXE_WAITED;
}

/**
 * daemon__asks_last() - is this an ACK of the daemon's, for the last block of a window? The mark is taken off: a veth
 * hands it on with the frame, and a program at the other end that answers in the same frame would bring it back.
 */
static __always_inline bool daemon__asks_last(struct xdp_md *ctx)
{
	__u32 *mark = daemon__mark(ctx);

	if (!mark || *mark != XDPXE_ASKS_LAST)
		return false;
	*mark = 0;
	return true;
}

/* A daemon that is dead would let replies wait for ever. Its clock is finer than ours: it may be ahead by a tick. */
static __always_inline bool delay__daemon_lives(void)
{
	__u32 zero = 0;
	const __u64 *seen = bpf_map_lookup_elem(&pulse, &zero);

	return seen && *seen && (__s64)(now_ns() - *seen) < (__s64)XDPXE_PULSE_NS;
}

/* The longest prefix that fits goes before any class. */
static __always_inline __u32 delay__of_machine(const struct dhcp_message *message)
{
	struct xdpxe_mac_prefix key = { .bits = 48 };
	const __u32 *delay = NULL;

	if (message->hlen == sizeof(key.mac)) {
		__builtin_memcpy(key.mac, message->chaddr, sizeof(key.mac));
		delay = bpf_map_lookup_elem(&delays, &key);
	}
	if (delay)
		return *delay;
	for (__u32 i = 0; i < ARCH_LIST_MAX && i < message->arch_count; i++) {
		__u32 arch = message->arch[i];

		delay = bpf_map_lookup_elem(&class_delays, &arch);
		if (delay && *delay)
			return *delay;
	}
	return 0;
}

/** delay__of() - milliseconds that the reply to a message waits yet; 0: it is sent at once */
static __always_inline __u32 delay__of(const struct xdpxe_port *port,
				       const struct dhcp_message *message)
{
	if (!port->delay || message->waited ||
	    (message->type != DHCP_DISCOVER && message->type != DHCP_REQUEST))
		return 0;
	return delay__daemon_lives() ? delay__of_machine(message) : 0;
}

#endif
