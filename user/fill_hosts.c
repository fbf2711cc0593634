// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Reservations: tens of thousands of them, of which a reload changes a few.
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "fill_priv.h"
#include "mapread.h"
#include "rows.h"

/* A reservation as it is to be in the map. */
struct wanted {
	struct xdpxe_client key;
	struct xdpxe_host host;
	bool there; /* it is */
};

struct comparison {
	struct wanted *wanted; /* by key, ascending */
	size_t count;
	struct rows gone; /* struct xdpxe_client */
};

static int compare_clients(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct xdpxe_client));
}

static int compare_entry(const void *key, const void *value, void *context)
{
	struct comparison *comparison = context;
	struct wanted *wanted = bsearch(key, comparison->wanted, comparison->count, sizeof(*wanted),
					compare_clients);
	struct xdpxe_client *gone;

	if (wanted) {
		wanted->there = memcmp(value, &wanted->host, sizeof(wanted->host)) == 0;
		return 0;
	}
	gone = rows__add(&comparison->gone);
	if (!gone)
		return -ENOMEM;
	memcpy(gone, key, sizeof(*gone));
	return 0;
}

static struct wanted *list_wanted(const struct plan *plan, const uint64_t *keys)
{
	struct wanted *wanted = calloc(plan->host_count + 1, sizeof(*wanted));

	for (size_t i = 0; wanted && i < plan->host_count; i++) {
		wanted[i].key = plan->hosts[i].key;
		wanted[i].host = plan->hosts[i].host;
		wanted[i].host.boot = fill_boots__key(keys, wanted[i].host.boot);
		wanted[i].host.boot_ipxe = fill_boots__key(keys, wanted[i].host.boot_ipxe);
	}
	if (wanted)
		qsort(wanted, plan->host_count, sizeof(*wanted), compare_clients);
	return wanted;
}

/* An update replaces an entry at once: readers find the old or the new one. */
static int write_changed(const struct maps *maps, const struct comparison *comparison)
{
	int err = 0;

	for (size_t i = 0; !err && i < comparison->count; i++) {
		const struct wanted *wanted = &comparison->wanted[i];

		if (!wanted->there)
			err = fill__put(maps->hosts, &wanted->key, &wanted->host, BPF_ANY);
	}
	return err;
}

int fill_hosts__write(const struct maps *maps, const struct plan *plan, const uint64_t *keys)
{
	struct comparison comparison = {
		.wanted = list_wanted(plan, keys),
		.count = plan->host_count,
		.gone = { .size = sizeof(struct xdpxe_client) },
	};
	int err = comparison.wanted ? mapread__each(maps->hosts, compare_entry, &comparison)
				    : -ENOMEM;

	/* First: the map has room for one configuration, not for two. */
	for (size_t i = 0; !err && i < comparison.gone.count; i++)
		bpf_map_delete_elem(maps->hosts, rows__at(&comparison.gone, i));
	if (!err)
		err = write_changed(maps, &comparison);
	rows__free(&comparison.gone);
	free(comparison.wanted);
	return err;
}
