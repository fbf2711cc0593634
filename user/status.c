// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "status.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "mapread.h"
#include "sessions.h"

/* A process of that number that is this program: numbers are used again. */
static bool daemon_runs(__u32 pid)
{
	char path[32], name[32] = "";
	FILE *file;

	if (!pid || (kill((pid_t)pid, 0) && errno != EPERM))
		return false;
	snprintf(path, sizeof(path), "/proc/%u/comm", pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	if (!fgets(name, sizeof(name), file))
		name[0] = '\0';
	fclose(file);
	return !strcmp(name, "xdpxe\n");
}

static int add_counters(int map, uint64_t *sums)
{
	int cpus = libbpf_num_possible_cpus();
	uint64_t *values = cpus > 0 ? calloc((size_t)cpus, sizeof(*values)) : NULL;
	int err = values ? 0 : -ENOMEM;

	for (uint32_t reason = 0; !err && reason < XDPXE_REASON_MAX; reason++) {
		err = bpf_map_lookup_elem(map, &reason, values);
		for (int cpu = 0; !err && cpu < cpus; cpu++)
			sums[reason] += values[cpu];
	}
	free(values);
	return err;
}

static int count_file(const void *key, const void *value, void *context)
{
	const struct xdpxe_file *file = value;
	struct status_instance *instance = context;

	(void)key;
	if (file->flags & XDPXE_FILE_PASS)
		return 0;
	instance->files++;
	instance->bytes += file->size;
	return 0;
}

struct lease_counter {
	struct rows *networks;
	uint32_t now_s;
};

static int count_lease(const void *key, const void *value, void *context)
{
	const struct xdpxe_client *client = key;
	const struct xdpxe_lease *lease = value;
	struct lease_counter *counter = context;

	if (XDPXE_LEASE_EXPIRES(lease->word) <= counter->now_s)
		return 0;
	for (size_t i = 0; i < counter->networks->count; i++) {
		struct status_network *network = rows__at(counter->networks, i);

		if (network->address != client->subnet)
			continue;
		network->leases += XDPXE_LEASE_STATE(lease->word) == XDPXE_LEASE_BOUND;
		network->offered += XDPXE_LEASE_STATE(lease->word) == XDPXE_LEASE_OFFERED;
	}
	return 0;
}

static int add_networks(const struct view *view, struct rows *networks)
{
	struct lease_counter counter = { .networks = networks, .now_s = mapread__now_s() };
	struct rows wire;
	int err = view__networks(view, &wire);

	networks->size = sizeof(struct status_network);
	for (size_t i = 0; !err && i < wire.count; i++) {
		const struct xdpxe_network *from = rows__at(&wire, i);
		struct status_network *network = rows__add(networks);

		if (!network) {
			err = -ENOMEM;
			break;
		}
		network->address = from->subnet;
		network->mask = from->mask;
		view__network_text(network->subnet, from->subnet, from->mask);
		inet_ntop(AF_INET, &from->server, network->server, sizeof(network->server));
	}
	rows__free(&wire);
	return err ? err : mapread__each(view->maps.leases, count_lease, &counter);
}

static int add_store(const struct view *view, struct status_instance *instance)
{
	struct xdpxe_lease_store *store = &instance->store;
	uint32_t zero = 0;

	instance->now_s = mapread__now_s();
	if (bpf_map_lookup_elem(view->maps.lease_store, &zero, store) < 0)
		return -errno;
	store->path[sizeof(store->path) - 1] = '\0';
	store->trouble[sizeof(store->trouble) - 1] = '\0';
	return 0;
}

int status__add(const struct view *view, void *context)
{
	struct status *status = context;
	struct status_instance *instance;
	int64_t tids, sessions;
	int err;

	status->instances.size = sizeof(*instance);
	instance = rows__add(&status->instances);
	if (!instance)
		return -ENOMEM;
	memcpy(instance->name, view->instance->first, sizeof(instance->name));
	instance->port_count = pins__ports(view->instance, instance->ports, XDPXE_PORTS_MAX);
	instance->meta = view->meta;
	instance->running = daemon_runs(view->meta.pid);
	err = add_networks(view, &instance->networks);
	if (!err)
		err = add_store(view, instance);
	if (!err)
		err = mapread__each(view->maps.files, count_file, instance);
	if (!err)
		err = add_counters(view->maps.counters, status->counters);
	if (err)
		return err;
	tids = mapread__count(view->maps.tid_of);
	sessions = sessions__count(&view->maps);
	if (tids < 0 || sessions < 0)
		return (int)(tids < 0 ? tids : sessions);
	instance->tids = (uint64_t)tids;
	instance->sessions = (uint64_t)sessions;
	return 0;
}

void status__free(struct status *status)
{
	for (size_t i = 0; i < status->instances.count; i++)
		rows__free(&((struct status_instance *)rows__at(&status->instances, i))->networks);
	rows__free(&status->instances);
}
