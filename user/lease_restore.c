// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "lease_restore.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#define BATCH 4096
#define LONGEST_S (366 * 86400) /* no lease is longer: the configuration allows a year */

/* Leases as the maps hold them, side by side, as bpf_map_update_batch() wants them. */
struct batch {
	struct xdpxe_client clients[BATCH];
	struct xdpxe_lease leases[BATCH];
	__be32 addrs[BATCH];
	uint32_t count;
};

struct restore {
	const struct maps *maps;
	const struct lease_fit *fit;
	struct lease_restored *out;
	struct batch *batch; /* NULL: the maps are in use */
	uint32_t now_s;	     /* clock of leases */
	int64_t calendar;    /* Unix time less clock of leases, for every time that was read */
};

/* What the calendar of the content has to do with the clock of leases. */
static int64_t calendar_of(const struct store_clock *clock, uint32_t now_s, bool *timeless)
{
	int64_t calendar = lease_clock__calendar();
	char boot[LEASE_CLOCK_BOOT];

	lease_clock__boot(boot);
	*timeless = false;
	if (boot[0] && strcmp(boot, clock->boot) == 0)
		return clock->calendar;
	*timeless = clock->written > calendar + now_s;
	return *timeless ? clock->written - now_s : calendar;
}

/* Unix time to the clock of leases, which has no time before 1. */
static uint32_t to_clock(const struct restore *restore, int64_t unix_s, uint32_t latest_s)
{
	int64_t time_s;

	if (__builtin_sub_overflow(unix_s, restore->calendar, &time_s) || time_s < 1)
		return 1;
	return time_s < latest_s ? (uint32_t)time_s : latest_s;
}

/* No lease lasts longer from now on than it was given for. */
static uint32_t latest_end(const struct restore *restore, const struct store_lease *row)
{
	int64_t length_s;

	if (__builtin_sub_overflow(row->expires, row->last_seen, &length_s) || length_s > LONGEST_S)
		length_s = LONGEST_S;
	return restore->now_s + (uint32_t)(length_s > 0 ? length_s : 0);
}

static bool is_same_machine(const struct xdpxe_client *a, const struct xdpxe_client *b)
{
	return a->htype == b->htype && a->hlen == b->hlen &&
	       memcmp(a->chaddr, b->chaddr, sizeof(a->chaddr)) == 0;
}

/* A lease of the maps for a row. Return: false for one that has no place any more */
static bool make_lease(const struct restore *restore, const struct store_lease *row,
		       struct xdpxe_lease *lease)
{
	const struct xdpxe_client *owner = lease_fit__owner(restore->fit, row->addr);
	uint32_t expires_s = to_clock(restore, row->expires, latest_end(restore, row));
	bool reserved = owner && is_same_machine(owner, &row->client);

	if (!lease_fit__has(restore->fit, row->client.subnet, row->addr))
		return false;
	/* One that still runs stays: its machine may use the address, and the reservation waits, as after a reload. */
	if (owner && !reserved && expires_s <= restore->now_s)
		return false;
	*lease = (struct xdpxe_lease){
		.word = XDPXE_LEASE_WORD(XDPXE_LEASE_BOUND, expires_s),
		.addr = row->addr,
		.flags = reserved ? XDPXE_LEASE_RESERVED : 0,
		.first_s = to_clock(restore, row->first_seen, restore->now_s),
		.last_s = to_clock(restore, row->last_seen, restore->now_s),
		.arch = row->arch,
		.ipxe = row->ipxe,
	};
	return true;
}

static int flush(struct restore *restore)
{
	const struct maps *maps = restore->maps;
	struct batch *batch = restore->batch;
	LIBBPF_OPTS(bpf_map_batch_opts, any);
	uint32_t count = batch->count;
	int err = 0;

	if (count)
		err = bpf_map_update_batch(maps->owners, batch->addrs, batch->clients, &count,
					   &any);
	count = batch->count;
	if (!err && count)
		err = bpf_map_update_batch(maps->leases, batch->clients, batch->leases, &count,
					   &any);
	batch->count = 0;
	return err;
}

/* The owner first, as the kernel program does. Return: 0, -EEXIST when the maps know better, negative errno */
static int put_live(const struct maps *maps, const struct xdpxe_client *client,
		    const struct xdpxe_lease *lease)
{
	if (bpf_map_update_elem(maps->owners, &lease->addr, client, BPF_NOEXIST) < 0)
		return -errno;
	if (bpf_map_update_elem(maps->leases, client, lease, BPF_NOEXIST) < 0) {
		int err = -errno;

		bpf_map_delete_elem(maps->owners, &lease->addr);
		return err;
	}
	return 0;
}

static int put_row(struct restore *restore, const struct store_lease *row)
{
	struct batch *batch = restore->batch;
	struct xdpxe_lease lease;
	int err = 0;

	if (!make_lease(restore, row, &lease)) {
		restore->out->left_out++;
		return 0;
	}
	if (batch) {
		batch->clients[batch->count] = row->client;
		batch->leases[batch->count] = lease;
		batch->addrs[batch->count++] = lease.addr;
		err = batch->count == BATCH ? flush(restore) : 0;
	} else {
		err = put_live(restore->maps, &row->client, &lease);
	}
	if (err == -EEXIST)
		return 0;
	restore->out->leases += !err;
	restore->out->ended += !err && XDPXE_LEASE_EXPIRES(lease.word) <= restore->now_s;
	return err;
}

/* What is over is forgotten; what nobody may have yet gets an owner that is no machine. */
static int put_declined(struct restore *restore, const struct store_declined *row)
{
	struct xdpxe_client nobody = { .subnet = to_clock(restore, row->until,
							  restore->now_s + XDPXE_QUARANTINE_S) };

	if (nobody.subnet <= restore->now_s)
		return 0;
	if (bpf_map_update_elem(restore->maps->owners, &row->addr, &nobody, BPF_NOEXIST) < 0)
		return errno == EEXIST ? 0 : -errno;
	restore->out->declined++;
	return 0;
}

int lease_restore__put(const struct maps *maps, const struct lease_fit *fit,
		       const struct store_content *content, bool live, struct lease_restored *out)
{
	struct restore restore = {
		.maps = maps, .fit = fit, .out = out, .now_s = lease_clock__now_s()
	};
	int err = 0;

	memset(out, 0, sizeof(*out));
	restore.calendar = calendar_of(&content->clock, restore.now_s, &out->timeless);
	restore.batch = live ? NULL : calloc(1, sizeof(*restore.batch));
	if (!live && !restore.batch)
		return -ENOMEM;
	for (size_t i = 0; !err && i < content->leases.count; i++)
		err = put_row(&restore, rows__at(&content->leases, i));
	if (!err && restore.batch)
		err = flush(&restore);
	for (size_t i = 0; !err && i < content->declined.count; i++)
		err = put_declined(&restore, rows__at(&content->declined, i));
	free(restore.batch);
	return err;
}
