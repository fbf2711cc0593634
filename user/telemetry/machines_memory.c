// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The table's memory, from its beginning to its end. */
#include "machines_priv.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/random.h>

#define PIECE_BYTES (256 << 10) /* of memory, a multiple of a page */

void machines__take_memory(struct machines *machines)
{
	size_t all = machines->most * sizeof(struct machine);
	size_t more = all - machines->taken < PIECE_BYTES ? all - machines->taken : PIECE_BYTES;

	if ((machines->count + 1) * sizeof(struct machine) <= machines->taken)
		return;
	madvise((char *)machines->slots + machines->taken, more, MADV_POPULATE_WRITE);
	machines->taken += more;
}

/* Places for all machines there may be, which take memory when they are used. */
static struct machine *map_slots(size_t most)
{
	void *slots = mmap(NULL, most * sizeof(struct machine), PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return slots == MAP_FAILED ? NULL : slots;
}

struct machines *machines__new(size_t most, bool saving)
{
	struct machines *machines = calloc(1, sizeof(*machines));

	if (!machines)
		return NULL;
	machines->slots = map_slots(most);
	if (!machines->slots) {
		free(machines);
		return NULL;
	}
	pthread_mutex_init(&machines->mutex, NULL);
	machines->most = most;
	machines->saving = saving;
	machines->told.size = machines->spare.size = sizeof(struct happening);
	machines->saves.size = sizeof(struct machine_save);
	if (getrandom(&machines->seed, sizeof(machines->seed), GRND_NONBLOCK) < 0)
		machines->seed = (uintptr_t)machines;
	return machines;
}

void machines__measure(struct machines *machines, struct histograms *histograms)
{
	pthread_mutex_lock(&machines->mutex);
	machines->histograms = histograms;
	pthread_mutex_unlock(&machines->mutex);
}

void machines__set_saving(struct machines *machines, bool saving)
{
	pthread_mutex_lock(&machines->mutex);
	machines->saving = saving;
	pthread_mutex_unlock(&machines->mutex);
}

void machines__free(struct machines *machines)
{
	if (!machines)
		return;
	for (uint32_t i = 0; i < machines->count; i++)
		story__free(&machines->slots[i].story);
	for (size_t i = 0; i < machines->saves.count; i++)
		free(((struct machine_save *)rows__at(&machines->saves, i))->story);
	rows__free(&machines->saves);
	rows__free(&machines->told);
	rows__free(&machines->spare);
	munmap(machines->slots, machines->most * sizeof(*machines->slots));
	free(machines->by_client);
	free(machines->by_addr);
	pthread_mutex_destroy(&machines->mutex);
	free(machines);
}

size_t machines__bytes(size_t count)
{
	return count * (sizeof(struct machine) + STORY_BYTES + 4 * sizeof(uint32_t));
}
