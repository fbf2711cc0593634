// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "refresh.h"

#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "log.h"
#include "watch.h"

#define QUIET_USEC 100000ULL	/* without a change: then the files are read */
#define PATIENCE_USEC 500000ULL /* after the first change, they are read even if changes go on */
#define AGAIN_USEC 100000ULL	/* until files that were being written are looked at again */

struct refresh {
	struct service *service;
	struct watch *watch;
	sd_event *loop;
	sd_event_source *events; /* NULL without inotify; off while the timer runs */
	sd_event_source *timer;
	uint64_t latest; /* CLOCK_MONOTONIC: when the timer waits no more; 0: it does not run */
};

static uint64_t now_usec(const struct refresh *refresh)
{
	uint64_t now = 0;

	sd_event_now(refresh->loop, CLOCK_MONOTONIC, &now);
	return now;
}

/* Wait for @quiet, but no longer than @most, or than was said before. */
static void arm(struct refresh *refresh, uint64_t quiet, uint64_t most)
{
	uint64_t now = now_usec(refresh), at = now + quiet;

	if (!refresh->latest || now + most < refresh->latest)
		refresh->latest = now + most;
	sd_event_source_set_time(refresh->timer, at < refresh->latest ? at : refresh->latest);
	sd_event_source_set_enabled(refresh->timer, SD_EVENT_ONESHOT);
}

static void hear(struct refresh *refresh, bool on)
{
	if (refresh->events)
		sd_event_source_set_enabled(refresh->events, on ? SD_EVENT_ON : SD_EVENT_OFF);
}

/* Folders first: see watch__follow(). */
static void look(struct refresh *refresh)
{
	struct service *service = refresh->service;

	watch__drain(refresh->watch);
	watch__follow(refresh->watch, service->plan->config->tftp_root);
	if (service__refresh(service))
		arm(refresh, AGAIN_USEC, PATIENCE_USEC);
}

/* Events are left in the queue meanwhile: somebody who writes a large file makes thousands of them. */
static int on_event(sd_event_source *source, int fd, uint32_t events, void *arg)
{
	struct refresh *refresh = arg;

	(void)source;
	(void)fd;
	(void)events;
	hear(refresh, false);
	arm(refresh, QUIET_USEC, PATIENCE_USEC);
	return 0;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *arg)
{
	struct refresh *refresh = arg;

	(void)source;
	(void)usec;
	if (watch__drain(refresh->watch) && now_usec(refresh) < refresh->latest) {
		arm(refresh, QUIET_USEC, PATIENCE_USEC);
		return 0;
	}
	refresh->latest = 0;
	look(refresh);
	hear(refresh, true);
	return 0;
}

void refresh__follow(struct refresh *refresh)
{
	if (!refresh)
		return;
	watch__follow(refresh->watch, refresh->service->plan->config->tftp_root);
	/* What changed between the reading and the watching. */
	arm(refresh, QUIET_USEC, QUIET_USEC);
}

void refresh__tick(struct refresh *refresh)
{
	if (refresh && (watch__must_scan(refresh->watch) || watch__moved(refresh->watch)))
		look(refresh);
}

static int hear_watch(struct refresh *refresh)
{
	int fd = watch__fd(refresh->watch);

	if (fd < 0)
		return 0;
	return sd_event_add_io(refresh->loop, &refresh->events, fd, EPOLLIN, on_event, refresh);
}

struct refresh *refresh__start(sd_event *loop, struct service *service)
{
	struct refresh *refresh = calloc(1, sizeof(*refresh));
	int err = -1;

	if (refresh) {
		refresh->loop = loop;
		refresh->service = service;
		refresh->watch = watch__new();
	}
	if (refresh && refresh->watch)
		err = sd_event_add_time(loop, &refresh->timer, CLOCK_MONOTONIC, 0, 1, on_timer,
					refresh);
	if (err >= 0)
		err = hear_watch(refresh);
	if (err < 0) {
		log_warn("tftp root: cannot be watched: only `xdpxe reload` reads changed files");
		refresh__stop(refresh);
		return NULL;
	}
	refresh__follow(refresh);
	return refresh;
}

void refresh__stop(struct refresh *refresh)
{
	if (!refresh)
		return;
	sd_event_source_unref(refresh->events);
	sd_event_source_unref(refresh->timer);
	watch__free(refresh->watch);
	free(refresh);
}
