// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "log.h"
#include "storm.h"
#include "storm_guard.h"
#include "storm_report.h"
#include "storm_view.h"

static int open_files(struct storm_expects *expects)
{
	for (size_t i = 0; i < expects->count; i++) {
		int err = storm_expect__open(&expects->list[i]);

		if (err) {
			log_error("--expect %s: %s; legal: [ARCH:][NAME=]FILE, where FILE is a "
				  "copy on this machine of what the server serves",
				  expects->list[i].path, strerror(-err));
			return EXIT_FAILED;
		}
	}
	return EXIT_DONE;
}

static int report(const struct storm *storm)
{
	int err = storm->options->json ? storm_report__json(storm, stdout)
				       : storm_report__print(storm, stdout);

	if (err)
		log_error("%s", strerror(-err));
	return err || storm__failed(storm) ? EXIT_FAILED : EXIT_DONE;
}

/* What is seen meanwhile goes beside the summary, not into it. */
static int boot(const struct storm_options *options)
{
	struct storm_view view = { .out = options->json ? stderr : stdout };
	struct storm storm = {};
	int code = EXIT_FAILED;

	view.terminal = isatty(fileno(view.out));
	if (storm__open(&storm, options) == 0) {
		storm__run(&storm, storm_view__tick, &view);
		storm_view__end(&view);
		code = report(&storm);
	}
	storm__free(&storm);
	return code;
}

static int run(struct storm_options *options)
{
	if (options->print_schedule) {
		storm_plan__print(options, stdout);
		return EXIT_DONE;
	}
	if (!options->any_interface && storm_guard__default_route(options->interface)) {
		log_error(
			"%s carries the default route of this host: a storm there may cut it off; "
			"--yes-this-interface if that is meant",
			options->interface);
		return EXIT_FAILED;
	}
	return open_files(&options->expects) == EXIT_DONE ? boot(options) : EXIT_FAILED;
}

int cmd_storm(int argc, char **argv)
{
	struct storm_options options;
	int code;

	if (storm_options__parse(argc, argv, &options, &code))
		code = run(&options);
	storm_expect__close(&options.expects);
	return code;
}
