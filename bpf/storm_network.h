/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The bad network that `--loss`, `--dup` and `--reorder` ask for. */
#ifndef XDPXE_BPF_STORM_NETWORK_H
#define XDPXE_BPF_STORM_NETWORK_H

static __always_inline bool network__is_bad(void)
{
	return rules.loss || rules.dup || rules.reorder;
}

/* Field by field: `rules` seems to be all zero to who does not read it as volatile. */
static __always_inline enum storm_fate_kind network__fate(__u32 machine, __u32 count,
							  enum storm_direction direction)
{
	const struct storm_rules copy = {
		.seed = rules.seed,
		.loss = rules.loss,
		.dup = rules.dup,
		.reorder = rules.reorder,
	};

	return storm_fate(&copy, machine, count, direction);
}

#endif
