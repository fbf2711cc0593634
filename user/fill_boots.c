// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Boot instructions, by a hash of what they say.
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "fill_priv.h"
#include "mapread.h"
#include "rows.h"

#define MEMORY_TRIES 200
#define MEMORY_WAIT_USEC 1000

/* FNV-1a, 64 bits */
static uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;

	while (len--)
		hash = (hash ^ *at++) * 1099511628211ULL;
	return hash;
}

static uint64_t hash_boot(const struct xdpxe_boot *boot)
{
	const uint16_t head[] = { boot->flags, boot->options_len, boot->pxe_len };
	uint64_t hash = hash_bytes(14695981039346656037ULL, head, sizeof(head));

	hash = hash_bytes(hash, boot->file, strlen((const char *)boot->file) + 1);
	hash = hash_bytes(hash, boot->options, (size_t)boot->options_len + boot->pxe_len);
	return hash == XDPXE_BOOT_NONE ? 1 : hash;
}

uint64_t *fill_boots__keys(const struct plan *plan)
{
	uint64_t *keys = calloc(plan->boot_count + 1, sizeof(*keys));

	for (size_t i = 0; keys && i < plan->boot_count; i++)
		keys[i] = hash_boot(&plan->boots[i]);
	return keys;
}

uint64_t fill_boots__key(const uint64_t *keys, uint64_t number)
{
	return number ? keys[number - 1] : XDPXE_BOOT_NONE;
}

int fill__put(int map, const void *key, const void *value, uint64_t flags)
{
	int err = 0;

	for (int i = 0; i < MEMORY_TRIES; i++) {
		err = bpf_map_update_elem(map, key, value, flags) < 0 ? -errno : 0;
		if (err != -ENOMEM)
			break;
		usleep(MEMORY_WAIT_USEC);
	}
	return err;
}

int fill_boots__add(const struct maps *maps, const struct plan *plan, const uint64_t *keys)
{
	int err = 0;

	for (size_t i = 0; !err && i < plan->boot_count; i++) {
		err = fill__put(maps->boots, &keys[i], &plan->boots[i], BPF_NOEXIST);
		if (err == -EEXIST)
			err = 0;
	}
	return err;
}

/* Keys of the map that are not among those of the plan. */
struct unused {
	const uint64_t *keys; /* ascending */
	size_t count;
	struct rows rows; /* uint64_t */
};

static int compare_keys(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static int note_unused(const void *key, const void *value, void *context)
{
	struct unused *unused = context;
	uint64_t *row;

	(void)value;
	if (bsearch(key, unused->keys, unused->count, sizeof(*unused->keys), compare_keys))
		return 0;
	row = rows__add(&unused->rows);
	if (!row)
		return -ENOMEM;
	memcpy(row, key, sizeof(*row));
	return 0;
}

int fill__sweep(const struct engine *engine, const struct plan *plan)
{
	uint64_t *keys = fill_boots__keys(plan);
	struct unused unused = { keys, plan->boot_count, { .size = sizeof(*keys) } };
	int err;

	if (!keys)
		return -ENOMEM;
	qsort(keys, plan->boot_count, sizeof(*keys), compare_keys);
	err = mapread__each(engine->maps.boots, note_unused, &unused);
	for (size_t i = 0; !err && i < unused.rows.count; i++)
		bpf_map_delete_elem(engine->maps.boots, rows__at(&unused.rows, i));
	rows__free(&unused.rows);
	free(keys);
	return err;
}
