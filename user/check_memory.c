// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Kernel memory of the maps, worked out from the contract: it is all taken at start, but for
// images, and for boots and hosts, which take it as they come.
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "config_boot.h"
#include "images_priv.h"
#include "probe.h"
#include "telemetry/telemetry.h"
#include "waiting.h"
#include "xdpxe/reasons.h"

/*
 * What the kernel adds for an entry of a hash map (struct htab_elem), of an LRU map too, and for a
 * bucket.
 */
#define HASH_ENTRY 48
#define HASH_BUCKET 16
#define MAPS_MOST 48
#define MAP_OVERHEAD 512 /* struct bpf_array and its like, for each inner map */

struct row {
	const char *name;
	uint64_t entries, bytes;
};

static uint64_t round_up8(uint64_t bytes)
{
	return (bytes + 7) & ~7ULL;
}

static struct row array(const char *name, uint64_t entries, uint64_t value)
{
	return (struct row){ name, entries, entries * round_up8(value) };
}

static struct row hash(const char *name, uint64_t entries, uint64_t key, uint64_t value)
{
	uint64_t buckets = 1;

	while (buckets < entries)
		buckets *= 2;
	return (struct row){ name, entries,
			     entries * (HASH_ENTRY + round_up8(key) + round_up8(value)) +
				     buckets * HASH_BUCKET };
}

/* A hash whose memory is taken entry by entry: buckets for all, and what this plan fills. */
static struct row grown(const char *name, uint64_t entries, uint64_t filled, uint64_t key,
			uint64_t value)
{
	struct row row = hash(name, entries, key, value);
	uint64_t entry = HASH_ENTRY + round_up8(key) + round_up8(value);

	row.bytes -= (entries - filled) * entry;
	return row;
}

static struct row pools(const struct plan *plan)
{
	struct row row = array("pools", XDPXE_NETWORK_SLOTS, sizeof(void *));
	size_t i;

	for (i = 0; i < plan->network_count; i++)
		row.bytes += MAP_OVERHEAD + (plan->networks[i].address_count + 1) * sizeof(__be32);
	return row;
}

/* The daemon's own: what it remembers of addresses that are probed, and of clients that wait for them. */
static struct row probes(const struct plan *plan)
{
	struct row row = { "probes", 0, 0 };
	size_t i;

	for (i = 0; i < plan->network_count; i++)
		if (plan->networks[i].wire.flags & XDPXE_NETWORK_PROBED)
			row.entries += plan->networks[i].address_count;
	if (row.entries)
		row.bytes = probe__bytes(row.entries) + WAITING_MAX * sizeof(struct xdpxe_miss);
	return row;
}

static struct row members(const struct plan *plan)
{
	struct row row = array("members", XDPXE_NETWORK_SLOTS, sizeof(void *));
	size_t i;

	for (i = 0; i < plan->network_count; i++)
		row.bytes += MAP_OVERHEAD +
			     (plan->networks[i].address_count + 1) * round_up8(sizeof(__u32));
	return row;
}

/* A node for each prefix, taken as it is written, and one where two part. */
static struct row delays(const struct plan *plan)
{
	uint64_t nodes = 2 * (uint64_t)plan->config->delay_count;

	return (struct row){ "delays", XDPXE_DELAYS_MAX, nodes * (HASH_ENTRY + 16) };
}

static struct row images(const struct check_files *files)
{
	struct row row = array("images", XDPXE_IMAGES_MAX, sizeof(void *));

	row.bytes += files->files * MAP_OVERHEAD + files->chunks * sizeof(struct xdpxe_chunk);
	return row;
}

