// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "log.h"
#include "client/api_place.h"
#include "client/machine_find.h"
#include "client/machine_story.h"
#include "client/plain.h"
#include "view.h"

static const char help[] =
	"Usage: xdpxe machine [--json] [--socket PATH] MAC|ADDRESS|NAME\n\n"
	"The story of a machine: what it is at, then its boots, the latest first, with each "
	"step's time, how\n"
	"long it was after the step before, and the reason of a failure in words. The machine is "
	"told by its\n"
	"MAC (52:54:00:12:34:56, 52-54-..., 5254.0012.3456), its address, or a name that the host "
	"resolves.\n"
	"Every daemon of this network namespace is asked.\n\n"
	"  -j, --json         for programs: one object as in api.md\n"
	"      --socket PATH  ask the daemon that listens there\n"
	"  -h, --help         this text\n\n"
	"Example:\n"
	"  $ xdpxe machine 5254.0012.3456\n"
	"  52:54:00:12:34:56  address 10.77.1.5  efi-x64  network 10.77.0.0/16\n"
	"    handed-over for 3m 05s\n";

struct request {
	const char *name, *socket;
	bool json;
};

static int read_options(struct request *request, int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "socket", required_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{},
	};
	int option;

	optind = 0;
	while ((option = getopt_long(argc, argv, "jh", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(help, stdout);
			return EXIT_DONE;
		}
		if (option != 'j' && option != 'S')
			return EXIT_USAGE;
		request->json |= option == 'j';
		if (option == 'S')
			request->socket = optarg;
	}
	if (argc - optind != 1) {
		fputs("xdpxe machine: which one? `xdpxe machine --help` tells more\n", stderr);
		return EXIT_USAGE;
	}
	request->name = argv[optind];
	return VIEW_GO_ON;
}

static int print_story(const json_t *machine)
{
	struct rows lines = { .size = sizeof(struct machine_story_line) };
	bool colour = paint__wanted(stdout);
	int err = machine_story__lines(machine, plain__now(), &lines);

	for (size_t i = 0; !err && i < lines.count; i++) {
		const struct machine_story_line *line = rows__at(&lines, i);

		printf("%s%s%s\n", paint__begin(line->paint, colour), line->text,
		       paint__end(line->paint, colour));
	}
	rows__free(&lines);
	return err;
}

/* Return: 0: shown; -ENOENT: not known there; else it is told */
static int ask_one(const struct request *request, const struct api_place *place)
{
	struct api_client *client = api_client__new(place->path);
	struct api_answer answer = {};
	int err = client ? machine_find__get(client, request->name, &answer) : -ENOMEM;

	if (!err && request->json)
		err = json_dumpf(answer.json, stdout, JSON_INDENT(2) | JSON_ENSURE_ASCII) ? -EPIPE
											  : 0;
	else if (!err)
		err = print_story(answer.json);
	else if (err == -EINVAL)
		log_error("machine: %s: no MAC, no address, and no host of that name is known",
			  request->name);
	else if (err == -ENOTCONN)
		api_place__tell_silence(place, answer.error);
	if (!err && request->json)
		putchar('\n');
	json_decref(answer.json);
	api_client__free(client);
	return err;
}

int cmd_machine(int argc, char **argv)
{
	struct request request = {};
	int err = read_options(&request, argc, argv), worst = -ENOENT;
	struct rows places;

	if (err != VIEW_GO_ON)
		return err;
	if (api_place__find(NULL, request.socket, &places))
		return EXIT_FAILED;
	for (size_t i = 0; i < places.count && worst && worst != -EINVAL; i++) {
		err = ask_one(&request, rows__at(&places, i));
		worst = err == -ENOENT ? worst : err;
	}
	rows__free(&places);
	if (worst == -ENOENT)
		log_error("machine: %s: not heard of by any daemon here", request.name);
	else if (worst && worst != -EINVAL && worst != -ENOTCONN)
		log_error("machine: %s", strerror(-worst));
	if (fflush(stdout) && !worst)
		worst = -errno;
	return worst ? EXIT_FAILED : EXIT_DONE;
}
