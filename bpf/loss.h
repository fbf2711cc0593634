/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * How much is lost on the way, from what the program sees of it: ACKs that come again late, from the client or from the
 * daemon in its place. Copies that the network makes are no such. The path of a block pays nothing for it: what was
 * sent is read from the counter that is there anyway, when something was lost or a transfer begins.
 */
#ifndef XDPXE_BPF_LOSS_H
#define XDPXE_BPF_LOSS_H

/*
 * The largest window while frames are lost. A client throws away what comes behind a gap, so one lost block of a window
 * of W costs (W + 1) / 2 blocks on average, and a lost ACK one: 2.75 for each loss in windows of 4, 2 in windows of 2,
 * and also 2 in lock-step, where every second loss is that of an ACK.
 */
#define LOSSY_WINDOW 2

#define LOSSY_STRETCH 2	 /* see tftp__stretch() */
#define LOSS_BLOCKS 8192 /* beyond so many sent, what was before counts half */

/*
 * Bring up to date what was sent. All interfaces that this CPU serves count together, so that a busy one makes losses of
 * another look less. CPUs that do it at once may halve twice: it is a measure, not an account.
 */
static __always_inline struct xdpxe_loss *loss__settle(struct scratch *scratch)
{
	__u32 slot = port_number, row = XDPXE_R_TFTP_BLOCKS;
	struct xdpxe_loss *loss = bpf_map_lookup_elem(&losses, &slot);
	const __u64 *blocks = bpf_map_lookup_elem(&counters, &row);
	__u64 fresh;

	if (!loss || !blocks)
		return NULL;
	fresh = *blocks - scratch->settled;
	scratch->settled = *blocks;
	loss->sent += fresh < LOSS_BLOCKS ? fresh : LOSS_BLOCKS;
	if (loss->sent > LOSS_BLOCKS) {
		loss->sent >>= 1;
		loss->lost >>= 1;
	}
	if (now_ns() - loss->at_ns > XDPXE_LOSS_FORGET_NS)
		loss->lost = 0;
	return loss;
}

/** loss__is_seen() - are frames of this interface being lost? */
static __always_inline bool loss__is_seen(struct scratch *scratch)
{
	const struct xdpxe_loss *loss = loss__settle(scratch);

	return loss && xdpxe_loss_is_seen(loss);
}

/** loss__was_seen() - the same as of the latest transfer, for who has no time to settle */
static __always_inline bool loss__was_seen(void)
{
	__u32 slot = port_number;
	const struct xdpxe_loss *loss = bpf_map_lookup_elem(&losses, &slot);

	return loss && xdpxe_loss_is_seen(loss) && now_ns() - loss->at_ns < XDPXE_LOSS_FORGET_NS;
}

/**
 * loss__note() - blocks were sent again, since one of them or an ACK was lost
 * Return: 0; a global function returns something on every kernel
 */
CHECKED_ALONE int loss__note(struct scratch *scratch)
{
	struct xdpxe_loss *loss = scratch ? loss__settle(scratch) : NULL;

	if (!loss)
		return 0;
	loss->at_ns = now_ns();
	__sync_fetch_and_add(&loss->lost, 1);
	return 0;
}

#endif
