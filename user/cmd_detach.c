// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cmd.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "leases.h"
#include "log.h"
#include "pins.h"
#include "runtime.h"

#define QUIT_TRIES 300
#define QUIT_WAIT_NS 50000000 /* 15 s in all: transfers may have to end first */

static const char help[] = "Usage: xdpxe detach IFACE|--all\n\n"
			   "Stops serving an interface, or all of this network namespace, and "
			   "removes what is pinned.\n"
			   "A daemon that serves it is told to quit; if it serves further "
			   "interfaces, those stop too.\n\n"
			   "Example: xdpxe detach eth1\n";

/* The daemon detaches by itself; wait until it is gone. */
static void quit_daemon(const struct instance *instance)
{
	struct timespec pause = { .tv_nsec = QUIT_WAIT_NS };
	char reply[RUNTIME_REPLY];

	if (runtime__ask(instance->first, "quit", reply) < 0)
		return;
	for (int i = 0; i < QUIT_TRIES && runtime__holder(instance->first); i++)
		nanosleep(&pause, NULL);
}

static int detach_one(const struct instance *instance)
{
	pid_t holder;
	int err;

	if (runtime__holder(instance->first))
		quit_daemon(instance);
	holder = runtime__holder(instance->first);
	if (holder) {
		log_error("%s: its daemon (pid %d) does not end; kill it, then detach again",
			  instance->first, (int)holder);
		return EXIT_FAILED;
	}
	err = leases__remove_pinned(instance);
	if (err < 0) {
		log_error("%s: %s", instance->dir, strerror(-err));
		return EXIT_FAILED;
	}
	runtime__forget(instance->first);
	printf("%s: detached\n", instance->first);
	return EXIT_DONE;
}

static int detach_all(void)
{
	struct instance *list;
	int count = pins__list(&list);
	int code = EXIT_DONE;

	if (count <= 0)
		puts("nothing is attached in this network namespace");
	for (int i = 0; i < count; i++)
		if (detach_one(&list[i]) != EXIT_DONE)
			code = EXIT_FAILED;
	free(list);
	return code;
}

int cmd_detach(int argc, char **argv)
{
	struct instance instance;

	if (argc != 2) {
		fputs(help, stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		fputs(help, stdout);
		return EXIT_DONE;
	}
	if (strcmp(argv[1], "--all") == 0)
		return detach_all();
	if (pins__find(argv[1], &instance) < 0) {
		log_error("%s is not served by xdpxe", argv[1]);
		return EXIT_FAILED;
	}
	return detach_one(&instance);
}
