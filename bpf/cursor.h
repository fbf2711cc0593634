/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A typed cursor over the frame that carries its own end: one bounds check for each typed read. */
#ifndef XDPXE_BPF_CURSOR_H
#define XDPXE_BPF_CURSOR_H

struct cursor {
	void *pos;
	void *end;
};

/** cursor__take() - the next @size bytes, or NULL when the frame ends before */
static __always_inline void *cursor__take(struct cursor *cursor, __u32 size)
{
	void *taken = cursor->pos;

	if (taken + size > cursor->end)
		return NULL;
	cursor->pos = taken + size;
	return taken;
}

#endif
