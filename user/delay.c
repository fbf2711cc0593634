// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "delay.h"

#include <stdlib.h>

struct waiting {
	uint64_t due_ns;
	uint64_t number; /* in the order they came */
	struct xdpxe_miss *miss;
};

/* A binary heap: all[i] is due no later than all[2i+1] and all[2i+2]. */
struct delay {
	struct waiting all[DELAY_ROOM];
	size_t count;
	uint64_t number;
	struct xdpxe_miss *taken;
};

static bool is_before(const struct waiting *a, const struct waiting *b)
{
	return a->due_ns != b->due_ns ? a->due_ns < b->due_ns : a->number < b->number;
}

static void swap(struct waiting *a, struct waiting *b)
{
	struct waiting c = *a;

	*a = *b;
	*b = c;
}

static void rise(struct delay *delay, size_t at)
{
	for (; at && is_before(&delay->all[at], &delay->all[(at - 1) / 2]); at = (at - 1) / 2)
		swap(&delay->all[at], &delay->all[(at - 1) / 2]);
}

static void sink(struct delay *delay)
{
	size_t at = 0, least;

	for (;; at = least) {
		least = at;
		for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < delay->count;
		     child++)
			if (is_before(&delay->all[child], &delay->all[least]))
				least = child;
		if (least == at)
			return;
		swap(&delay->all[at], &delay->all[least]);
	}
}

struct delay *delay__new(void)
{
	return calloc(1, sizeof(struct delay));
}

void delay__free(struct delay *delay)
{
	if (!delay)
		return;
	for (size_t i = 0; i < delay->count; i++)
		free(delay->all[i].miss);
	free(delay->taken);
	free(delay);
}

bool delay__add(struct delay *delay, const struct xdpxe_miss *miss, uint64_t due_ns)
{
	struct waiting *last = &delay->all[delay->count];
	struct xdpxe_miss *copy;

	if (delay->count == DELAY_ROOM)
		return false;
	copy = malloc(sizeof(*copy));
	if (!copy)
		return false;
	*copy = *miss;
	*last = (struct waiting){ due_ns, delay->number++, copy };
	rise(delay, delay->count++);
	/* cppcheck-suppress memleak -- the queue holds it */
	return true;
}

uint64_t delay__next(const struct delay *delay)
{
	return delay->count ? delay->all[0].due_ns : UINT64_MAX;
}

const struct xdpxe_miss *delay__take(struct delay *delay, uint64_t now_ns)
{
	if (delay__next(delay) > now_ns)
		return NULL;
	free(delay->taken);
	delay->taken = delay->all[0].miss;
	delay->all[0] = delay->all[--delay->count];
	sink(delay);
	return delay->taken;
}
