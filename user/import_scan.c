// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "import_scan.h"

#include <string.h>

/* Blanks and comments. */
static void skip_blank(struct scan *scan)
{
	for (;;) {
		while (*scan->at && strchr(" \t\r\n", *scan->at))
			scan->line += *scan->at++ == '\n';
		if (*scan->at != '#')
			return;
		scan->at += strcspn(scan->at, "\n");
	}
}

static void show(struct scan_statement *statement, const char *word, bool quoted)
{
	size_t len = strlen(statement->shown), room = sizeof(statement->shown) - len;

	if (room > strlen(word) + 4) {
		strcat(statement->shown, len ? " " : "");
		strcat(statement->shown, quoted ? "\"" : "");
		strcat(statement->shown, word);
		strcat(statement->shown, quoted ? "\"" : "");
	}
}

static void add_word(struct scan_statement *statement, char *word, bool quoted)
{
	show(statement, word, quoted);
	if (statement->count == SCAN_WORDS) {
		statement->cut = true;
		return;
	}
	statement->words[statement->count] = word;
	statement->quoted[statement->count++] = quoted;
}

/* A text in quotes; the first one has been read. */
static char *take_quoted(struct scan *scan)
{
	char *word = scan->at, *to = word;

	while (*scan->at && *scan->at != '"') {
		if (*scan->at == '\\' && scan->at[1])
			scan->at++;
		scan->line += *scan->at == '\n';
		*to++ = *scan->at++;
	}
	if (*scan->at)
		scan->at++;
	*to = 0;
	return word;
}

/*
 * A word up to a blank or mark. Its NUL takes the place of that, which is returned in @mark; the position is behind it.
 */
static char *take_plain(struct scan *scan, char *mark)
{
	char *word = scan->at;

	scan->at += strcspn(scan->at, " \t\r\n;{}#\"");
	*mark = *scan->at;
	if (*mark)
		*scan->at++ = 0;
	scan->line += *mark == '\n';
	return word;
}

/* What follows a word at once. Return: the statement is at its end */
static bool take_mark(struct scan *scan, struct scan_statement *statement, char mark)
{
	if (mark == '#')
		scan->at += strcspn(scan->at, "\n");
	if (mark == '"')
		add_word(statement, take_quoted(scan), true);
	if (!mark || !strchr(";{}", mark))
		return false;
	statement->end = mark;
	return true;
}

bool scan__next(struct scan *scan, struct scan_statement *statement)
{
	char *word, mark;

	memset(statement, 0, sizeof(*statement));
	skip_blank(scan);
	statement->line = scan->line;
	for (;;) {
		skip_blank(scan);
		if (!*scan->at)
			return statement->count > 0;
		mark = *scan->at;
		if (strchr(";{}\"", mark)) {
			scan->at++;
			if (take_mark(scan, statement, mark))
				return true;
			continue;
		}
		word = take_plain(scan, &mark);
		add_word(statement, word, false);
		if (take_mark(scan, statement, mark))
			return true;
	}
}

void scan__skip_block(struct scan *scan)
{
	struct scan_statement statement;
	size_t depth = 1;

	while (depth && scan__next(scan, &statement)) {
		depth += statement.end == '{';
		depth -= statement.end == '}';
	}
}
