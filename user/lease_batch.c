// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "lease_batch.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "mapread.h"

#define FORGOTTEN_S                                                                                \
	(90 * 86400) /* a lease of a network that is not configured is kept for so long */

struct writer {
	struct store *store;
	int64_t calendar;
	__be32 subnets[XDPXE_NETWORKS_MAX]; /* of the leases that were seen */
	size_t count;
};

static void put_lease(const struct writer *writer, const struct xdpxe_client *client,
		      const struct xdpxe_lease *lease)
{
	const struct store_lease row = {
		.client = *client,
		.addr = lease->addr,
		.arch = lease->arch,
		.ipxe = lease->ipxe,
		.reserved = lease->flags & XDPXE_LEASE_RESERVED,
		.expires = XDPXE_LEASE_EXPIRES(lease->word) + writer->calendar,
		.first_seen = lease->first_s + writer->calendar,
		.last_seen = lease->last_s + writer->calendar,
	};

	store__put_lease(writer->store, &row);
}

/* An owner without hardware address is a declined address, and its subnet the second until which it is one. */
static void put_declined(const struct writer *writer, __be32 addr, const struct xdpxe_client *owner)
{
	const struct store_declined row = { .addr = addr,
					    .until = owner->subnet + writer->calendar };

	if (owner->hlen == 0)
		store__put_declined(writer->store, &row);
}

/* What the maps say of a lease that is no longer what it was. */
static int look_up(const struct writer *writer, const struct maps *maps,
		   const struct xdpxe_lease_event *event)
{
	struct xdpxe_client owner;
	struct xdpxe_lease lease;

	if (bpf_map_lookup_elem(maps->leases, &event->client, &lease) < 0) {
		if (errno != ENOENT)
			return -errno;
		lease.word = 0;
	}
	/* What is only offered now, was given up before. */
	if (XDPXE_LEASE_STATE(lease.word) == XDPXE_LEASE_BOUND)
		put_lease(writer, &event->client, &lease);
	else
		store__drop_lease(writer->store, &event->client);
	if (bpf_map_lookup_elem(maps->owners, &event->addr, &owner) == 0)
		put_declined(writer, event->addr, &owner);
	return 0;
}

static int write_event(const struct writer *writer, const struct maps *maps,
		       const struct xdpxe_lease_event *event)
{
	const struct xdpxe_lease lease = {
		.word = XDPXE_LEASE_WORD(XDPXE_LEASE_BOUND, event->expires_s),
		.addr = event->addr,
		.flags = event->flags,
		.first_s = event->first_s,
		.last_s = event->last_s,
		.arch = event->arch,
		.ipxe = event->ipxe,
	};

	if (event->expires_s == 0)
		return look_up(writer, maps, event);
	put_lease(writer, &event->client, &lease);
	return 0;
}

/* By address, and of one address by when it came. */
static uint64_t place_of(const struct xdpxe_lease_event *event, size_t number)
{
	return (uint64_t)ntohl(event->addr) << 32 | number;
}

static int compare_places(const void *a, const void *b)
{
	const uint64_t *first = a, *second = b;

	return *first < *second ? -1 : *first > *second;
}

static bool is_same_lease(const struct xdpxe_lease_event *a, const struct xdpxe_lease_event *b)
{
	return a->addr == b->addr && memcmp(&a->client, &b->client, sizeof(a->client)) == 0;
}

/*
 * By address, since neighbours stand on one page of the database; those of one address in their order. What follows at
 * once about the same lease says it all. Events of other addresses do not matter: a machine that moves to another one
 * has left the first, which is an event of that.
 */
int lease_batch__write(struct store *store, const struct maps *maps, const struct rows *events,
		       int64_t calendar)
{
	const struct writer writer = { .store = store, .calendar = calendar };
	uint64_t *places = calloc(events->count + 1, sizeof(*places));
	const struct xdpxe_lease_event *event, *next;
	int err = places ? 0 : -ENOMEM;

	for (size_t i = 0; places && i < events->count; i++)
		places[i] = place_of(rows__at(events, i), i);
	if (places)
		qsort(places, events->count, sizeof(*places), compare_places);
	for (size_t i = 0; !err && i < events->count; i++) {
		event = rows__at(events, (uint32_t)places[i]);
		next = i + 1 < events->count ? rows__at(events, (uint32_t)places[i + 1]) : NULL;
		if (!next || !is_same_lease(event, next))
			err = write_event(&writer, maps, event);
	}
	free(places);
	return err;
}

static int each_lease(const void *key, const void *value, void *context)
{
	const struct xdpxe_client *client = key;
	const struct xdpxe_lease *lease = value;

	if (XDPXE_LEASE_STATE(lease->word) == XDPXE_LEASE_BOUND)
		put_lease(context, client, lease);
	return 0;
}

static int each_owner(const void *key, const void *value, void *context)
{
	const __be32 *addr = key;

	put_declined(context, *addr, value);
	return 0;
}

static int each_subnet(const void *key, const void *value, void *context)
{
	const struct xdpxe_client *client = key;
	struct writer *writer = context;

	(void)value;
	for (size_t i = 0; i < writer->count; i++)
		if (writer->subnets[i] == client->subnet)
			return 0;
	if (writer->count < XDPXE_NETWORKS_MAX)
		writer->subnets[writer->count++] = client->subnet;
	return 0;
}

/* Who reads the database later knows nothing of the configuration. */
static void put_networks(struct store *store, const struct lease_fit *fit)
{
	const __be32 *masks = lease_fit__masks(fit), *subnets;
	size_t count;

	subnets = lease_fit__subnets(fit, &count);
	for (size_t i = 0; i < count; i++) {
		const struct store_network row = { .subnet = subnets[i], .mask = masks[i] };

		store__put_network(store, &row);
	}
}

int lease_batch__write_all(struct store *store, const struct maps *maps,
			   const struct lease_fit *fit, int64_t calendar)
{
	struct writer writer = { .store = store, .calendar = calendar };
	int64_t now = lease_clock__now_s() + calendar;
	const __be32 *subnets = writer.subnets;
	int err = 0;

	if (fit)
		subnets = lease_fit__subnets(fit, &writer.count);
	else
		err = mapread__each(maps->leases, each_subnet, &writer);
	if (err)
		return err;
	if (fit)
		put_networks(store, fit);
	store__clear(store, subnets, writer.count, now - FORGOTTEN_S);
	err = mapread__each(maps->leases, each_lease, &writer);
	return err ? err : mapread__each(maps->owners, each_owner, &writer);
}
