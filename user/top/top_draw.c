// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "top/top_draw.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "table.h"
#include "client/machine_story.h"
#include "client/plain.h"

#define MS_PER_S 1000
#define LINE 512
#define TALL 16	    /* lines of a terminal that has room for curves and a bar of stages */
#define HEAD_TALL 8 /* lines above the list, its titles among them */
#define HEAD_SMALL 3
#define LEAST_ROWS 5
#define LEAST_COLS 30
#define STAGES_WIDE 79 /* cells of a line that has room for the stages' whole names */

size_t top_draw__page(int rows)
{
	int lines = rows - (rows >= TALL ? HEAD_TALL : HEAD_SMALL) - 1;

	return lines > 1 ? (size_t)lines : 1;
}

static void put_title(struct screen *screen, const struct top_data *data, int64_t now_ms)
{
	char line[LINE], up[TABLE_TEXT] = "", number[PLAIN_NUMBER], time[PLAIN_TIME];
	int64_t ms = now_ms - data->started_ms;

	if (data->started_ms)
		table__duration(up, ms > 0 ? (uint64_t)ms / MS_PER_S : 0);
	snprintf(line, sizeof(line), " xdpxe top  %s  %s%s  %s machines", data->interfaces,
		 up[0] ? "up " : "", up, plain__thousands(number, data->total));
	screen__put(screen, 0, 0, screen->cols, PAINT_TITLE, true, line);
	if (screen->cols >= 70)
		screen__put(screen, 0, screen->cols - 9, 8, PAINT_TITLE, true,
			    plain__time(time, now_ms, now_ms));
}

static const char *rate_text(char text[TABLE_TEXT], const struct top_data *data, enum top_rate rate)
{
	char number[TABLE_TEXT];

	if (rate == TOP_BYTES)
		snprintf(text, TABLE_TEXT, "%.30s/s",
			 table__size(number, top_data__rate(data, rate)));
	else
		snprintf(text, TABLE_TEXT, "%.30s/s",
			 plain__thousands(number, top_data__rate(data, rate)));
	return text;
}

/* Name, number and the curve of the last minute, as much of it as fits into a half of the line. */
static void put_rate(struct screen *screen, const struct top_data *data, int y, int x,
		     enum top_rate rate)
{
	static const char *const names[TOP_RATES] = { "offers", "ACKs", "blocks", "bytes",
						      "misses" };
	char text[TABLE_TEXT], spark[SCREEN_BAR];
	int room = screen->cols / 2 - 23;

	screen__put(screen, y, x, 7, PAINT_PLAIN, false, names[rate]);
	screen__put(screen, y, x + 7, 14, PAINT_TITLE, false, rate_text(text, data, rate));
	if (room > 0)
		screen__put(screen, y, x + 21, room, PAINT_BEGUN, false,
			    screen__spark(screen, spark, room, data->rates[rate], TOP_HISTORY));
}

static uint64_t machines_in_all(const struct top_data *data)
{
	uint64_t sum = 0;

	for (int i = 0; i < MACHINE_STAGES; i++)
		sum += data->stages[i];
	return sum;
}

/* One bar over the whole line; who is there at all gets a cell. */
static void put_stage_bar(struct screen *screen, const struct top_data *data, int y)
{
	static const char letters[] = "dlLihs"; /* where colours are lacking */
	uint64_t sum = machines_in_all(data);
	int room = screen->cols - 2, x = 1;
	char line[LINE];

	for (int i = MACHINE_STAGES - 1; sum && i >= 0; i--) {
		double part = (double)data->stages[i] / (double)sum * room;
		int width = data->stages[i] ? (int)part + (part < 1) : 0;

		width = width < (int)sizeof(line) - 1 ? width : (int)sizeof(line) - 1;
		memset(line, screen->colour ? ' ' : letters[i], sizeof(line));
		line[width] = '\0';
		if (width && x + width <= screen->cols)
			x = screen__put(screen, y, x, width, top_data__stage_paint(i),
					screen->colour, line);
	}
}

static void put_stages_tall(struct screen *screen, const struct top_data *data,
			    const struct top_view *view, int y)
{
	/* What a terminal is wider than needed goes between them. */
	int gap = 2 + (screen->cols - STAGES_WIDE) / (2 * MACHINE_STAGES), x = 1;

	for (int i = 0; i < MACHINE_STAGES; i++) {
		bool chosen = (int)view->stage == i;
		char label[LINE], count[LINE], number[PLAIN_NUMBER];
		int width, room;

		snprintf(label, sizeof(label), "%d %s", i + 1, top_data__stage_label(i));
		snprintf(count, sizeof(count), "  %s", plain__thousands(number, data->stages[i]));
		width = screen__width(screen, label);
		room = screen__width(screen, count);
		width = width > room ? width : room;
		screen__put(screen, y, x, width, top_data__stage_paint(i), chosen, label);
		screen__put(screen, y + 1, x, width, PAINT_TITLE, chosen, count);
		x += width + gap;
	}
}

/* The worst first, since the rest may be cut off. */
static void put_stages_small(struct screen *screen, const struct top_data *data, int y)
{
	static const char *const labels[MACHINE_STAGES] = { "disc", "lease", "load",
							    "ipxe", "over",  "stuck" };
	int x = 0;

	for (int i = MACHINE_STAGES - 1; i >= 0; i--) {
		char text[64];

		snprintf(text, sizeof(text), "%s %" PRIu64, labels[i], data->stages[i]);
		x = screen__put(screen, y, x, screen__width(screen, text), top_data__stage_paint(i),
				false, text);
		x = screen__put(screen, y, x, 1, PAINT_PLAIN, false, "");
	}
}

