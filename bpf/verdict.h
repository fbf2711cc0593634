/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The one exit: counts a reason and turns it into an action. Nothing else names XDP_*. */
#ifndef XDPXE_BPF_VERDICT_H
#define XDPXE_BPF_VERDICT_H

/** count_some() - @more of this; a fault here never changes a verdict */
static __always_inline void count_some(__u32 reason, __u32 more)
{
	__u64 *counter = bpf_map_lookup_elem(&counters, &reason);

	if (counter)
		*counter += more;
}

/** count() - one more of this */
static __always_inline void count(__u32 reason)
{
	count_some(reason, 1);
}

/** now_ns() - CLOCK_MONOTONIC to a few milliseconds, without reading the hardware's clock */
static __always_inline __u64 now_ns(void)
{
	return bpf_ktime_get_coarse_ns();
}

/** now_s() - seconds by the clock of leases: see struct xdpxe_lease_clock */
static __always_inline __u32 now_s(void)
{
	__u32 zero = 0;
	const struct xdpxe_lease_clock *clock = bpf_map_lookup_elem(&lease_clock, &zero);

	return now_ns() / 1000000000 + (clock ? clock->ahead_s : 0);
}

/** exact_ms() - CLOCK_MONOTONIC in milliseconds, cut to 32 bits, by the hardware's clock: tells apart what is close */
static __always_inline __u32 exact_ms(void)
{
	return bpf_ktime_get_ns() / 1000000;
}

/** now_ms() - now_ns() in milliseconds, cut to 32 bits and never 0 */
static __always_inline __u32 now_ms(void)
{
	__u32 ms = now_ns() / 1000000;

	return ms ? ms : 1;
}

/**
 * tick_ms() - as now_ms(), for the path that is taken for every block
 * That clock moves with the kernel's tick, whose number costs nothing to read: it is asked once in each.
 */
static __always_inline __u32 tick_ms(struct scratch *scratch)
{
	__u64 tick = bpf_jiffies64();

	if (scratch->tick != tick) {
		scratch->tick_ms = now_ms();
		scratch->tick = tick;
	}
	return scratch->tick_ms;
}

/** tick_ns() - the same in nanoseconds, as now_ns() */
static __always_inline __u64 tick_ns(struct scratch *scratch)
{
	__u64 tick = bpf_jiffies64();

	if (scratch->ns_tick != tick) {
		scratch->tick_ns = now_ns();
		scratch->ns_tick = tick;
	}
	return scratch->tick_ns;
}

static const __u8 actions[XDPXE_REASON_MAX] = {
#define XDPXE_REASON(number, name, action, level, text) [number] = XDPXE_ACTION_##action,
#include "xdpxe/reasons.def"
#undef XDPXE_REASON
};

/** verdict__action() - enum xdpxe_action of a reason; the rest of the tree asks this, never a list of its own */
static __always_inline __u32 verdict__action(int reason)
{
	return actions[reason & (XDPXE_REASON_MAX - 1)];
}

/** verdict() - end a frame that is not answered */
static __always_inline int verdict(int reason)
{
	count(reason);
	return verdict__action(reason) == XDPXE_ACTION_PASS ? XDP_PASS : XDP_DROP;
}

/** verdict__sent() - end a frame that has become a reply for @reason: in place, or through the devmap */
static __always_inline int verdict__sent(int reason, bool redirected)
{
	count(reason);
	count(redirected ? XDPXE_R_CLONED : XDPXE_R_IN_PLACE);
	return redirected ? XDP_REDIRECT : XDP_TX;
}

/** verdict__egress() - end a frame in the devmap's program: sent if @written */
static __always_inline int verdict__egress(bool written)
{
	count(written ? XDPXE_R_EGRESS_WRITTEN : XDPXE_R_EGRESS_FAILED);
	return written ? XDP_PASS : XDP_DROP;
}

/** verdict__rest() - the original frame of a broadcast has done its work */
static __always_inline int verdict__rest(void)
{
	return XDP_DROP;
}

/** verdict__foreign() - a frame in the devmap's program that is none of ours */
static __always_inline int verdict__foreign(void)
{
	return XDP_PASS;
}

/** verdict__is_redirect() - has bpf_redirect_map() taken the frame? */
static __always_inline bool verdict__is_redirect(long action)
{
	return action == XDP_REDIRECT;
}

#endif
