// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "daemon.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>
#include <systemd/sd-event.h>

#include "cmd.h"
#include "conflict_loop.h"
#include "lease_clock.h"
#include "log.h"
#include "manager.h"
#include "mapread.h"
#include "refresh.h"
#include "runtime.h"
#include "service.h"
#include "telemetry/web.h"

#define TICK_USEC 1000000ULL
#define STATE_TICKS 5 /* the service manager is told how it stands this often, in seconds */
#define CLOCK_COMMAND "clock " /* for tests: see lease_clock.h */
#define EXIT_AGAIN (-1)	       /* not an exit code: see daemon__run() */

struct daemon {
	struct service service;
	sd_event *loop;
	struct web *web;	 /* NULL: there is no HTTP */
	struct refresh *refresh; /* NULL: files are read again only when told to */
	sd_event_source *due;	 /* the next reply that waits */
	int control;
	bool persist;
	bool again; /* start anew, and adopt */
	unsigned int ticks;
};

static int on_signal(sd_event_source *source, const struct signalfd_siginfo *info, void *arg)
{
	struct daemon *daemon = arg;

	(void)source;
	log_info("%s: stopping", strsignal(info->ssi_signo));
	return sd_event_exit(daemon->loop, 0);
}

static void reload(struct daemon *daemon, char *reply, size_t size)
{
	service__reload(&daemon->service, reply, size);
	refresh__follow(daemon->refresh);
	web__follow(daemon->web, &daemon->service.plan->config->web);
}

static int on_hangup(sd_event_source *source, const struct signalfd_siginfo *info, void *arg)
{
	struct daemon *daemon = arg;
	char reply[RUNTIME_REPLY];

	(void)source;
	(void)info;
	reload(daemon, reply, sizeof(reply));
	log_info("%s", reply);
	return 0;
}

/* Wake when the next reply that waits is due. */
static void arm_due(struct daemon *daemon)
{
	uint64_t next_ns = resolver__next_due(daemon->service.resolver);

	if (next_ns == UINT64_MAX)
		return;
	sd_event_source_set_time(daemon->due, next_ns / 1000 + 1);
	sd_event_source_set_enabled(daemon->due, SD_EVENT_ONESHOT);
}

static int on_due(sd_event_source *source, uint64_t usec, void *arg)
{
	struct daemon *daemon = arg;

	(void)source;
	(void)usec;
	resolver__run_due(daemon->service.resolver, mapread__now_ns());
	arm_due(daemon);
	return 0;
}

static int on_miss(sd_event_source *source, int fd, uint32_t events, void *arg)
{
	struct daemon *daemon = arg;

	(void)source;
	(void)fd;
	(void)events;
	resolver__run(daemon->service.resolver);
	arm_due(daemon);
	return 0;
}

/*
 * Once a second: offers that were not taken up, file versions that nobody reads any more, files of which nothing tells
 * that they changed.
 */
static int on_tick(sd_event_source *source, uint64_t usec, void *arg)
{
	struct daemon *daemon = arg;

	if (service__look_at_ports(&daemon->service) == SERVICE_PORTS_RETURNED) {
		log_info("an interface was made anew: starting again to attach to it");
		daemon->again = true;
		return sd_event_exit(daemon->loop, 0);
	}
	daemon->ticks++;
	service__tick(&daemon->service, daemon->ticks);
	refresh__tick(daemon->refresh);
	if (daemon->ticks % STATE_TICKS == 1)
		manager__tell_state(&daemon->service);
	sd_event_source_set_time(source, usec + TICK_USEC);
	return sd_event_source_set_enabled(source, SD_EVENT_ON);
}

static int on_rescue(sd_event_source *source, uint64_t usec, void *arg)
{
	struct daemon *daemon = arg;

	resolver__show_life(daemon->service.resolver);
	rescue__run(daemon->service.rescue);
	sd_event_source_set_time(source, usec + RESCUE_TICK_MS * 1000);
	return sd_event_source_set_enabled(source, SD_EVENT_ON);
}

static void answer(struct daemon *daemon, const char *command, char *reply, size_t size)
{
	if (strcmp(command, "reload") == 0) {
		reload(daemon, reply, size);
	} else if (strcmp(command, "quit") == 0) {
		daemon->persist = false;
		snprintf(reply, size, "ok");
		log_info("told to detach and quit");
		sd_event_exit(daemon->loop, 0);
	} else if (strncmp(command, CLOCK_COMMAND, strlen(CLOCK_COMMAND)) == 0) {
		int err = lease_clock__pass(daemon->service.engine.maps.lease_clock,
					    command + strlen(CLOCK_COMMAND));

		snprintf(reply, size, "%s", err < 0 ? strerror(-err) : "ok");
	} else {
		snprintf(reply, size, "unknown command");
	}
}

