// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "top/screen.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <ncurses.h>

#include "log.h"

#define ESCAPE_MS 25 /* a lone Escape is told from the start of a function key */
#define WIDEST 1024
#define LEVELS 8

static const short colours[PAINTS] = {
	[PAINT_PLAIN] = -1,	    [PAINT_FAINT] = -1,	       [PAINT_TITLE] = -1,
	[PAINT_BEGUN] = COLOR_CYAN, [PAINT_WORK] = COLOR_BLUE, [PAINT_GOOD] = COLOR_GREEN,
	[PAINT_ODD] = COLOR_YELLOW, [PAINT_BAD] = COLOR_RED,
};

static bool wants_colours(void)
{
	const char *no = getenv("NO_COLOR");

	return has_colors() && !(no && no[0]);
}

static void begin_colours(struct screen *screen)
{
	screen->colour = wants_colours() && start_color() == OK;
	if (!screen->colour)
		return;
	use_default_colors();
	for (short i = 0; i < PAINTS; i++)
		init_pair(i + 1, colours[i], -1);
}

int screen__open(struct screen *screen)
{
	const char *type = getenv("TERM");

	memset(screen, 0, sizeof(*screen));
	setlocale(LC_CTYPE, "");
	screen->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	screen->handle = newterm(NULL, stdout, stdin);
	if (!screen->handle) {
		log_error("top: TERM=%.40s: no terminal of that type is known; set TERM (linux, "
			  "xterm), or take plain lines: xdpxe top | cat",
			  type ? type : "");
		return -EINVAL;
	}
	cbreak();
	noecho();
	nonl();
	curs_set(0);
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	set_escdelay(ESCAPE_MS);
	begin_colours(screen);
	getmaxyx(stdscr, screen->rows, screen->cols);
	return 0;
}

void screen__close(struct screen *screen)
{
	endwin();
	delscreen(screen->handle);
	screen->handle = NULL;
}

void screen__begin(struct screen *screen)
{
	getmaxyx(stdscr, screen->rows, screen->cols);
	erase();
}

void screen__end(struct screen *screen)
{
	(void)screen;
	refresh();
}

int screen__key(struct screen *screen)
{
	int key;

	(void)screen;
	do
		key = getch();
	while (key == KEY_RESIZE);
	return key == ERR ? -1 : key;
}

/* The next character and its bytes, as this terminal can show it. */
static size_t next_character(const struct screen *screen, const char *text, wchar_t *out,
			     int *cells)
{
	mbstate_t state = {};
	size_t len = mbrtowc(out, text, strlen(text), &state);

	*cells = 1;
	if (len == 0 || len > strlen(text) || (!screen->utf8 && (unsigned char)*text >= 0x80)) {
		*out = L'?';
		for (len = 1; ((unsigned char)text[len] & 0xc0) == 0x80;)
			len++;
		return len;
	}
	*cells = wcwidth(*out);
	if (*cells < 0) {
		*out = L'?';
		*cells = 1;
	}
	return len;
}

int screen__width(const struct screen *screen, const char *text)
{
	int width = 0, cells;
	wchar_t wide;

	for (; *text; width += cells)
		text += next_character(screen, text, &wide, &cells);
	return width;
}

size_t screen__fit(const struct screen *screen, const char *text, int width)
{
	const char *at = text;
	int used = 0, cells;
	wchar_t wide;

	while (*at) {
		size_t len = next_character(screen, at, &wide, &cells);

		used += cells;
		if (used > width && at > text)
			break;
		at += len;
	}
	return (size_t)(at - text);
}

static attr_t attributes_of(const struct screen *screen, enum paint paint, bool reverse)
{
	attr_t attributes = reverse ? A_REVERSE : A_NORMAL;

	if (paint == PAINT_TITLE || paint == PAINT_BAD || (paint == PAINT_ODD && !screen->colour))
		attributes |= A_BOLD;
	if (paint == PAINT_FAINT)
		attributes |= A_DIM;
	return attributes;
}

int screen__put(struct screen *screen, int y, int x, int width, enum paint paint, bool reverse,
		const char *text)
{
	short pair = screen->colour ? (short)(paint + 1) : 0;
	wchar_t line[WIDEST + 1];
	int used = 0, cells, end;
	size_t count = 0;

	if (y < 0 || y >= screen->rows || x < 0 || x >= screen->cols)
		return x + width;
	end = width < screen->cols - x ? width : screen->cols - x;
	end = end < WIDEST ? end : WIDEST;
	while (*text && count < WIDEST) {
		text += next_character(screen, text, &line[count], &cells);
		if (used + cells > end)
			break;
		used += cells;
		count++;
	}
	while (used < end && count < WIDEST) {
		line[count++] = L' ';
		used++;
	}
	attr_set(attributes_of(screen, paint, reverse), pair, NULL);
	mvaddnwstr(y, x, line, (int)count);
	attr_set(A_NORMAL, 0, NULL);
	return x + width;
}

static void repeat(char *to, const char *text, int times)
{
	for (; times > 0; times--) {
		memcpy(to, text, strlen(text));
		to += strlen(text);
	}
	*to = '\0';
}

const char *screen__bar(const struct screen *screen, char bar[SCREEN_BAR], int width, uint64_t done,
			uint64_t all)
{
	int marks;

	if (width > SCREEN_BAR_CELLS)
		width = SCREEN_BAR_CELLS;
	marks = all && done < all ? (int)((double)done / (double)all * width) : width;
	repeat(bar, screen->utf8 ? "█" : "#", marks);
	repeat(bar + strlen(bar), screen->utf8 ? "░" : ".", width - marks);
	return bar;
}

static uint64_t highest(const uint64_t *values, int count)
{
	uint64_t most = 0;

	for (int i = 0; i < count; i++)
		most = values[i] > most ? values[i] : most;
	return most;
}

const char *screen__spark(const struct screen *screen, char spark[SCREEN_BAR], int width,
			  const uint64_t *values, int count)
{
	static const char *const blocks[LEVELS + 1] = {
		" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"
	};
	static const char *const ascii[LEVELS + 1] = {
		" ", "_", ".", ":", "-", "=", "+", "*", "#"
	};
	double most = (double)highest(values, count);
	char *at = spark;
	int each;

	width = width < SCREEN_BAR_CELLS ? width : SCREEN_BAR_CELLS;
	each = width > 0 ? (count + width - 1) / width : count;
	for (int i = count % each ? count % each - each : 0; i < count; i += each) {
		int from = i > 0 ? i : 0;
		uint64_t value = highest(values + from, i + each - from);
		double part = value ? (double)value / most * LEVELS : 0;
		int level = value ? (int)part + (part < LEVELS) : 0;

		repeat(at, (screen->utf8 ? blocks : ascii)[level], 1);
		at += strlen(at);
	}
	*at = '\0';
	return spark;
}
