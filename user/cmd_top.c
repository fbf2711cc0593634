// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "log.h"
#include "parse.h"
#include "top/top_feed.h"
#include "top/top_run.h"
#include "view.h"

#define LEAST_INTERVAL_MS 100
#define MOST_INTERVAL_MS (3600 * 1000)

static const char help[] =
	"Usage: xdpxe top [OPTION]... [IFACE]\n\n"
	"Shows rates, machines by stage, and of the machines first those that are stuck, with the "
	"reason, then\n"
	"those that take longest; refreshed, full screen. Where it is not on a terminal it prints "
	"lines, with the\n"
	"ten first machines. IFACE tells which of several daemons.\n\n"
	"  -i, --interval TIME  between two pictures: 500ms, 2s (1s)\n"
	"  -c, --count N        end after so many pictures; also -n\n"
	"      --socket PATH    ask the daemon that listens there\n"
	"  -h, --help           this text\n\n"
	"Keys: arrows and PageUp, PageDown choose a machine, Enter shows its story; 1 to 6 or f "
	"one stage,\n"
	"n one network, / searches, a shows all again; h helps, q quits.\n"
	"NO_COLOR in the environment: no colours.\n\n"
	"Example: who is stuck, once, for a ticket\n"
	"  $ xdpxe top -n 1 | grep stuck\n";

struct request {
	const char *ifname, *socket;
	struct top_options options;
};

static int take_option(struct request *request, int option)
{
	struct top_options *options = &request->options;

	switch (option) {
	case 'i':
		if (parse__milliseconds(optarg, &options->interval_ms) &&
		    options->interval_ms >= LEAST_INTERVAL_MS &&
		    options->interval_ms <= MOST_INTERVAL_MS)
			return VIEW_GO_ON;
		log_error("top: --interval: %s; legal are 100ms to 3600s", optarg);
		return EXIT_USAGE;
	case 'n':
	case 'c':
		if (parse__u64(optarg, 1, UINT32_MAX, &options->count))
			return VIEW_GO_ON;
		log_error("top: --count: %s; legal is a number from 1", optarg);
		return EXIT_USAGE;
	case 'S':
		request->socket = optarg;
		return VIEW_GO_ON;
	case 'h':
		fputs(help, stdout);
		return EXIT_DONE;
	default:
		fputs("try `xdpxe top --help`\n", stderr);
		return EXIT_USAGE;
	}
}

static int read_options(struct request *request, int argc, char **argv)
{
	static const struct option options[] = {
		{ "interval", required_argument, NULL, 'i' },
		{ "count", required_argument, NULL, 'c' },
		{ "socket", required_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{},
	};
	int option, code = VIEW_GO_ON;

	optind = 0;
	while (code == VIEW_GO_ON &&
	       (option = getopt_long(argc, argv, "i:n:c:h", options, NULL)) != -1)
		code = take_option(request, option);
	if (code == VIEW_GO_ON && argc - optind > 1) {
		log_error("top: %s: one interface at a time; try `xdpxe top --help`",
			  argv[optind + 1]);
		code = EXIT_USAGE;
	}
	request->ifname = argv[optind];
	return code;
}

static int run(const struct api_place *place, struct api_client *client,
	       const struct top_options *options)
{
	struct top_data data;
	struct top_feed feed = { .client = client, .data = &data };
	char why[API_ERROR];
	int err;

	top_data__init(&data);
	err = top_feed__begin(&feed, why);
	if (err == -ENOTCONN)
		api_place__tell_silence(place, why);
	else if (!err)
		err = (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)
			       ? top_run__screen
			       : top_run__plain)(client, &data, options);
	api_client__free(client);
	top_data__free(&data);
	return err;
}

int cmd_top(int argc, char **argv)
{
	struct request request = { .options = { .interval_ms = 1000 } };
	int err = read_options(&request, argc, argv);
	struct api_client *client;
	struct api_place place;

	if (err != VIEW_GO_ON)
		return err;
	if (api_place__one(request.ifname, request.socket, &place))
		return EXIT_FAILED;
	signal(SIGPIPE, SIG_IGN); /* `| head` ends it by an error of the output instead */
	client = api_client__new(place.path);
	err = client ? run(&place, client, &request.options) : -ENOMEM;
	if (err == -EPIPE)
		return EXIT_DONE;
	if (err && err != -ENOTCONN && err != -EINVAL)
		log_error("top: %s", strerror(-err));
	return err ? EXIT_FAILED : EXIT_DONE;
}
