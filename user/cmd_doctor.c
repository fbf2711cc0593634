// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "doctor.h"
#include "log.h"
#include "require.h"
#include "view.h"

#define LISTEN_SECONDS 3

static const char help[] =
	"usage: xdpxe doctor [--json] [--quiet-wire] [IFACE]\n"
	"What this machine, and an interface of it, have of what serving needs: one line each, "
	"with "
	"what is lost\n"
	"and what to type. Nothing is attached or changed. On the wire of IFACE one DISCOVER of a "
	"machine that does\n"
	"not exist asks which DHCP servers answer; it takes no lease.\n"
	"\n"
	"  --json        for programs\n"
	"  --quiet-wire  do not ask on the wire\n"
	"  -h, --help    this text\n"
	"\n"
	"Example: xdpxe doctor eth1\n"
	"Exit codes: 0 it can serve, 1 something that it needs is missing, 2 usage.\n";

static int look_at_interface(struct doctor *doctor, const char *name, bool ask)
{
	struct net_interface facts;
	char names[512];
	int err = net__read(name, &facts);

	if (err < 0) {
		net__names(names, sizeof(names));
		log_error("%s: %s; there are: %s", name, strerror(-err), names);
		return err;
	}
	doctor->interface = facts.name;
	if (!facts.ethernet) {
		doctor__add(doctor, DOCTOR_BAD, "link", "all: machines boot over Ethernet", NULL,
			    "no Ethernet");
		doctor->interface = NULL;
		return 0;
	}
	doctor__interface(doctor, &facts);
	doctor__driver(doctor, &facts);
	if (ask && require__permission())
		doctor__segment(doctor, &facts, LISTEN_SECONDS);
	doctor->interface = NULL;
	return 0;
}

static int look(const char *name, bool json, bool ask)
{
	struct doctor doctor = { .lines = { .size = sizeof(struct doctor_line) } };
	int code;

	doctor__machine(&doctor);
	doctor__ports(&doctor);
	if (name && look_at_interface(&doctor, name, ask) < 0) {
		rows__free(&doctor.lines);
		return EXIT_FAILED;
	}
	if (!json)
		doctor__print(&doctor, stdout);
	code = json && view__print_json(doctor__json(&doctor)) ? EXIT_FAILED : EXIT_DONE;
	if (doctor__worst(&doctor) == DOCTOR_BAD)
		code = EXIT_FAILED;
	rows__free(&doctor.lines);
	return code;
}

int cmd_doctor(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "quiet-wire", no_argument, NULL, 'q' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	bool json = false, ask = true;
	int option;

	optind = 1;
	while ((option = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(help, stdout);
			return EXIT_DONE;
		}
		if (option != 'j' && option != 'q')
			return EXIT_USAGE;
		json |= option == 'j';
		ask &= option != 'q';
	}
	if (argc - optind > 1) {
		fputs("xdpxe doctor: one interface at a time; try `xdpxe doctor --help`\n", stderr);
		return EXIT_USAGE;
	}
	return look(argv[optind], json, ask);
}
