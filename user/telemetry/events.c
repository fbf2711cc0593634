// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "events.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include <bpf/libbpf.h>

#define PLACES_BYTES (XDPXE_EVENTS * sizeof(struct xdpxe_event))
#define HEADS_BYTES ((XDPXE_EVENT_CPUS + 1) * sizeof(struct xdpxe_event_head))
#define NAME_PLACES (sizeof(struct xdpxe_name) / sizeof(struct xdpxe_event))

struct events {
	struct xdpxe_event *places;
	struct xdpxe_event_head *heads;
	uint32_t parts;
	uint32_t order; /* all before it was written by the look before */
	struct part {
		uint64_t number, whole; /* the next; and up to this one */
	} part[XDPXE_EVENT_CPUS];
};

static void *map_all(int fd, size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

struct events *events__open(const struct maps *maps)
{
	struct events *events = calloc(1, sizeof(*events));
	int cpus = libbpf_num_possible_cpus();

	if (!events)
		return NULL;
	events->parts = xdpxe_event_parts(cpus > 0 ? (uint32_t)cpus : 1);
	events->places = map_all(maps->events, PLACES_BYTES);
	events->heads = map_all(maps->event_heads, HEADS_BYTES);
	if (events->places && events->heads)
		return events;
	events__close(events);
	return NULL;
}

void events__close(struct events *events)
{
	int error = errno;

	if (!events)
		return;
	if (events->places)
		munmap(events->places, PLACES_BYTES);
	if (events->heads)
		munmap(events->heads, HEADS_BYTES);
	free(events);
	errno = error;
}

static struct xdpxe_event *place_of(const struct events *events, uint32_t cpu, uint64_t number)
{
	uint32_t length = XDPXE_EVENTS / events->parts;

	return &events->places[(size_t)cpu * length + (number & (length - 1))];
}

/* A copy of what stands at the next place of a part, which is cleared. */
static struct xdpxe_event take_place(struct events *events, uint32_t cpu)
{
	struct xdpxe_event *place = place_of(events, cpu, events->part[cpu].number++);
	struct xdpxe_event copy = *place;

	memset(place, 0, sizeof(*place));
	return copy;
}

/*
 * What follows an event: its name. A frame that the daemon runs again may be interrupted by one of the wire on the same
 * CPU, and both write one place: then the other stays empty, or lacks its name, and is passed over.
 */
static bool take_name(struct events *events, uint32_t cpu, struct xdpxe_name *name)
{
	struct xdpxe_event piece;

	_Static_assert(NAME_PLACES * sizeof(piece) == sizeof(*name), "whole places");
	if (events->part[cpu].whole - events->part[cpu].number < NAME_PLACES)
		return false;
	for (size_t i = 0; i < NAME_PLACES; i++) {
		piece = take_place(events, cpu);
		memcpy((char *)name + i * sizeof(piece), &piece, sizeof(piece));
	}
	name->path[sizeof(name->path) - 1] = '\0';
	return true;
}

static void take(struct events *events, uint32_t cpu, events_fn fn, void *context)
{
	struct xdpxe_event event = take_place(events, cpu);
	struct xdpxe_name name;
	bool named =
		event.time_ns && event.flags & XDPXE_EVENT_NAMED && take_name(events, cpu, &name);

	if (event.time_ns)
		fn(&event, named ? &name : NULL, context);
	__atomic_store_n(&events->heads[cpu].read, events->part[cpu].number, __ATOMIC_RELEASE);
}

/* How many events lie between two orders, of which 24 bits are known. */
static int32_t apart(uint32_t order, uint32_t other)
{
	return (int32_t)((order - other) << 8) >> 8;
}

static uint32_t order_of(const struct xdpxe_event *event)
{
	return event->order[0] | event->order[1] << 8 | (uint32_t)event->order[2] << 16;
}

/* The CPU that has the oldest: a machine's frames may come to several. Return: false where there is none to take yet */
static bool find_oldest(const struct events *events, uint32_t *cpu)
{
	uint32_t oldest = events->order;
	bool found = false;

	for (uint32_t i = 0; i < events->parts; i++) {
		const struct xdpxe_event *event;

		if (events->part[i].number == events->part[i].whole)
			continue;
		event = place_of(events, i, events->part[i].number);
		if (event->time_ns && apart(order_of(event), oldest) >= 0)
			continue;
		*cpu = i;
		found = true;
		if (!event->time_ns)
			break; /* nothing that could be out of order */
		oldest = order_of(event);
	}
	return found;
}

/* The order first: what comes before it has been written by the time that the numbers are read. */
static void look(struct events *events)
{
	events->order = (uint32_t)__atomic_load_n(&events->heads[XDPXE_EVENT_ORDER].written,
						  __ATOMIC_ACQUIRE);
	for (uint32_t i = 0; i < events->parts; i++) {
		const struct xdpxe_event_head *head = &events->heads[i];
		uint64_t length = XDPXE_EVENTS / events->parts;

		events->part[i].number = __atomic_load_n(&head->read, __ATOMIC_RELAXED);
		events->part[i].whole = __atomic_load_n(&head->written, __ATOMIC_ACQUIRE);
		if (events->part[i].whole - events->part[i].number > length)
			events->part[i].whole = events->part[i].number; /* not ours to read */
	}
}

bool events__take(struct events *events, unsigned int most, events_fn fn, void *context)
{
	uint32_t cpu;

	while (most-- && find_oldest(events, &cpu))
		take(events, cpu, fn, context);
	if (most != UINT_MAX)
		look(events);
	return most == UINT_MAX;
}
