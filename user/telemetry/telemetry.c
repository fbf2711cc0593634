// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "telemetry_priv.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "background.h"
#include "log.h"
#include "mapread.h"
#include "xdpxe/reasons.h"

#define LOOK_MS 50
#define TICK_MS 1000
#define EVENTS_AT_ONCE 4096 /* then what follows from them is handed on */
#define MS_NS 1000000LL

/* Unix time less CLOCK_MONOTONIC. */
static int64_t calendar_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * 1000 * MS_NS + now.tv_nsec - (int64_t)mapread__now_ns();
}

static int64_t now_ms(const struct telemetry *telemetry)
{
	return ((int64_t)mapread__now_ns() + telemetry->calendar_ns) / MS_NS;
}

static void on_event(const struct xdpxe_event *event, const struct xdpxe_name *name, void *context)
{
	struct telemetry *telemetry = context;
	struct machine_heard heard = {};

	if (event->time_ns > telemetry->now_ns || event->reason >= XDPXE_REASON_MAX)
		return; /* no event: see events.c */
	heard.time_ms = ((int64_t)event->time_ns + telemetry->calendar_ns) / MS_NS;
	names__fill(telemetry->names, event, name, &heard);
	machines__hear(telemetry->machines, &heard);
}

static void on_told(const struct happening *happening, void *context)
{
	struct telemetry *telemetry = context;

	happenings__add(telemetry->happenings, happening);
	journal__take(&telemetry->journal, happening);
}

/* Return: whether there are more in the ring */
static bool take_events(struct telemetry *telemetry)
{
	bool more;

	telemetry->now_ns = mapread__now_ns();
	telemetry->calendar_ns = calendar_ns();
	journal__tick(&telemetry->journal, now_ms(telemetry));
	more = events__take(telemetry->events, EVENTS_AT_ONCE, on_event, telemetry);
	machines__told(telemetry->machines, on_told, telemetry);
	return more;
}

static void tick(struct telemetry *telemetry)
{
	int64_t now = now_ms(telemetry);

	progress__look(&telemetry->progress, &telemetry->maps, telemetry->machines, now);
	if (now - telemetry->ticked_ms < TICK_MS && now >= telemetry->ticked_ms)
		return;
	telemetry->ticked_ms = now;
	machines__tick(telemetry->machines, now, false);
}

static void *run(void *context)
{
	struct telemetry *telemetry = context;
	struct pollfd wake = { .fd = telemetry->wake, .events = POLLIN };
	bool more;

	background__enter("telemetry");
	telemetry->calendar_ns = calendar_ns();
	telemetry_restore__all(telemetry, now_ms(telemetry));
	do {
		more = take_events(telemetry);
		tick(telemetry);
	} while (poll(&wake, 1, more ? 0 : LOOK_MS) <= 0);
	take_events(telemetry);
	poll(NULL, 0, LOOK_MS);
	for (int i = 0; i <= XDPXE_EVENTS / EVENTS_AT_ONCE && take_events(telemetry); i++)
		;
	machines__tick(telemetry->machines, now_ms(telemetry), true);
	machines__told(telemetry->machines, on_told, telemetry);
	return NULL;
}

static int open_all(struct telemetry *telemetry, const struct plan *plan, bool saving)
{
	telemetry->names = names__new(&telemetry->maps, plan);
	telemetry->machines = machines__new(MACHINES_MAX, saving);
	telemetry->happenings = happenings__new();
	if (!telemetry->history || !telemetry->names || !telemetry->machines ||
	    !telemetry->happenings)
		return -ENOMEM;
	machines__measure(telemetry->machines, &telemetry->histograms);
	telemetry->wake = eventfd(0, EFD_CLOEXEC);
	telemetry->events = events__open(&telemetry->maps);
	return telemetry->wake < 0 || !telemetry->events ? -errno : 0;
}

static void free_all(struct telemetry *telemetry)
{
	history__close(telemetry->history);
	events__close(telemetry->events);
	if (telemetry->wake >= 0)
		close(telemetry->wake);
	names__free(telemetry->names);
	machines__free(telemetry->machines);
	happenings__free(telemetry->happenings);
	free(telemetry);
}

struct telemetry *telemetry__start(const struct maps *maps, const struct plan *plan,
				   const char *database, bool adopted)
{
	struct telemetry *telemetry = calloc(1, sizeof(*telemetry));
	int err;

	if (!telemetry)
		return NULL;
	telemetry->maps = *maps;
	telemetry->wake = -1;
	telemetry->adopted = adopted;
	telemetry->history = history__open(database);
	err = open_all(telemetry, plan, database);
	if (err == 0)
		err = history__start(telemetry->history, telemetry->machines);
	if (err == 0)
		err = -pthread_create(&telemetry->thread, NULL, run, telemetry);
	if (err == 0)
		return telemetry;
	log_error("what machines do is not followed: %s", strerror(-err));
	free_all(telemetry);
	return NULL;
}

void telemetry__follow(struct telemetry *telemetry, const struct plan *plan)
{
	const char *database = plan->config->lease_database;

	if (!telemetry)
		return;
	names__follow(telemetry->names, plan);
	machines__set_saving(telemetry->machines, database);
	history__move(telemetry->history, database);
}

void telemetry__stop(struct telemetry *telemetry)
{
	if (!telemetry)
		return;
	eventfd_write(telemetry->wake, 1);
	pthread_join(telemetry->thread, NULL);
	free_all(telemetry);
}

struct machines *telemetry__machines(struct telemetry *telemetry)
{
	return telemetry ? telemetry->machines : NULL;
}

struct happenings *telemetry__happenings(struct telemetry *telemetry)
{
	return telemetry ? telemetry->happenings : NULL;
}

struct history *telemetry__history(struct telemetry *telemetry)
{
	return telemetry ? telemetry->history : NULL;
}

struct histograms *telemetry__histograms(struct telemetry *telemetry)
{
	return telemetry ? &telemetry->histograms : NULL;
}

size_t telemetry__bytes(void)
{
	return machines__bytes(MACHINES_MAX) + happenings__bytes() + sizeof(struct telemetry);
}
