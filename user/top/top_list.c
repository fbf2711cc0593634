// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The list of machines: as many columns as the terminal has room for.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "table.h"
#include "top/top_draw.h"

#define MS_PER_S 1000
#define CELL 512
#define WIDE 150 /* cells of a line from which file, bar and rate have columns of their own */
#define BAR 10

struct shown {
	const struct screen *screen;
	const struct api_machine *machine;
	int64_t now_ms;
	char cell[CELL];
};

static void mac_cell(struct shown *shown)
{
	snprintf(shown->cell, CELL, "%s", shown->machine->mac);
}

static void address_cell(struct shown *shown)
{
	snprintf(shown->cell, CELL, "%s", shown->machine->addr);
}

static void arch_cell(struct shown *shown)
{
	snprintf(shown->cell, CELL, "%s", shown->machine->arch);
}

static void network_cell(struct shown *shown)
{
	snprintf(shown->cell, CELL, "%s", shown->machine->network);
}

static void stage_cell(struct shown *shown)
{
	snprintf(shown->cell, CELL, "%s", top_data__stage_label(shown->machine->stage));
}

static void since_cell(struct shown *shown)
{
	int64_t ms = shown->now_ms - shown->machine->since_ms;

	if (shown->machine->since_ms)
		table__duration(shown->cell, ms > 0 ? (uint64_t)ms / MS_PER_S : 0);
}

static void file_cell(struct shown *shown)
{
	snprintf(shown->cell, CELL, "%s", shown->machine->file);
}

static bool is_loading(const struct api_machine *machine)
{
	return machine->blocks &&
	       (machine->stage == MACHINE_LOADING ||
		(machine->stage == MACHINE_STUCK && machine->block < machine->blocks));
}

static void bar_cell(struct shown *shown)
{
	const struct api_machine *machine = shown->machine;
	char bar[SCREEN_BAR];

	if (is_loading(machine))
		snprintf(shown->cell, CELL, "%s %3d%%",
			 screen__bar(shown->screen, bar, BAR, machine->block, machine->blocks),
			 machine->block >= machine->blocks
				 ? 100
				 : (int)((double)machine->block / (double)machine->blocks * 100));
}

static void rate_cell(struct shown *shown)
{
	char size[TABLE_TEXT];

	if (shown->machine->stage == MACHINE_LOADING && shown->machine->bytes_per_s)
		snprintf(shown->cell, CELL, "%s/s", table__size(size, shown->machine->bytes_per_s));
}

static void reason_cell(struct shown *shown)
{
	snprintf(shown->cell, CELL, "%s", shown->machine->reason);
}

/* In place of the last four, where there is no room for them. */
static void detail_cell(struct shown *shown)
{
	const struct api_machine *machine = shown->machine;
	size_t len;

	if (machine->reason[0]) {
		reason_cell(shown);
		return;
	}
	bar_cell(shown);
	len = strlen(shown->cell);
	snprintf(shown->cell + len, CELL - len, "%s%s", len ? " " : "", machine->file);
}

/* @least: @most: width of a terminal that has it, 0: any. @width: 0: the rest */
static const struct column {
	const char *title;
	int width, least, most;
	void (*fill)(struct shown *shown);
} columns[] = {
	{ "MAC", 17, 0, 0, mac_cell },
	{ "ADDRESS", 15, 70, 0, address_cell },
	{ "ARCH", 12, 100, 0, arch_cell },
	{ "NETWORK", 18, 120, 0, network_cell },
	{ "STAGE", 11, 0, 0, stage_cell },
	{ "SINCE", 7, 0, 0, since_cell },
	{ "FILE", 20, WIDE, 0, file_cell },
	{ "DONE", BAR + 5, WIDE, 0, bar_cell },
	{ "RATE", 11, WIDE, 0, rate_cell },
	{ "REASON", 0, WIDE, 0, reason_cell },
	{ "DETAIL", 0, 50, WIDE - 1, detail_cell },
};

static int put_cell(struct screen *screen, const struct column *column, int y, int x,
		    enum paint paint, bool reverse, const char *text)
{
	int width = column->width ? column->width : screen->cols - x;

	if ((column->least && screen->cols < column->least) ||
	    (column->most && screen->cols > column->most))
		return x;
	screen__put(screen, y, x, width, paint, reverse, text);
	return x + width + 1;
}

static void put_machine(struct screen *screen, const struct api_machine *machine, int y,
			bool chosen, int64_t now_ms)
{
	struct shown shown = { .screen = screen, .machine = machine, .now_ms = now_ms };
	int x = 0;

	screen__put(screen, y, 0, screen->cols, PAINT_PLAIN, chosen, "");
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		enum paint paint = columns[i].fill == stage_cell || columns[i].fill == reason_cell
					   ? top_data__stage_paint(machine->stage)
					   : PAINT_PLAIN;

		shown.cell[0] = '\0';
		columns[i].fill(&shown);
		x = put_cell(screen, &columns[i], y, x, paint, chosen, shown.cell);
	}
}

void top_list__draw(struct screen *screen, const struct top_data *data, const struct top_view *view,
		    int y, int64_t now_ms)
{
	int x = 0;

	screen__put(screen, y, 0, screen->cols, PAINT_TITLE, true, "");
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		x = put_cell(screen, &columns[i], y, x, PAINT_TITLE, true, columns[i].title);
	for (size_t i = 0; i < view->page; i++) {
		size_t index = view->offset + i;
		const struct api_machine *machine =
			index >= data->offset ? rows__at(&data->machines, index - data->offset)
					      : NULL;

		if (machine)
			put_machine(screen, machine, y + 1 + (int)i, index == view->cursor, now_ms);
	}
	if (!data->matching && !data->machines.count)
		screen__put(screen, y + 1, 1, screen->cols - 1, PAINT_FAINT, false,
			    data->total ? "no machine matches; press a for all"
					: "no machine has been heard of");
}
