/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What must hold of every input. */
#ifndef XDPXE_FUZZ_MUST_H
#define XDPXE_FUZZ_MUST_H

/* libFuzzer reports a trap with the input that led to it. */
#define must(condition)                                                                            \
	do {                                                                                       \
		if (!(condition))                                                                  \
			__builtin_trap();                                                          \
	} while (0)

#endif
