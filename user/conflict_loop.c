// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "conflict_loop.h"

#include <sys/epoll.h>

#include "mapread.h"

#define ACCURACY_USEC 1000

static int on_arp(sd_event_source *source, int fd, uint32_t events, void *arg)
{
	(void)source;
	(void)fd;
	(void)events;
	service__probe(arg);
	return 0;
}

static int on_due(sd_event_source *source, uint64_t usec, void *arg)
{
	(void)source;
	(void)usec;
	service__probe(arg);
	return 0;
}

/*
 * Before the loop sleeps: whatever ran may have made candidates, or let a machine wait. What is due is done here: a timer
 * that is set anew in each round would never come to its turn in a loop that is kept busy by a flood of misses.
 */
static int set_timer(sd_event_source *timer, void *arg)
{
	uint64_t wake = service__probe_wake(arg);

	if (wake <= mapread__now_ns()) {
		service__probe(arg);
		wake = service__probe_wake(arg);
	}
	return sd_event_source_set_time(timer, wake == UINT64_MAX ? UINT64_MAX : wake / 1000 + 1);
}

int conflict_loop__start(sd_event *loop, struct service *service)
{
	sd_event_source *timer;
	int err = sd_event_add_time(loop, &timer, CLOCK_MONOTONIC, UINT64_MAX, ACCURACY_USEC,
				    on_due, service);

	if (err >= 0)
		err = sd_event_source_set_enabled(timer, SD_EVENT_ON);
	if (err >= 0)
		err = sd_event_source_set_prepare(timer, set_timer);
	if (err >= 0)
		err = sd_event_source_set_floating(timer, true);
	for (size_t i = 0; i < XDPXE_PORTS_MAX && err >= 0; i++) {
		int fd = conflict__fd(service->conflict, i);

		if (fd >= 0)
			err = sd_event_add_io(loop, NULL, fd, EPOLLIN, on_arp, service);
	}
	return err;
}
