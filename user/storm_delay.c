// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "storm_delay.h"

#include <stdlib.h>
#include <string.h>

/* A binary heap, the earliest first. */
struct storm_delays {
	struct storm_delayed *heap[STORM_DELAYS_MAX];
	struct storm_delayed *handed_out;
	size_t count;
};

struct storm_delays *storm_delays__new(void)
{
	return calloc(1, sizeof(struct storm_delays));
}

static void swap(struct storm_delays *delays, size_t a, size_t b)
{
	struct storm_delayed *one = delays->heap[a];

	delays->heap[a] = delays->heap[b];
	delays->heap[b] = one;
}

static bool is_before(const struct storm_delays *delays, size_t a, size_t b)
{
	return delays->heap[a]->at_ns < delays->heap[b]->at_ns;
}

bool storm_delays__add(struct storm_delays *delays, uint64_t at_ns, bool in, const uint8_t *frame,
		       size_t len)
{
	struct storm_delayed *one;
	size_t at = delays->count;

	if (at == STORM_DELAYS_MAX || len > STORM_FRAME_MAX)
		return false;
	one = malloc(sizeof(*one));
	if (!one)
		return false;
	one->at_ns = at_ns;
	one->in = in;
	one->len = (uint16_t)len;
	memcpy(one->frame, frame, len);
	delays->heap[delays->count++] = one;
	for (; at && is_before(delays, at, (at - 1) / 2); at = (at - 1) / 2)
		swap(delays, at, (at - 1) / 2);
	return true;
}

static void sink(struct storm_delays *delays)
{
	size_t at = 0;

	for (;;) {
		size_t least = at, child = 2 * at + 1;

		if (child < delays->count && is_before(delays, child, least))
			least = child;
		if (child + 1 < delays->count && is_before(delays, child + 1, least))
			least = child + 1;
		if (least == at)
			return;
		swap(delays, at, least);
		at = least;
	}
}

const struct storm_delayed *storm_delays__due(struct storm_delays *delays, uint64_t now_ns)
{
	free(delays->handed_out);
	delays->handed_out = NULL;
	if (delays->count == 0 || delays->heap[0]->at_ns > now_ns)
		return NULL;
	delays->handed_out = delays->heap[0];
	delays->heap[0] = delays->heap[--delays->count];
	if (delays->count)
		sink(delays);
	return delays->handed_out;
}

void storm_delays__free(struct storm_delays *delays)
{
	if (!delays)
		return;
	for (size_t i = 0; i < delays->count; i++)
		free(delays->heap[i]);
	free(delays->handed_out);
	free(delays);
}