static bool is_filtered(const struct top_view *view)
{
	return view->typing || view->search[0] || view->network || view->stage < MACHINE_STAGES;
}

static void filter_line(const struct top_data *data, const struct top_view *view, char line[LINE])
{
	const struct top_network *network =
		view->network ? rows__at(&data->networks, view->network - 1) : NULL;
	char search[TOP_SEARCH], number[PLAIN_NUMBER];

	snprintf(line, LINE, " stage: %s   network: %s   search: %s%s   %s of them",
		 view->stage < MACHINE_STAGES ? top_data__stage_label(view->stage) : "all",
		 network ? network->subnet : "all",
		 plain__clean(search, sizeof(search), view->search), view->typing ? "_" : "",
		 plain__thousands(number, data->matching));
}

/* Why the machine that is chosen is stuck; empty: it is not. */
static const char *reason_of_chosen(const struct top_data *data, const struct top_view *view)
{
	const struct api_machine *machine =
		view->cursor >= data->offset
			? rows__at(&data->machines, view->cursor - data->offset)
			: NULL;

	return machine && view->mode == TOP_LIST ? machine->reason : "";
}

/* The most important that there is to say. Return: its colour; PAINT_FAINT: it is of no importance */
static enum paint state_line(const struct top_data *data, const struct top_view *view,
			     int64_t now_ms, char line[LINE])
{
	int64_t ms = now_ms - data->trouble_ms;
	char since[TABLE_TEXT];

	if (data->trouble[0]) {
		snprintf(line, LINE, " the daemon does not answer for %s (%s); waiting for it",
			 table__duration(since, ms > 0 ? (uint64_t)ms / MS_PER_S : 0),
			 data->trouble);
		return PAINT_BAD;
	}
	if (data->refusal[0]) {
		snprintf(line, LINE, " %s", data->refusal);
		return PAINT_BAD;
	}
	if (!is_filtered(view) && reason_of_chosen(data, view)[0]) {
		snprintf(line, LINE, " %s", reason_of_chosen(data, view));
		return PAINT_ODD;
	}
	filter_line(data, view, line);
	return is_filtered(view) ? PAINT_TITLE : PAINT_FAINT;
}

static void put_keys(struct screen *screen, const struct top_view *view)
{
	static const char *const keys[] = {
		[TOP_LIST] =
			" Enter story  1-6 f stage  n network  / search  a all  h help  q quit",
		[TOP_STORY] = " up, down, PageUp, PageDown  q or Escape: back",
		[TOP_HELP] = " any key: back",
	};

	screen__put(screen, screen->rows - 1, 0, screen->cols, PAINT_PLAIN, true,
		    view->typing ? " type a part of a MAC, an address or a file; Enter: done, "
				   "Escape: all"
				 : keys[view->mode]);
}

static void put_help(struct screen *screen, int y)
{
	static const char *const lines[] = {
		"up, down, PageUp, PageDown, Home, End   choose a machine",
		"Enter                                   its story: the last boots, step by step",
		"1 2 3 4 5 6, f                          one stage; the next",
		"n                                       one network; the next",
		"/                                       search: part of MAC, address, file",
		"a, Escape                               all machines again",
		"q                                       back, quit",
		"",
		"First the stuck, then those longest at their stage. A machine is stuck when it",
		"does not go on: its reason and its story say why.",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (y + (int)i < screen->rows - 1)
			screen__put(screen, y + (int)i, 1, screen->cols - 1, PAINT_PLAIN, false,
				    lines[i]);
}

static int put_head_tall(struct screen *screen, const struct top_data *data,
			 const struct top_view *view, int64_t now_ms)
{
	int half = screen->cols / 2;
	enum paint paint;
	char line[LINE];

	put_rate(screen, data, 1, 1, TOP_OFFERS);
	put_rate(screen, data, 1, half + 1, TOP_BLOCKS);
	put_rate(screen, data, 2, 1, TOP_ACKS);
	put_rate(screen, data, 2, half + 1, TOP_BYTES);
	put_stage_bar(screen, data, 3);
	if (screen->cols >= STAGES_WIDE)
		put_stages_tall(screen, data, view, 4);
	else
		put_stages_small(screen, data, 4);
	paint = state_line(data, view, now_ms, line);
	screen__put(screen, 6, 0, screen->cols, paint, false, line);
	put_keys(screen, view);
	return HEAD_TALL - 1;
}

static int put_head_small(struct screen *screen, const struct top_data *data,
			  const struct top_view *view, int64_t now_ms)
{
	enum paint paint;
	char line[LINE];

	put_stages_small(screen, data, 1);
	put_keys(screen, view);
	paint = state_line(data, view, now_ms, line);
	if (paint != PAINT_FAINT)
		screen__put(screen, screen->rows - 1, 0, screen->cols, paint, true, line);
	return HEAD_SMALL - 1;
}

void top_draw__all(struct screen *screen, const struct top_data *data, const struct top_view *view,
		   int64_t now_ms)
{
	int y;

	if (screen->rows < LEAST_ROWS || screen->cols < LEAST_COLS) {
		screen__put(screen, 0, 0, screen->cols, PAINT_PLAIN, false, "too small");
		return;
	}
	put_title(screen, data, now_ms);
	y = (screen->rows >= TALL ? put_head_tall : put_head_small)(screen, data, view, now_ms);
	if (view->mode == TOP_HELP)
		put_help(screen, y);
	else if (view->mode == TOP_STORY)
		top_story__draw(screen, data, view, y);
	else
		top_list__draw(screen, data, view, y, now_ms);
}
