// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "listing.h"

#include <errno.h>

struct gathering {
	const struct listing *listing;
	struct rows rows;
};

static int gather_instance(const struct view *view, void *context)
{
	struct gathering *gathering = context;

	return gathering->listing->gather(view, &gathering->rows);
}

static int print_json(const struct listing *listing, const struct rows *rows)
{
	json_t *array = json_array();

	for (size_t i = 0; i < rows->count; i++) {
		/* Takes the object over, and fails without one. */
		if (json_array_append_new(array, listing->to_json(rows__at(rows, i)))) {
			json_decref(array);
			return -ENOMEM;
		}
	}
	return view__print_json(array);
}

static int print_table(const struct listing *listing, const struct rows *rows)
{
	struct table *table = table__new(listing->columns, listing->column_count);
	int err;

	if (!table)
		return -ENOMEM;
	for (size_t i = 0; i < rows->count; i++)
		listing->to_cells(rows__at(rows, i), table);
	err = table__print(table, stdout);
	table__free(table);
	return err;
}

int listing__show(const struct listing *listing, struct rows *rows, bool json)
{
	rows__sort(rows, listing->compare);
	return (json ? print_json : print_table)(listing, rows);
}

int listing__run(const struct listing *listing, int argc, char **argv)
{
	struct gathering gathering = { .listing = listing, .rows = { .size = listing->row_size } };
	bool json;
	int err = view__options(argc, argv, &listing->help, &json);

	if (err != VIEW_GO_ON)
		return err;
	err = view__each(gather_instance, &gathering);
	if (!err)
		err = listing__show(listing, &gathering.rows, json);
	rows__free(&gathering.rows);
	return view__exit(&listing->help, err);
}
