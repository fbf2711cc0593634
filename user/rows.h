/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A growing array of equal things. */
#ifndef XDPXE_ROWS_H
#define XDPXE_ROWS_H

#include <stddef.h>

/* Begin with { .size = sizeof(struct thing) }. */
struct rows {
	size_t size; /* of one */
	size_t count, room;
	void *items;
};

/** rows__add() - one more, all zero. It moves with the next call. Return: it, or NULL without memory */
void *rows__add(struct rows *rows);

/** rows__at() - the index-th, or NULL */
void *rows__at(const struct rows *rows, size_t index);

/** rows__sort() - as qsort() */
void rows__sort(struct rows *rows, int (*compare)(const void *, const void *));

/** rows__find() - as bsearch(): the one for which @compare(@key, item) is 0, or NULL */
void *rows__find(const struct rows *rows, const void *key,
		 int (*compare)(const void *, const void *));

void rows__free(struct rows *rows);

#endif
