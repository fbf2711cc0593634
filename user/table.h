/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Tables for people: aligned columns, sizes and durations in readable units. */
#ifndef XDPXE_TABLE_H
#define XDPXE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define TABLE_TEXT 40 /* room for what the functions below write */

struct table_column {
	const char *title;
	bool right; /* numbers */
};

struct table;

/** table__new() - @columns must live as long as the table. Return: NULL without memory */
struct table *table__new(const struct table_column *columns, size_t count);

/** table__cell() - the next cell, row by row. Without memory, table__print() fails. */
void table__cell(struct table *table, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * table__print() - the titles and all whole rows
 * Control characters are shown as '?', so that no file name can drive the terminal.
 * Return: 0, negative errno.
 */
int table__print(const struct table *table, FILE *out);

void table__free(struct table *table);

/** table__size() - "512 B", "1.4 MiB" */
const char *table__size(char text[TABLE_TEXT], uint64_t bytes);

/** table__duration() - "42s", "3m 05s", "2h 07m", "5d 03h" */
const char *table__duration(char text[TABLE_TEXT], uint64_t seconds);

/** table__progress() - "[####......]  40%"; 100% only when all is done */
const char *table__progress(char text[TABLE_TEXT], uint64_t done, uint64_t total);

#endif
