// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#define _GNU_SOURCE 1 /* vasprintf */
#include "table.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "rows.h"

#define GAP 2
#define BAR 10

struct table {
	const struct table_column *columns;
	size_t column_count;
	struct rows cells; /* of char * */
	bool failed;
};

struct table *table__new(const struct table_column *columns, size_t count)
{
	struct table *table = calloc(1, sizeof(*table));

	if (!table)
		return NULL;
	table->columns = columns;
	table->column_count = count;
	table->cells.size = sizeof(char *);
	return table;
}

static const char *table__text(const struct table *table, size_t cell)
{
	return *(char **)rows__at(&table->cells, cell);
}

void table__free(struct table *table)
{
	if (!table)
		return;
	for (size_t i = 0; i < table->cells.count; i++)
		free(*(char **)rows__at(&table->cells, i));
	rows__free(&table->cells);
	free(table);
}

/* Control characters, those of ISO 6429 that UTF-8 writes as C2 80 to C2 9F among them. */
static void hide_controls(char *text)
{
	for (unsigned char *byte = (unsigned char *)text; *byte; byte++) {
		if (*byte < 0x20 || *byte == 0x7f)
			*byte = '?';
		if (*byte == 0xc2 && byte[1] >= 0x80 && byte[1] < 0xa0)
			byte[0] = byte[1] = '?';
	}
}

void table__cell(struct table *table, const char *format, ...)
{
	char **cell = rows__add(&table->cells);
	va_list args;

	if (!cell) {
		table->failed = true;
		return;
	}
	va_start(args, format);
	if (vasprintf(cell, format, args) < 0) {
		*cell = NULL;
		table->failed = true;
	}
	va_end(args);
	if (*cell)
		hide_controls(*cell);
}

/* Characters of UTF-8 text. */
static int text_width(const char *text)
{
	int width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

static int column_width(const struct table *table, size_t column, size_t cells)
{
	int width = text_width(table->columns[column].title);

	for (size_t i = column; i < cells; i += table->column_count) {
		int cell = text_width(table__text(table, i));

		width = cell > width ? cell : width;
	}
	return width;
}

static void print_cell(const struct table *table, size_t column, int width, const char *text,
		       FILE *out)
{
	bool last = column + 1 == table->column_count;
	int pad = width - text_width(text);

	if (table->columns[column].right)
		fprintf(out, "%*s%s", pad, "", text);
	else
		fprintf(out, "%s%*s", text, last ? 0 : pad, "");
	if (last)
		fputc('\n', out);
	else
		fprintf(out, "%*s", GAP, "");
}

int table__print(const struct table *table, FILE *out)
{
	size_t cells = table->cells.count - table->cells.count % table->column_count;
	int *widths = calloc(table->column_count, sizeof(*widths));

	if (!widths || table->failed) {
		free(widths);
		return -ENOMEM;
	}
	for (size_t i = 0; i < table->column_count; i++)
		widths[i] = column_width(table, i, cells);
	for (size_t i = 0; i < table->column_count; i++)
		print_cell(table, i, widths[i], table->columns[i].title, out);
	for (size_t i = 0; i < cells; i++)
		print_cell(table, i % table->column_count, widths[i % table->column_count],
			   table__text(table, i), out);
	free(widths);
	return ferror(out) ? -EIO : 0;
}

const char *table__size(char text[TABLE_TEXT], uint64_t bytes)
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	double value = (double)bytes / 1024;
	size_t unit = 0;

	if (bytes < 1024) {
		snprintf(text, TABLE_TEXT, "%" PRIu64 " B", bytes);
		return text;
	}
	/* From 1023.95 on one decimal would show 1024.0. */
	for (; value >= 1023.95 && unit + 1 < sizeof(units) / sizeof(units[0]); unit++)
		value /= 1024;
	snprintf(text, TABLE_TEXT, "%.1f %s", value, units[unit]);
	return text;
}

const char *table__duration(char text[TABLE_TEXT], uint64_t seconds)
{
	uint64_t minutes = seconds / 60, hours = minutes / 60, days = hours / 24;

	if (days)
		snprintf(text, TABLE_TEXT, "%" PRIu64 "d %02uh", days, (unsigned int)(hours % 24));
	else if (hours)
		snprintf(text, TABLE_TEXT, "%" PRIu64 "h %02um", hours,
			 (unsigned int)(minutes % 60));
	else if (minutes)
		snprintf(text, TABLE_TEXT, "%" PRIu64 "m %02us", minutes,
			 (unsigned int)(seconds % 60));
	else
		snprintf(text, TABLE_TEXT, "%" PRIu64 "s", seconds);
	return text;
}

const char *table__progress(char text[TABLE_TEXT], uint64_t done, uint64_t total)
{
	double part = !total || done >= total ? 1 : (double)done / (double)total;
	unsigned int percent = (unsigned int)(part * 100), marks = (unsigned int)(part * BAR);
	char bar[BAR + 1];

	memset(bar, '.', BAR);
	memset(bar, '#', marks);
	bar[BAR] = '\0';
	snprintf(text, TABLE_TEXT, "[%s] %3u%%", bar, percent);
	return text;
}
