/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A terminal, by ncurses: coloured text in cells, and characters that it may lack. */
#ifndef XDPXE_SCREEN_H
#define XDPXE_SCREEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "client/paint.h"

#define SCREEN_BAR 256 /* bytes of a bar or a curve */
#define SCREEN_BAR_CELLS 60

/**
 * struct screen - an open one
 * @utf8: it shows more than ASCII. @colour: and colours
 */
struct screen {
	void *handle;
	bool utf8, colour;
	int rows, cols;
};

/** screen__open() - take the terminal over. Return: 0; -EINVAL: its type is not known, which is told */
int screen__open(struct screen *screen);

/** screen__close() - leave the terminal as it was found */
void screen__close(struct screen *screen);

/** screen__begin() - an empty picture of the size that the terminal has now */
void screen__begin(struct screen *screen);

/** screen__end() - show it */
void screen__end(struct screen *screen);

/** screen__key() - a key that was pressed, as ncurses names it; -1: none. A change of size is none */
int screen__key(struct screen *screen);

/**
 * screen__put() - write @text from (@y, @x) on, cut or filled up to @width cells, and to the edge
 * @reverse: dark on bright. Return: the column behind it
 */
int screen__put(struct screen *screen, int y, int x, int width, enum paint paint, bool reverse,
		const char *text);

/** screen__width() - cells that @text takes */
int screen__width(const struct screen *screen, const char *text);

/** screen__fit() - bytes of @text that @width cells hold, at least one character */
size_t screen__fit(const struct screen *screen, const char *text, int width);

/** screen__bar() - @done of @all as a part of @width, at most SCREEN_BAR_CELLS. Return: @bar */
const char *screen__bar(const struct screen *screen, char bar[SCREEN_BAR], int width, uint64_t done,
			uint64_t all);

/**
 * screen__spark() - a curve of @count values in @width cells, at most SCREEN_BAR_CELLS, the last of them at its right end
 * As high as the highest value; a cell for several of them shows their highest. Return: @spark
 */
const char *screen__spark(const struct screen *screen, char spark[SCREEN_BAR], int width,
			  const uint64_t *values, int count);

#endif
