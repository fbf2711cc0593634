// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The thread: one loop for both listeners, the streams and what the main thread says.
#include "web_priv.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "happenings_feed.h"
#include "log.h"
#include "machines_feed.h"

#define NICE 5 /* machines that boot go before people who look */

static int64_t clock_ms(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

int64_t web__now_ms(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}

int64_t web__time_ms(void)
{
	return clock_ms(CLOCK_REALTIME);
}

static int epoll_of(struct MHD_Daemon *daemon)
{
	const union MHD_DaemonInfo *info =
		daemon ? MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD) : NULL;

	return info ? info->epoll_fd : -1;
}

/* Milliseconds until libmicrohttpd or a stream has something to do. */
static int patience(const struct web *web)
{
	struct MHD_Daemon *const daemons[] = { web->local, web->tcp };
	int wait = web->stream_count ? WEB_TICK_MS : 1000;

	for (size_t i = 0; i < 2; i++) {
		MHD_UNSIGNED_LONG_LONG ms;

		if (daemons[i] && MHD_get_timeout(daemons[i], &ms) == MHD_YES &&
		    ms < (unsigned int)wait)
			wait = (int)ms;
	}
	return wait;
}

/* Sleeping connections must be awake before, and have run. */
static void stop(struct web *web, struct MHD_Daemon **daemon)
{
	if (!*daemon)
		return;
	web_stream__end_all(web, *daemon);
	MHD_run(*daemon);
	MHD_stop_daemon(*daemon);
	web->ending = *daemon = NULL;
}

/* Return: false when the thread is to end */
static bool heed_main_thread(struct web *web)
{
	bool goes_on, has_changed;

	pthread_mutex_lock(&web->lock);
	goes_on = !web->stopping;
	has_changed = web->has_changed;
	web->has_changed = false;
	if (has_changed)
		web->address = web->wanted;
	pthread_mutex_unlock(&web->lock);
	if (!goes_on || !has_changed)
		return goes_on;
	stop(web, &web->tcp);
	web->retry_ms = 0;
	web->trouble[0] = '\0';
	return true;
}

static void listen_if_due(struct web *web)
{
	if (!web->address.line || web->tcp || web__now_ms() < web->retry_ms)
		return;
	web_listen__tcp(web);
	web->retry_ms = web__now_ms() + WEB_RETRY_MS;
}

static void wait_for_something(struct web *web)
{
	struct pollfd fds[] = {
		{ .fd = web->wake, .events = POLLIN },
		{ .fd = epoll_of(web->local), .events = POLLIN },
		{ .fd = epoll_of(web->tcp), .events = POLLIN },
	};
	eventfd_t count;

	poll(fds, 3, patience(web));
	if (fds[0].revents)
		eventfd_read(web->wake, &count);
}

static void *run(void *arg)
{
	struct web *web = arg;
	int64_t looked_ms = 0;

	pthread_setname_np(pthread_self(), "xdpxe-web");
	setpriority(PRIO_PROCESS, (id_t)gettid(), NICE);
	while (heed_main_thread(web)) {
		listen_if_due(web);
		wait_for_something(web);
		if (web__now_ms() - looked_ms >= WEB_TICK_MS) {
			looked_ms = web__now_ms();
			web_facts__count(&web->facts, web->sources.histograms);
			web_stream__tick(web);
		}
		MHD_run(web->local);
		if (web->tcp)
			MHD_run(web->tcp);
	}
	stop(web, &web->tcp);
	stop(web, &web->local);
	return NULL;
}

/* Return: false without memory */
static bool take_sources(struct web *web, const struct web_sources *sources)
{
	web->sources = *sources;
	if (sources->machines)
		return true;
	web->own_tables = true;
	web->sources.machines = machines__new(1, false);
	web->sources.happenings = happenings__new();
	web->sources.histograms = &web->no_histograms;
	return web->sources.machines && web->sources.happenings;
}

static void free_web(struct web *web)
{
	if (web->own_tables) {
		machines__free(web->sources.machines);
		happenings__free(web->sources.happenings);
	}
	if (web->wake >= 0)
		close(web->wake);
	web_facts__close(&web->facts);
	pthread_mutex_destroy(&web->lock);
	free(web);
}

struct web *web__start(const struct web_sources *sources, const char *path,
		       const struct config_web *address)
{
	struct web *web = calloc(1, sizeof(*web));
	int err = 0;

	if (!web) {
		log_warn("no HTTP: out of memory");
		return NULL;
	}
	pthread_mutex_init(&web->lock, NULL);
	web->wanted = web->address = *address;
	web_facts__open(&web->facts, sources->engine);
	web->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (!take_sources(web, sources))
		errno = ENOMEM;
	else if (web->wake >= 0)
		web->local = web_listen__local(web, path);
	if (!web->local)
		err = errno;
	else
		err = pthread_create(&web->thread, NULL, run, web);
	if (err == 0)
		return web;
	log_warn("no HTTP on %s: %s", path, strerror(err));
	if (web->local)
		MHD_stop_daemon(web->local);
	free_web(web);
	return NULL;
}

static void tell_thread(struct web *web)
{
	pthread_mutex_unlock(&web->lock);
	eventfd_write(web->wake, 1);
}

void web__follow(struct web *web, const struct config_web *address)
{
	if (!web)
		return;
	pthread_mutex_lock(&web->lock);
	web->has_changed = web->has_changed || !config_web__same(&web->wanted, address);
	web->wanted = *address;
	tell_thread(web);
}

void web__stop(struct web *web)
{
	if (!web)
		return;
	pthread_mutex_lock(&web->lock);
	web->stopping = true;
	tell_thread(web);
	pthread_join(web->thread, NULL);
	free_web(web);
}
