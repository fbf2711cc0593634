// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// One machine's story on the screen.
#include <string.h>

#include "client/machine_story.h"
#include "top/top_draw.h"

#define INDENT 6 /* of what a line has more than fits */

/* Return: the line of the screen behind it */
static int put_line(struct screen *screen, const struct machine_story_line *line, int y, int end)
{
	const char *text = line->text;
	int x = 1;

	do {
		int width = screen->cols - x;
		size_t len = screen__fit(screen, text, width);
		char part[MACHINE_STORY_TEXT];

		memcpy(part, text, len);
		part[len] = '\0';
		screen__put(screen, y++, x, width, line->paint, false, part);
		text += len;
		x = INDENT;
	} while (*text && y < end);
	return y;
}

void top_story__draw(struct screen *screen, const struct top_data *data,
		     const struct top_view *view, int y)
{
	const struct machine_story_line *line;
	int end = screen->rows - 1;
	size_t at = view->scroll;

	if (!data->story.count)
		screen__put(screen, y, 1, screen->cols - 1, PAINT_FAINT, false,
			    "asking for its story ...");
	while (y < end && (line = rows__at(&data->story, at++)))
		y = put_line(screen, line, y, end);
}
