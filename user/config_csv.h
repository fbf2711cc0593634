/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Comma-separated values as people and spreadsheets write them (RFC 4180), a line at a time and in place.
 *
 * Taken: LF and CRLF, a byte order mark, blank lines, lines that begin with '#', blanks around a cell, cells in double
 * quotes with "" for a quote in them. Not taken: control characters, a cell that goes on in the next line, lines
 * longer than CONFIG_CSV_LINE_MAX.
 */
#ifndef XDPXE_CONFIG_CSV_H
#define XDPXE_CONFIG_CSV_H

#include <stdbool.h>
#include <stddef.h>

#define CONFIG_CSV_CELLS_MAX 16
#define CONFIG_CSV_LINE_MAX 2048

/**
 * struct config_csv - a text that is being read
 * @line:  number of the line read last, from 1
 * @cells: its cells, NUL-terminated, in the text itself
 * @wrong: what is wrong with that line, "given; legal", or NULL
 */
struct config_csv {
	char *next, *end;
	unsigned int line;
	char *cells[CONFIG_CSV_CELLS_MAX];
	size_t count;
	const char *wrong;
};

/** config_csv__init() - begin; @text is written to, and has room for a NUL behind its @size bytes */
void config_csv__init(struct config_csv *csv, char *text, size_t size);

/**
 * config_csv__next() - the next line that has cells
 * Return: false at the end, or with @csv->wrong filled
 */
bool config_csv__next(struct config_csv *csv);

#endif
