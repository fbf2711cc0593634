// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cmd.h"

#include <getopt.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>

#include "daemon.h"
#include "log.h"

#define LARGE (256 << 10)

static void print_help(FILE *out)
{
	fputs("Usage: xdpxe run -c FILE [--persist] [--verbose]\n\n"
	      "Loads the program and its maps, attaches it to each configured interface, last of\n"
	      "all, prints a line that begins with `ready:`, and serves until SIGINT or "
	      "SIGTERM.\n\n"
	      "  -c, --config FILE  the configuration, YAML\n"
	      "  -p, --persist      at the end leave the fast path serving; the next run adopts "
	      "it\n"
	      "  -v, --verbose      tell more\n\n"
	      "Example: xdpxe run -c /etc/xdpxe.yaml\n",
	      out);
}

/*
 * What a look at a quarter of a million transfers takes goes back to the kernel right after it. The C library would
 * learn from the first time, and keep that much for ever.
 */
static void give_back_memory(void)
{
	mallopt(M_MMAP_THRESHOLD, LARGE);
}

int cmd_run(int argc, char **argv)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "persist", no_argument, NULL, 'p' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'h' },
		{},
	};
	const char *path = NULL;
	bool persist = false;
	int option;

	while ((option = getopt_long(argc, argv, "c:pvh", options, NULL)) >= 0) {
		switch (option) {
		case 'c':
			path = optarg;
			break;
		case 'p':
			persist = true;
			break;
		case 'v':
			log__set_level(LOG_LEVEL_DEBUG);
			break;
		case 'h':
			print_help(stdout);
			return EXIT_DONE;
		default:
			fputs("`xdpxe run --help` tells the usage\n", stderr);
			return EXIT_USAGE;
		}
	}
	if (!path || optind != argc) {
		print_help(stderr);
		return EXIT_USAGE;
	}
	give_back_memory();
	return daemon__run(path, persist);
}
