// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "happenings_feed.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct happenings {
	pthread_mutex_t mutex;
	uint64_t number;  /* of the latest */
	uint64_t dropped; /* since that */
	uint64_t dropped_all;
	int64_t second; /* that @count is of */
	uint32_t count;
	struct happening ring[HAPPENINGS_MAX]; /* number N at N % HAPPENINGS_MAX */
};

struct happenings *happenings__new(void)
{
	struct happenings *happenings = calloc(1, sizeof(*happenings));

	if (happenings)
		pthread_mutex_init(&happenings->mutex, NULL);
	return happenings;
}

void happenings__free(struct happenings *happenings)
{
	if (!happenings)
		return;
	pthread_mutex_destroy(&happenings->mutex);
	free(happenings);
}

size_t happenings__bytes(void)
{
	return sizeof(struct happenings);
}

/* By the time of the step itself: they are read in heaps. */
static bool is_too_much(struct happenings *happenings, int64_t time_ms)
{
	int64_t second = time_ms / 1000;

	if (second != happenings->second) {
		happenings->second = second;
		happenings->count = 0;
	}
	return happenings->count++ >= HAPPENINGS_PER_S;
}

bool happenings__add(struct happenings *happenings, const struct happening *happening)
{
	struct happening *to;
	bool keep;

	pthread_mutex_lock(&happenings->mutex);
	keep = !is_too_much(happenings, happening->time_ms);
	if (keep) {
		happenings->number++;
		to = &happenings->ring[happenings->number % HAPPENINGS_MAX];
		*to = *happening;
		to->number = happenings->number;
		to->dropped = happenings->dropped;
		happenings->dropped = 0;
	} else {
		happenings->dropped++;
		happenings->dropped_all++;
	}
	pthread_mutex_unlock(&happenings->mutex);
	return keep;
}

static bool is_of(const struct happening *happening, const struct xdpxe_client *client)
{
	return !client || (happening->client.htype == client->htype &&
			   happening->client.hlen == client->hlen &&
			   memcmp(happening->client.chaddr, client->chaddr, BOOTP_CHADDR_LEN) == 0);
}

uint64_t happenings__dropped(struct happenings *happenings)
{
	uint64_t dropped;

	pthread_mutex_lock(&happenings->mutex);
	dropped = happenings->dropped_all;
	pthread_mutex_unlock(&happenings->mutex);
	return dropped;
}

/* Number of the oldest that is kept, or of the next where none is. */
static uint64_t oldest(const struct happenings *happenings)
{
	return happenings->number > HAPPENINGS_MAX ? happenings->number - HAPPENINGS_MAX + 1 : 1;
}

size_t happenings__read(struct happenings *happenings, uint64_t after,
			const struct xdpxe_client *client, int64_t since_ms, struct happening *out,
			size_t most, uint64_t *missed, uint64_t *next)
{
	size_t count = 0;
	uint64_t number;

	pthread_mutex_lock(&happenings->mutex);
	if (after > happenings->number) /* of an earlier run */
		after = happenings->number;
	number = oldest(happenings);
	*missed = after + 1 < number ? number - after - 1 : 0;
	for (number = after + 1 < number ? number : after + 1;
	     number <= happenings->number && count < most; number++) {
		const struct happening *one = &happenings->ring[number % HAPPENINGS_MAX];

		if (is_of(one, client) && one->time_ms >= since_ms)
			out[count++] = *one;
	}
	*next = number - 1;
	pthread_mutex_unlock(&happenings->mutex);
	return count;
}