static int on_control(sd_event_source *source, int fd, uint32_t events, void *arg)
{
	struct timeval limit = { .tv_sec = 1 };
	struct daemon *daemon = arg;
	char command[64], reply[RUNTIME_REPLY];
	int client = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
	ssize_t len;

	(void)source;
	(void)events;
	if (client < 0)
		return 0;
	setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	len = recv(client, command, sizeof(command) - 1, 0);
	if (len > 0) {
		command[len] = 0;
		answer(daemon, command, reply, sizeof(reply));
		send(client, reply, strlen(reply), MSG_NOSIGNAL);
	}
	close(client);
	return 0;
}

static int add_signals(struct daemon *daemon)
{
	sigset_t set;
	int err;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	signal(SIGPIPE, SIG_IGN); /* whoever read our messages is gone; we are not */
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	err = sd_event_add_signal(daemon->loop, NULL, SIGINT, on_signal, daemon);
	if (err >= 0)
		err = sd_event_add_signal(daemon->loop, NULL, SIGTERM, on_signal, daemon);
	if (err >= 0)
		err = sd_event_add_signal(daemon->loop, NULL, SIGHUP, on_hangup, daemon);
	return err;
}

/* Everything the loop listens to. Made before attaching, so that no signal finds the old disposition. */
static int open_loop(struct daemon *daemon)
{
	uint64_t now;
	int err = sd_event_default(&daemon->loop);

	if (err >= 0)
		err = add_signals(daemon);
	if (err >= 0)
		err = sd_event_now(daemon->loop, CLOCK_MONOTONIC, &now);
	if (err >= 0)
		err = sd_event_add_time(daemon->loop, NULL, CLOCK_MONOTONIC, now + TICK_USEC, 0,
					on_tick, daemon);
	if (err >= 0)
		err = sd_event_add_time(daemon->loop, NULL, CLOCK_MONOTONIC, now + TICK_USEC, 0,
					on_rescue, daemon);
	if (err >= 0)
		err = sd_event_add_time(daemon->loop, &daemon->due, CLOCK_MONOTONIC, now, 1000,
					on_due, daemon);
	if (err >= 0)
		err = sd_event_source_set_enabled(daemon->due, SD_EVENT_OFF);
	if (err >= 0)
		err = sd_event_set_watchdog(daemon->loop, true);
	return err;
}

static void start_web(struct daemon *daemon)
{
	const struct service *service = &daemon->service;
	const struct web_sources sources = {
		.machines = telemetry__machines(service->telemetry),
		.happenings = telemetry__happenings(service->telemetry),
		.history = telemetry__history(service->telemetry),
		.histograms = telemetry__histograms(service->telemetry),
		.engine = &service->engine,
	};
	char path[128];

	runtime__http_path(service->engine.instance.first, path, sizeof(path));
	daemon->web = web__start(&sources, path, &service->plan->config->web);
}

static int listen_to_service(struct daemon *daemon)
{
	int err = sd_event_add_io(daemon->loop, NULL, resolver__fd(daemon->service.resolver),
				  EPOLLIN, on_miss, daemon);

	if (err >= 0)
		err = conflict_loop__start(daemon->loop, &daemon->service);
	if (err < 0)
		return err;
	daemon->refresh = refresh__start(daemon->loop, &daemon->service);
	start_web(daemon);
	daemon->control = runtime__listen(daemon->service.engine.instance.first);
	if (daemon->control < 0) {
		log_warn("no control socket (%s): `xdpxe reload` will not reach this daemon",
			 strerror(-daemon->control));
		return 0;
	}
	return sd_event_add_io(daemon->loop, NULL, daemon->control, EPOLLIN, on_control, daemon);
}

static int serve(struct daemon *daemon, const char *path)
{
	int err = open_loop(daemon);

	if (err < 0) {
		log_error("event loop: %s", strerror(-err));
		return EXIT_FAILED;
	}
	if (service__start(&daemon->service, path) < 0)
		return EXIT_FAILED;
	err = listen_to_service(daemon);
	if (err >= 0) {
		service__print_ready(&daemon->service);
		sd_notify(0, "READY=1");
		err = sd_event_loop(daemon->loop);
		sd_notify(0, "STOPPING=1");
	}
	if (daemon->again)
		return EXIT_AGAIN;
	if (!daemon->persist)
		service__drain(&daemon->service);
	service__stop(&daemon->service, daemon->persist && err >= 0);
	return err < 0 ? EXIT_FAILED : EXIT_DONE;
}

/* This process becomes a new daemon, with the same process number; what is pinned goes on serving meanwhile. */
static int run_again(const char *path, bool persist)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setenv(ENGINE_RETURNED, "1", 1);
	execl("/proc/self/exe", "xdpxe", "run", "-c", path, persist ? "--persist" : NULL, NULL);
	log_error("cannot start again: %s", strerror(errno));
	return EXIT_FAILED;
}

int daemon__run(const char *path, bool persist)
{
	struct daemon daemon = { .persist = persist, .control = -1 };
	int code = serve(&daemon, path);

	if (daemon.control >= 0)
		close(daemon.control);
	web__stop(daemon.web);
	refresh__stop(daemon.refresh);
	service__close(&daemon.service);
	sd_event_source_unref(daemon.due);
	sd_event_unref(daemon.loop);
	return code == EXIT_AGAIN ? run_again(path, persist) : code;
}
