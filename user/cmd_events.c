// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <string.h>

#include "cmd.h"
#include "log.h"
#include "client/follower.h"
#include "client/mac_name.h"
#include "client/paint.h"
#include "client/since.h"
#include "client/plain.h"
#include "view.h"

static const char help[] =
	"Usage: xdpxe events [OPTION]... [IFACE]\n\n"
	"Follows what the machines do, one line a step: time, MAC, architecture, network, step, "
	"detail.\n"
	"It tells how many steps were not shown, since more came than the daemon keeps (2,000 a "
	"second),\n"
	"and goes on when the daemon was restarted. IFACE tells which of several daemons.\n\n"
	"  -m, --mac MAC      of one machine: 52:54:00:12:34:56, 52-54-..., 5254.0012.3456\n"
	"  -s, --since TIME   begin with what is kept since: 10m, 2h, 14:30, 2026-11-22T14:30:05Z\n"
	"  -n, --no-follow    end with what is kept; all of it unless there is --since\n"
	"  -j, --json         for programs: one object a line, as in api.md\n"
	"      --socket PATH  ask the daemon that listens there\n"
	"  -h, --help         this text\n\n"
	"Example: what has gone wrong since two o'clock\n"
	"  $ xdpxe events --since 14:00 --no-follow | grep -E 'stuck|missing|refused'\n"
	"  14:30:05.123  52:54:00:12:34:56  bios          10.77.0.0/16        file-missing  "
	"undionly.0\n";

struct request {
	struct follower follower;
	const char *ifname, *socket;
	char mac[MAC_NAME];
	bool since;
};

static int set_since(struct request *request, const char *text)
{
	if (since__parse(text, plain__now(), &request->follower.since_ms)) {
		request->since = true;
		return VIEW_GO_ON;
	}
	log_error("events: --since: %s; legal are 10m, 2h, 14:30, 2026-11-22T14:30:05, "
		  "in the past",
		  text);
	return EXIT_USAGE;
}

static int set_mac(struct request *request, const char *text)
{
	if (mac_name__parse(text, request->mac)) {
		request->follower.mac = request->mac;
		return VIEW_GO_ON;
	}
	log_error("events: --mac: %s; legal are 52:54:00:12:34:56, 52-54-00-12-34-56, "
		  "5254.0012.3456",
		  text);
	return EXIT_USAGE;
}

static int take_option(struct request *request, int option)
{
	switch (option) {
	case 'm':
		return set_mac(request, optarg);
	case 's':
		return set_since(request, optarg);
	case 'n':
		request->follower.follow = false;
		return VIEW_GO_ON;
	case 'f':
		return VIEW_GO_ON; /* the default */
	case 'j':
		request->follower.printer.json = true;
		return VIEW_GO_ON;
	case 'S':
		request->socket = optarg;
		return VIEW_GO_ON;
	case 'h':
		fputs(help, stdout);
		return EXIT_DONE;
	default:
		fputs("try `xdpxe events --help`\n", stderr);
		return EXIT_USAGE;
	}
}

static int read_options(struct request *request, int argc, char **argv)
{
	static const struct option options[] = {
		{ "mac", required_argument, NULL, 'm' }, { "since", required_argument, NULL, 's' },
		{ "follow", no_argument, NULL, 'f' },	 { "no-follow", no_argument, NULL, 'n' },
		{ "json", no_argument, NULL, 'j' },	 { "socket", required_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },	 {},
	};
	int option, code = VIEW_GO_ON;

	optind = 0;
	while (code == VIEW_GO_ON &&
	       (option = getopt_long(argc, argv, "m:s:fnjh", options, NULL)) != -1)
		code = take_option(request, option);
	if (code == VIEW_GO_ON && argc - optind > 1) {
		log_error("events: %s: one interface at a time; try `xdpxe events --help`",
			  argv[optind + 1]);
		code = EXIT_USAGE;
	}
	request->ifname = argv[optind];
	return code;
}

int cmd_events(int argc, char **argv)
{
	struct request request = { .follower = { .printer = { .out = stdout }, .follow = true } };
	struct follower *follower = &request.follower;
	int err = read_options(&request, argc, argv);

	if (err != VIEW_GO_ON)
		return err;
	if (!request.since)
		follower->since_ms = follower->follow ? -1 : 0;
	follower->printer.colour = !follower->printer.json && paint__wanted(stdout);
	if (api_place__one(request.ifname, request.socket, &follower->place))
		return EXIT_FAILED;
	signal(SIGPIPE, SIG_IGN); /* `| head` ends it by an error of the output instead */
	err = follower__run(follower);
	if (err == -EPIPE)
		return EXIT_DONE;
	if (err && err != -ENOTCONN && err != -EPROTO)
		log_error("events: %s", strerror(-err));
	return err ? EXIT_FAILED : EXIT_DONE;
}
