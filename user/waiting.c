// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "waiting.h"

#include <stdlib.h>
#include <string.h>

#define HEAD offsetof(struct xdpxe_miss, frame)

/* A ring; each miss is no longer in memory than its frame is. */
struct waiting {
	size_t head, count;
	struct xdpxe_miss *misses[WAITING_MAX];
};

struct waiting *waiting__new(void)
{
	return calloc(1, sizeof(struct waiting));
}

void waiting__free(struct waiting *waiting)
{
	if (!waiting)
		return;
	for (size_t i = 0; i < waiting->count; i++)
		free(waiting->misses[(waiting->head + i) % WAITING_MAX]);
	free(waiting);
}

bool waiting__add(struct waiting *waiting, const struct xdpxe_miss *miss)
{
	struct xdpxe_miss *copy;

	if (waiting->count == WAITING_MAX || miss->len > XDPXE_FRAME_MAX)
		return false;
	copy = malloc(HEAD + miss->len);
	if (!copy)
		return false;
	memcpy(copy, miss, HEAD + miss->len);
	waiting->misses[(waiting->head + waiting->count++) % WAITING_MAX] = copy;
	return true;
}

void waiting__each(struct waiting *waiting, waiting_fn fn, void *context)
{
	size_t kept = 0;

	for (size_t i = 0; i < waiting->count; i++) {
		struct xdpxe_miss *miss = waiting->misses[(waiting->head + i) % WAITING_MAX];

		if (fn(miss, (const uint8_t *)miss + HEAD, context) == WAITING_DONE)
			free(miss);
		else
			waiting->misses[(waiting->head + kept++) % WAITING_MAX] = miss;
	}
	waiting->count = kept;
}

size_t waiting__count(const struct waiting *waiting)
{
	return waiting->count;
}
