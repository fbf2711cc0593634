// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "cmd.h"
#include "lint.h"

static void print_usage(FILE *out)
{
	fputs("usage: xdpxe check -c FILE\n"
	      "Validate a configuration against this machine, and print the plan: networks, what "
	      "each architecture\n"
	      "boots, and the memory the maps will take. Nothing is attached or changed.\n"
	      "\n"
	      "  -c, --config FILE  the configuration\n"
	      "  -h, --help         this text\n"
	      "\n"
	      "Example: xdpxe check -c /etc/xdpxe/xdpxe.yaml\n"
	      "Exit codes: 0 valid, 1 not valid (one line on stderr says why), 2 usage.\n",
	      out);
}

static void warn(const char *line, void *context)
{
	(void)context;
	fprintf(stderr, "warning: %s\n", line);
}

static int check(const char *path)
{
	struct config_error err;
	struct config *config = config__load(path, &err);
	struct plan *plan = config ? plan__make(config, &err) : NULL;
	struct check_files files;
	int error;

	if (!plan) {
		fprintf(stderr, "%s\n", err.text);
		return EXIT_FAILED;
	}
	error = check_files__count(plan, &files);
	if (error) {
		fprintf(stderr, "%s: tftp.root: %s: %s\n", path, plan->config->tftp_root,
			strerror(-error));
		plan__free(plan);
		return EXIT_FAILED;
	}
	lint__warn(plan, warn, NULL);
	check__print_networks(plan, stdout);
	check__print_boot(plan, stdout);
	check__print_tftp(plan, &files, stdout);
	check__print_limits(plan, stdout);
	check__print_memory(plan, &files, stdout);
	printf("%s: valid\n", path);
	plan__free(plan);
	return EXIT_DONE;
}

int cmd_check(int argc, char **argv)
{
	static const struct option options[] = {
		{ "config", required_argument, NULL, 'c' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	const char *path = NULL;
	int option;

	optind = 1;
	while ((option = getopt_long(argc, argv, "c:h", options, NULL)) != -1) {
		if (option == 'c') {
			path = optarg;
		} else if (option == 'h') {
			print_usage(stdout);
			return EXIT_DONE;
		} else {
			return EXIT_USAGE;
		}
	}
	if (!path || optind != argc) {
		fprintf(stderr, "xdpxe check: %s; try `xdpxe check --help`\n",
			path ? "too many arguments" : "-c FILE is missing");
		return EXIT_USAGE;
	}
	return check(path);
}