/* Every map, in the order of bpf/maps.h. Return: how many */
static size_t list_maps(const struct plan *plan, const struct check_files *files,
			struct row list[MAPS_MOST])
{
	uint64_t cpus = (uint64_t)sysconf(_SC_NPROCESSORS_CONF);
	const struct row rows[] = {
		array("meta", 1, sizeof(struct xdpxe_meta)),
		array("ports", XDPXE_PORTS_MAX, sizeof(struct xdpxe_port)),
		array("networks", XDPXE_NETWORK_SLOTS, sizeof(struct xdpxe_network)),
		hash("vlans", XDPXE_NETWORK_SLOTS, sizeof(struct xdpxe_vlan), sizeof(__u32)),
		hash("subnets", XDPXE_NETWORK_SLOTS, sizeof(struct xdpxe_subnet), sizeof(__u32)),
		grown("boots", XDPXE_BOOT_ENTRIES, plan->boot_count, sizeof(uint64_t),
		      sizeof(struct xdpxe_boot)),
		grown("hosts", XDPXE_HOSTS_MAX, plan->host_count, sizeof(struct xdpxe_client),
		      sizeof(struct xdpxe_host)),
		pools(plan),
		probes(plan),
		members(plan),
		array("limits", XDPXE_NETWORK_SLOTS, sizeof(struct xdpxe_limits)),
		array("sources", XDPXE_SOURCES, sizeof(struct xdpxe_source)),
		array("buckets", XDPXE_BUCKET_KINDS * XDPXE_BUCKETS, sizeof(__u64)),
		delays(plan),
		array("class_delays", XDPXE_ARCHES, sizeof(__u32)),
		array("pulse", 1, sizeof(__u64)),
		hash("leases", XDPXE_LEASES_MAX, sizeof(struct xdpxe_client),
		     sizeof(struct xdpxe_lease)),
		hash("owners", XDPXE_LEASES_MAX, sizeof(__be32), sizeof(struct xdpxe_client)),
		array("lease_clock", 1, sizeof(struct xdpxe_lease_clock)),
		{ "lease_events", 1, XDPXE_LEASE_RING_BYTES },
		array("lease_store", 1, sizeof(struct xdpxe_lease_store)),
		hash("files", XDPXE_FILES_MAX, sizeof(struct xdpxe_name),
		     sizeof(struct xdpxe_file)),
		images(files),
		hash("tid_of", XDPXE_TID_COUNT, sizeof(struct xdpxe_params), sizeof(__u16)),
		array("tids", XDPXE_TID_COUNT, sizeof(struct xdpxe_tid)),
		array("sessions", XDPXE_SESSIONS_MAX, sizeof(__u64)),
		array("stories", XDPXE_SESSIONS_MAX, sizeof(struct xdpxe_story)),
		hash("rescues", XDPXE_RESCUES_MAX, sizeof(struct xdpxe_session_key),
		     sizeof(struct xdpxe_rescue)),
		{ "misses", 1, XDPXE_MISS_RING_BYTES },
		array("events", XDPXE_EVENTS, sizeof(struct xdpxe_event)),
		array("event_heads", XDPXE_EVENT_CPUS + 1, sizeof(struct xdpxe_event_head)),
		array("counters", XDPXE_REASON_MAX, sizeof(__u64) * cpus),
		array("jobs", XDPXE_JOBS * plan->port_count, XDPXE_JOB_BYTES * cpus),
		array("scratches", plan->port_count, XDPXE_SCRATCH_BYTES * cpus),
		array("clones", (XDPXE_FRAMES_MAX + 1) * plan->port_count,
		      (XDPXE_FRAMES_MAX + 1) * (sizeof(void *) + MAP_OVERHEAD)),
	};

	_Static_assert(sizeof(rows) / sizeof(rows[0]) <= MAPS_MOST, "room for all");
	memcpy(list, rows, sizeof(rows));
	return sizeof(rows) / sizeof(rows[0]);
}

void check__print_memory(const struct plan *plan, const struct check_files *files, FILE *out)
{
	struct row rows[MAPS_MOST];
	size_t count = list_maps(plan, files, rows), i;
	uint64_t total = 0;
	char bytes[32];

	fprintf(out, "%-12s  %9s  %12s\n", "MAP", "ENTRIES", "MEMORY");
	for (i = 0; i < count; i++) {
		fprintf(out, "%-12s  %9" PRIu64 "  %12s\n", rows[i].name, rows[i].entries,
			check__bytes(rows[i].bytes, bytes));
		total += rows[i].bytes;
	}
	fprintf(out, "%-12s  %9s  %12s\n", "all", "", check__bytes(total, bytes));
	if (plan->config->telemetry)
		fprintf(out, "%-12s  %9d  %12s  at most, as they come\n", "machines", MACHINES_MAX,
			check__bytes(telemetry__bytes(), bytes));
	fputc('\n', out);
}

static void add_file(const struct plan *plan, struct check_files *out, const struct found *found)
{
	uint64_t size = found->file.size;

	if (size > plan->config->cache_bytes - out->bytes ||
	    out->files + plan->config->alias_count == XDPXE_FILES_MAX) {
		out->beyond++;
		return;
	}
	out->files++;
	out->bytes += size;
	out->chunks +=
		size / XDPXE_CHUNK_BYTES + 1; /* as the loader: the last block may be empty */
}

/* Boot files go first; @rank marks those counted. */
static void add_boot(const struct plan *plan, struct check_files *out, struct walk *walk,
		     const char *name)
{
	struct found *found = name && !boot__is_url(name) ? walk__find(walk, name) : NULL;

	if (!found || found->rank == 0)
		return;
	found->rank = 0;
	add_file(plan, out, found);
}

int check_files__count(const struct plan *plan, struct check_files *out)
{
	const struct config *config = plan->config;
	struct walk walk;
	size_t i;
	int err;

	*out = (struct check_files){ 0 };
	if (!config->tftp_root)
		return 0;
	err = walk__run(&walk, config->tftp_root, NULL);
	for (i = 0; !err && i < XDPXE_ARCHES; i++)
		add_boot(plan, out, &walk, config->boot[i]);
	if (!err)
		add_boot(plan, out, &walk, config->boot_ipxe);
	for (i = 0; !err && i < config->host_count; i++) {
		add_boot(plan, out, &walk, config->hosts[i].boot);
		add_boot(plan, out, &walk, config->hosts[i].ipxe);
	}
	for (i = 0; !err && i < walk.count; i++)
		if (walk.found[i].rank != 0)
			add_file(plan, out, &walk.found[i]);
	walk__close(&walk);
	return err;
}
