// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The thread that keeps the database: see leases.h. */
#include "leases_priv.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "counters.h"
#include "lease_batch.h"
#include "log.h"
#include "mapread.h"

#define LOOK_MS 200
#define WAIT_MS 300	 /* for another program's lock */
#define EVENTS_MAX 65536 /* of one transaction; the others wait in the ring */
#define RING_EVENTS (XDPXE_LEASE_RING_BYTES / (int)sizeof(struct xdpxe_lease_event))
#define LEAP_S 2 /* the calendar is slewed by less between two writes */
#define BACKOFF_MAX_S 60
#define SECOND_NS 1000000000ULL

void lease_keeper__publish(struct leases *leases)
{
	uint32_t zero = 0;

	leases->told.merged = leases->merged;
	bpf_map_update_elem(leases->maps.lease_store, &zero, &leases->told, BPF_ANY);
}

static void set_state(struct leases *leases, enum xdpxe_lease_store_state state)
{
	if (leases->told.state != state)
		leases->told.since_s = lease_clock__now_s();
	leases->told.state = state;
}

/* Told once for each thing that goes wrong, until it goes well again. */
static void trouble(struct leases *leases, const struct store_fault *fault)
{
	char before[sizeof(leases->told.trouble)];

	store__close(leases->store);
	leases->store = NULL;
	leases->all_due = true;
	leases->backoff_s = leases->backoff_s ? 2 * leases->backoff_s : 1;
	if (leases->backoff_s > BACKOFF_MAX_S)
		leases->backoff_s = BACKOFF_MAX_S;
	leases->retry_ns = mapread__now_ns() + leases->backoff_s * SECOND_NS;
	counters__add(leases->maps.counters, XDPXE_R_LEASES_NOT_SAVED);
	memcpy(before, leases->told.trouble, sizeof(before));
	snprintf(leases->told.trouble, sizeof(leases->told.trouble), "%s", fault->text);
	if (strcmp(before, leases->told.trouble) != 0)
		log_error("%s: %s. Serving goes on, but a restart would forget leases; it is tried "
			  "again%s",
			  leases->path, fault->text,
			  leases->merged ? "" : "; what it held of before is not known");
	set_state(leases, XDPXE_LEASE_STORE_TROUBLE);
	lease_keeper__publish(leases);
}

static void saved(struct leases *leases)
{
	if (leases->told.state == XDPXE_LEASE_STORE_TROUBLE)
		log_info("%s: leases are saved again", leases->path);
	leases->backoff_s = 0;
	leases->told.trouble[0] = '\0';
	leases->told.saved_s = lease_clock__now_s();
	counters__add(leases->maps.counters, XDPXE_R_LEASES_SAVED);
	set_state(leases, XDPXE_LEASE_STORE_GOOD);
	lease_keeper__publish(leases);
}

static int on_event(void *context, void *data, size_t size)
{
	struct leases *leases = context;
	struct xdpxe_lease_event *event;

	if (size < sizeof(*event))
		return 0;
	event = rows__add(&leases->events);
	if (event)
		memcpy(event, data, sizeof(*event));
	else
		leases->all_due = true;
	return leases->events.count < EVENTS_MAX ? 0 : -EAGAIN;
}

static void take_events(struct leases *leases)
{
	uint64_t lost;

	leases->more = ring_buffer__consume(leases->ring) == -EAGAIN;
	lost = counters__read(leases->maps.counters, XDPXE_R_LEASE_EVENT_LOST);
	if (lost != leases->lost)
		leases->all_due = true;
	leases->lost = lost;
}

/* Every lease is about to be read: what the ring holds by now says nothing more. What comes meanwhile may stay in it. */
static void drop_events(struct leases *leases)
{
	for (int i = 0; i < RING_EVENTS / EVENTS_MAX + 1 && (i == 0 || leases->more); i++) {
		leases->events.count = 0;
		take_events(leases);
	}
	leases->events.count = 0;
}

