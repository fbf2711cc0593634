/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The names of reasons.def as an enum; the numbers are indexes into the map `counters`. */
#ifndef XDPXE_REASONS_H
#define XDPXE_REASONS_H

#define XDPXE_REASON_MAX 256

enum xdpxe_reason {
#define XDPXE_REASON(number, name, action, level, text) XDPXE_R_##name = number,
#include "xdpxe/reasons.def"
#undef XDPXE_REASON
};

enum xdpxe_action {
	XDPXE_ACTION_PASS,
	XDPXE_ACTION_DROP,
	XDPXE_ACTION_REPLY,
	XDPXE_ACTION_MISS,
	XDPXE_ACTION_NOTE,
};

#define XDPXE_REASON(number, name, action, level, text)                                            \
	_Static_assert(number < XDPXE_REASON_MAX, "reasons.def: number out of range");
#include "xdpxe/reasons.def"
#undef XDPXE_REASON

#endif
