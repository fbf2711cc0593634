// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "log.h"
#include "pins.h"
#include "runtime.h"

static const char help[] =
	"Usage: xdpxe reload\n\n"
	"Makes every running daemon of this network namespace read its configuration and files\n"
	"again, without dropping a client. What is wrong is told and changes nothing.\n\n"
	"Example: xdpxe reload\n";

static int reload_one(const struct instance *instance)
{
	char reply[RUNTIME_REPLY];
	int err = runtime__ask(instance->first, "reload", reply);

	if (err < 0) {
		log_error("%s: no daemon answers (%s); start `xdpxe run`, which adopts what is "
			  "pinned",
			  instance->first, strerror(-err));
		return EXIT_FAILED;
	}
	if (strncmp(reply, "ok", 2) != 0) {
		fprintf(stderr, "%s\n", reply);
		return EXIT_FAILED;
	}
	printf("%s: %s\n", instance->first, reply);
	return EXIT_DONE;
}

int cmd_reload(int argc, char **argv)
{
	struct instance *list;
	int code = EXIT_DONE;
	int count;

	if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
		fputs(help, stdout);
		return EXIT_DONE;
	}
	if (argc != 1) {
		fputs(help, stderr);
		return EXIT_USAGE;
	}
	count = pins__list(&list);
	if (count <= 0) {
		log_error("nothing is attached in this network namespace");
		return EXIT_FAILED;
	}
	for (int i = 0; i < count; i++)
		if (reload_one(&list[i]) != EXIT_DONE)
			code = EXIT_FAILED;
	free(list);
	return code;
}
