/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A command that shows one list, gathered from the maps of all instances. */
#ifndef XDPXE_LISTING_H
#define XDPXE_LISTING_H

#include "table.h"
#include "view.h"

/**
 * struct listing - what there is to know of such a command
 * @row_size: of one row
 * @gather:   add the rows of one instance; @view ends with the call. Return: 0, negative errno
 * @compare:  the order, as for qsort()
 * @to_json:  a row as an object, NULL without memory
 * @to_cells: a row as one cell for each column
 */
struct listing {
	struct view_help help;
	size_t row_size;
	int (*gather)(const struct view *view, struct rows *rows);
	int (*compare)(const void *a, const void *b);
	json_t *(*to_json)(const void *row);
	void (*to_cells)(const void *row, struct table *table);
	const struct table_column *columns;
	size_t column_count;
};

/** listing__show() - sort and print @rows. Return: 0, negative errno */
int listing__show(const struct listing *listing, struct rows *rows, bool json);

/** listing__run() - the whole command. Return: EXIT_* */
int listing__run(const struct listing *listing, int argc, char **argv);

#endif
