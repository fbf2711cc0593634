// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The table: who is in it, by hardware address and by IP address, and who was heard of or changed last. */
#include "machines_priv.h"

#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST 256

static struct machine *at(const struct machines *machines, uint32_t link)
{
	return link ? &machines->slots[link - 1] : NULL;
}

/* Hardware addresses may be chosen by somebody who wants them to meet: so the seed is a secret. */
static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
	return hash ^ hash >> 29;
}

static uint32_t client_bucket(const struct machines *machines, const struct xdpxe_client *client)
{
	uint64_t words[2], hash;

	memcpy(words, client->chaddr, sizeof(words));
	hash = mix(mix(machines->seed, words[0]), words[1]);
	return mix(hash, client->htype << 8 | client->hlen) & (machines->buckets - 1);
}

static uint32_t addr_bucket(const struct machines *machines, __be32 addr)
{
	return mix(machines->seed, addr) & (machines->buckets - 1);
}

static bool is_same(const struct xdpxe_client *a, const struct xdpxe_client *b)
{
	return a->htype == b->htype && a->hlen == b->hlen &&
	       memcmp(a->chaddr, b->chaddr, sizeof(a->chaddr)) == 0;
}

static void enlist(struct machines *machines, uint32_t link)
{
	struct machine *machine = at(machines, link);
	uint32_t *bucket = &machines->by_client[client_bucket(machines, &machine->view.client)];

	machine->next_client = *bucket;
	*bucket = link;
	machine->next_addr = 0;
	if (!machine->view.addr)
		return;
	bucket = &machines->by_addr[addr_bucket(machines, machine->view.addr)];
	machine->next_addr = *bucket;
	*bucket = link;
}

static void delist_addr(struct machines *machines, struct machine *machine, uint32_t link)
{
	uint32_t *from;

	if (!machine->view.addr)
		return;
	from = &machines->by_addr[addr_bucket(machines, machine->view.addr)];
	while (*from && *from != link)
		from = &at(machines, *from)->next_addr;
	if (*from)
		*from = machine->next_addr;
	machine->next_addr = 0;
	machine->view.addr = 0;
}

static void delist_client(struct machines *machines, struct machine *machine, uint32_t link)
{
	uint32_t *from = &machines->by_client[client_bucket(machines, &machine->view.client)];

	while (*from != link)
		from = &at(machines, *from)->next_client;
	*from = machine->next_client;
}

static void unlink_order(struct machines *machines, struct machine *machine,
			 enum machine_order order)
{
	uint32_t before = machine->order[order].before, behind = machine->order[order].behind;

	if (before)
		at(machines, before)->order[order].behind = behind;
	else
		machines->first[order] = behind;
	if (behind)
		at(machines, behind)->order[order].before = before;
	else
		machines->last[order] = before;
}

static void append_order(struct machines *machines, struct machine *machine, uint32_t link,
			 enum machine_order order)
{
	machine->order[order].before = machines->last[order];
	machine->order[order].behind = 0;
	if (machines->last[order])
		at(machines, machines->last[order])->order[order].behind = link;
	else
		machines->first[order] = link;
	machines->last[order] = link;
}

void machines__touch(struct machines *machines, struct machine *machine, enum machine_order order)
{
	uint32_t link = machine->link;

	if (machines->last[order] == link)
		return;
	unlink_order(machines, machine, order);
	append_order(machines, machine, link, order);
}

/* Twice the room in the hashes. Return: false without memory */
static bool grow(struct machines *machines)
{
	uint32_t room = machines->room ? 2 * machines->room : ROOM_FIRST;
	uint32_t *by_client = calloc(2 * room, sizeof(*by_client));
	uint32_t *by_addr = calloc(2 * room, sizeof(*by_addr));

	if (!by_client || !by_addr) {
		free(by_client);
		free(by_addr);
		return false;
	}
	free(machines->by_client);
	free(machines->by_addr);
	machines->by_client = by_client;
	machines->by_addr = by_addr;
	machines->room = room;
	machines->buckets = 2 * room;
	for (uint32_t i = 0; i < machines->count; i++)
		enlist(machines, i + 1);
	return true;
}

/* A place for one more: a new one, or that of the machine that was heard of longest ago. Return: slot + 1, 0 for none */
static uint32_t make_place(struct machines *machines)
{
	uint32_t link = machines->first[ORDER_HEARD];
	struct machine *machine;

	if (machines->count < machines->most) {
		if (machines->count == machines->room && !grow(machines))
			return 0;
		machines__take_memory(machines);
		return ++machines->count;
	}
	machine = at(machines, link);
	if (machine->save_ms)
		machine__save(machines, machine, machine->view.heard_ms);
	machines->stages[machine->view.stage]--;
	delist_addr(machines, machine, link);
	delist_client(machines, machine, link);
	for (int order = 0; order < ORDERS; order++)
		unlink_order(machines, machine, order);
	story__free(&machine->story);
	memset(machine, 0, sizeof(*machine));
	return link;
}

struct machine *machines__lookup(struct machines *machines, const struct xdpxe_client *client)
{
	uint32_t link =
		machines->buckets ? machines->by_client[client_bucket(machines, client)] : 0;

	while (link && !is_same(&at(machines, link)->view.client, client))
		link = at(machines, link)->next_client;
	return at(machines, link);
}

struct machine *machines__get(struct machines *machines, const struct xdpxe_client *client,
			      int64_t now_ms)
{
	struct machine *machine = machines__lookup(machines, client);
	uint32_t link;

	if (machine)
		return machine;
	link = make_place(machines);
	machine = at(machines, link);
	if (!machine)
		return NULL;
	machine->view.client = *client;
	machine->view.arch = XDPXE_NONE;
	machine->view.since_ms = machine->view.heard_ms = now_ms;
	machine->link = link;
	machine->born = ++machines->born;
	machines->stages[MACHINE_DISCOVERING]++;
	enlist(machines, link);
	for (int order = 0; order < ORDERS; order++)
		append_order(machines, machine, link, order);
	return machine;
}

struct machine *machines__at_addr(struct machines *machines, __be32 addr)
{
	uint32_t link =
		machines->buckets && addr ? machines->by_addr[addr_bucket(machines, addr)] : 0;

	while (link && at(machines, link)->view.addr != addr)
		link = at(machines, link)->next_addr;
	return at(machines, link);
}

void machines__move_addr(struct machines *machines, struct machine *machine, __be32 addr)
{
	struct machine *other = machines__at_addr(machines, addr);
	uint32_t link, *bucket;

	if (!addr || other == machine)
		return;
	if (other) {
		delist_addr(machines, other, other->link);
		other->transfer_ms =
			0; /* it was never its own: the sender of a frame may be a router */
		machine__wait(other, WAIT_NOTHING, 0, 0);
		machine__changed(machines, other);
	}
	link = machine->link;
	delist_addr(machines, machine, link);
	machine->view.addr = addr;
	bucket = &machines->by_addr[addr_bucket(machines, addr)];
	machine->next_addr = *bucket;
	*bucket = link;
}

bool machines__owner(struct machines *machines, __be32 addr, struct xdpxe_client *client)
{
	const struct machine *machine;

	pthread_mutex_lock(&machines->mutex);
	machine = machines__at_addr(machines, addr);
	if (machine)
		*client = machine->view.client;
	pthread_mutex_unlock(&machines->mutex);
	return machine;
}
