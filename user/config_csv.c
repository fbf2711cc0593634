// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "config_csv.h"

#include <stdint.h>
#include <string.h>

static bool fail(struct config_csv *csv, const char *wrong)
{
	csv->wrong = wrong;
	return false;
}

static char *skip_blanks(char *at)
{
	return at + strspn(at, " \t");
}

void config_csv__init(struct config_csv *csv, char *text, size_t size)
{
	static const char mark[] = "\xef\xbb\xbf"; /* UTF-8 byte order mark */

	*csv = (struct config_csv){ .next = text, .end = text + size };
	if (size >= 3 && !memcmp(text, mark, 3))
		csv->next += 3;
	*csv->end = '\0';
}

/* The next line, NUL-terminated, without its end. Return: NULL at the end, or with csv->wrong filled */
static char *next_line(struct config_csv *csv)
{
	char *line = csv->next, *stop;
	size_t len, i;

	if (line >= csv->end)
		return NULL;
	csv->line++;
	stop = memchr(line, '\n', (size_t)(csv->end - line));
	csv->next = stop ? stop + 1 : csv->end;
	len = (size_t)((stop ? stop : csv->end) - line);
	if (len && line[len - 1] == '\r')
		len--;
	if (len > CONFIG_CSV_LINE_MAX) {
		fail(csv, "a line of more than 2048 bytes; legal: shorter ones");
		return NULL;
	}
	for (i = 0; i < len; i++)
		if (((uint8_t)line[i] < ' ' && line[i] != '\t') || line[i] == 0x7f) {
			fail(csv, "a control character; legal: text");
			return NULL;
		}
	line[len] = '\0';
	return line;
}

/* A cell in quotes, @at behind the first of them. Return: what is behind the last; NULL when there is none */
static char *take_quoted(char *at, char **cell)
{
	char *to = at;

	*cell = at;
	for (; *at; at++) {
		if (*at == '"' && at[1] != '"') {
			*to = '\0';
			return skip_blanks(at + 1);
		}
		at += *at == '"';
		*to++ = *at;
	}
	return NULL;
}

/* A cell without quotes. Return: what is behind it, and behind the blanks there */
static char *take_plain(char *at, char **cell, char *separator)
{
	size_t len = strcspn(at, ",");
	char *stop = at + len;

	*cell = at;
	*separator = *stop;
	while (len && (at[len - 1] == ' ' || at[len - 1] == '\t'))
		len--;
	at[len] = '\0';
	return stop;
}

static bool take_cell(struct config_csv *csv, char **at, bool *more)
{
	char **cell = &csv->cells[csv->count];
	char *stop, separator;

	if (csv->count == CONFIG_CSV_CELLS_MAX)
		return fail(csv, "more than 16 cells; legal: one for each column");
	*at = skip_blanks(*at);
	if (**at == '"') {
		stop = take_quoted(*at + 1, cell);
		if (!stop)
			return fail(csv, "a quote that does not end in its line; legal: \"text\"");
		separator = *stop;
		if (separator && separator != ',')
			return fail(csv, "text behind a cell in quotes; legal: a comma");
	} else {
		stop = take_plain(*at, cell, &separator);
	}
	csv->count++;
	*more = separator == ',';
	*at = stop + 1;
	return true;
}

bool config_csv__next(struct config_csv *csv)
{
	bool more = true;
	char *at;

	do {
		at = next_line(csv);
		if (!at)
			return false;
		at = skip_blanks(at);
	} while (!*at || *at == '#');
	for (csv->count = 0; more;)
		if (!take_cell(csv, &at, &more))
			return false;
	return true;
}
