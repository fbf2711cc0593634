// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "rows.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_ROOM 64

void *rows__add(struct rows *rows)
{
	char *item;

	if (rows->count == rows->room) {
		size_t room = rows->room ? rows->room * 2 : FIRST_ROOM;
		void *items = reallocarray(rows->items, room, rows->size);

		if (!items)
			return NULL;
		rows->items = items;
		rows->room = room;
	}
	item = (char *)rows->items + rows->count++ * rows->size;
	return memset(item, 0, rows->size);
}

void *rows__at(const struct rows *rows, size_t index)
{
	return index < rows->count ? (char *)rows->items + index * rows->size : NULL;
}

void rows__sort(struct rows *rows, int (*compare)(const void *, const void *))
{
	if (rows->count)
		qsort(rows->items, rows->count, rows->size, compare);
}

void *rows__find(const struct rows *rows, const void *key,
		 int (*compare)(const void *, const void *))
{
	return rows->count ? bsearch(key, rows->items, rows->count, rows->size, compare) : NULL;
}

void rows__free(struct rows *rows)
{
	free(rows->items);
	rows->items = NULL;
	rows->count = rows->room = 0;
}
