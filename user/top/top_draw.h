/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* `xdpxe top` on a terminal: a picture of what is known. */
#ifndef XDPXE_TOP_DRAW_H
#define XDPXE_TOP_DRAW_H

#include "top/screen.h"
#include "top/top.h"

/** top_draw__page() - machines, or lines of a story, that a terminal of @rows lines has room for */
size_t top_draw__page(int rows);

/** top_draw__all() - the whole picture; @view's page is set */
void top_draw__all(struct screen *screen, const struct top_data *data, const struct top_view *view,
		   int64_t now_ms);

/** top_list__draw() - titles at line @y, below them as many machines as the view's page has */
void top_list__draw(struct screen *screen, const struct top_data *data, const struct top_view *view,
		    int y, int64_t now_ms);

/** top_story__draw() - from line @y on the story of the machine that was chosen; long lines go on in the next */
void top_story__draw(struct screen *screen, const struct top_data *data,
		     const struct top_view *view, int y);

#endif