/* The start did not get at what the database holds: put what still fits into the maps that are in use. */
static int merge(struct leases *leases, struct store_fault *fault)
{
	struct store_content content;
	struct lease_restored restored;
	int err = store__read(leases->store, &content, fault);

	if (!err) {
		pthread_mutex_lock(&leases->mutex);
		if (lease_restore__put(&leases->maps, leases->fit, &content, true, &restored) < 0)
			log_warn("%s: not all leases fit the maps", leases->path);
		pthread_mutex_unlock(&leases->mutex);
		leases__tell_restored(leases, &restored, 0);
		leases->merged = true;
	}
	store_content__free(&content);
	return err;
}

static bool open_store(struct leases *leases)
{
	struct store_fault fault;

	leases->store = store__open(leases->path, STORE_WRITE, WAIT_MS, &fault);
	leases->all_due = true;
	if (leases->store && (leases->merged || merge(leases, &fault) == 0))
		return true;
	trouble(leases, &fault);
	return false;
}

static bool write_changes(struct leases *leases)
{
	struct store_fault fault;
	struct store_clock clock = { .calendar = leases->calendar };
	int err;

	clock.written = lease_clock__now_s() + leases->calendar;
	lease_clock__boot(clock.boot);
	store__begin(leases->store);
	if (leases->all_due) {
		drop_events(leases);
		pthread_mutex_lock(&leases->mutex);
		err = lease_batch__write_all(leases->store, &leases->maps, leases->fit,
					     leases->calendar);
		pthread_mutex_unlock(&leases->mutex);
	} else {
		err = lease_batch__write(leases->store, &leases->maps, &leases->events,
					 leases->calendar);
	}
	leases->events.count = 0;
	leases->all_due = false;
	if (err < 0)
		snprintf(fault.text, sizeof(fault.text), "the maps cannot be read: %s",
			 strerror(-err));
	else
		err = store__commit(leases->store, &clock, &fault);
	if (err < 0) {
		trouble(leases, &fault);
		return false;
	}
	saved(leases);
	return true;
}

/* The times in the database are Unix time: after a leap of the calendar all of them are made anew. */
static void look_at_calendar(struct leases *leases)
{
	int64_t calendar = lease_clock__calendar();

	if (llabs(calendar - leases->calendar) < LEAP_S && !leases->all_due)
		return;
	if (!leases->all_due)
		log_info("the calendar has leapt; leases are written anew, and last as long as "
			 "before");
	leases->calendar = calendar;
	leases->all_due = true;
}

/* Return: false when something is left to be written */
static bool step(struct leases *leases, bool now)
{
	take_events(leases);
	if (!leases->store && !now && mapread__now_ns() < leases->retry_ns) {
		leases->events.count = 0; /* all of it is due */
		return false;
	}
	if (leases->store && store__is_gone(leases->store)) {
		log_warn("%s: removed or replaced; leases are written to it anew", leases->path);
		store__close(leases->store);
		leases->store = NULL;
	}
	if (!leases->store && !open_store(leases))
		return false;
	look_at_calendar(leases);
	return (!leases->events.count && !leases->all_due) || write_changes(leases);
}

void *lease_keeper__run(void *context)
{
	struct leases *leases = context;
	struct pollfd wake = { .fd = leases->wake, .events = POLLIN };
	bool done;

	do {
		step(leases, false);
	} while (poll(&wake, 1, leases->more ? 0 : LOOK_MS) <= 0);
	do {
		done = step(leases, true);
	} while (done && leases->more);
	if (!done)
		log_error("%s: the latest leases are not in it", leases->path);
	store__close(leases->store);
	leases->store = NULL;
	return NULL;
}

int lease_keeper__open_ring(struct leases *leases)
{
	leases->ring = ring_buffer__new(leases->maps.lease_events, on_event, leases, NULL);
	return leases->ring ? 0 : -errno;
}
