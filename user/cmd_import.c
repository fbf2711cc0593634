// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "cmd_import_leases.h"
#include "cmd_import_mend.h"
#include "import.h"
#include "log.h"

static const char help[] =
	"usage: xdpxe import [-o FILE] [--from dhcpd|dnsmasq|kea] [--interface IFACE] [--root "
	"FOLDER] FILE\n"
	"       xdpxe import --leases FILE [--from dhcpd|dnsmasq|kea] [--database DB] CONFIG\n"
	"Reads another server's configuration (ISC dhcpd.conf, dnsmasq.conf, or Kea's JSON) and\n"
	"writes ours. What cannot be carried over, or only by a guess, is listed by line: on\n"
	"stderr, and at the head of what is written.\n"
	"With --leases it takes over the leases that the other server gave and that still run,\n"
	"for the networks of CONFIG, which is ours; the daemon must not run meanwhile.\n"
	"\n"
	"  -o, --output FILE      write there, not to stdout; a file that exists is left alone\n"
	"      --from FORMAT      do not guess the format\n"
	"      --interface IFACE  where it shall serve, for files that do not say\n"
	"      --root FOLDER      TFTP root, for files that do not say; default /srv/tftp\n"
	"      --leases FILE      dhcpd.leases, dnsmasq.leases, or Kea's kea-leases4.csv\n"
	"      --database DB      write leases there, not to leases.database of CONFIG\n"
	"  -h, --help             this text\n"
	"\n"
	"Example: xdpxe import -o xdpxe.yaml /etc/dhcp/dhcpd.conf && xdpxe check -c xdpxe.yaml\n"
	"Exit codes: 0 written (look at what is listed), 1 not written, 2 usage.\n";

struct choices {
	const char *output, *from, *interface, *root, *path;
	const char *leases, *database;
};

static void tell(const struct import *import)
{
	import__tell(import, stderr);
	fprintf(stderr, "networks: %zu, hosts: %zu, to be looked at: %zu\n", import->networks.count,
		import->hosts.count, import->notes.count);
}

static int put(const char *yaml, size_t size, const char *output)
{
	FILE *out = output ? fopen(output, "wxe") : stdout;
	bool written;

	if (!out) {
		log_error("%s: %s", output, strerror(errno));
		return EXIT_FAILED;
	}
	written = fwrite(yaml, 1, size, out) == size;
	if (out == stdout)
		written &= fflush(out) == 0;
	else
		written &= fclose(out) == 0;
	if (!written)
		log_error("%s: %s", output ? output : "stdout", strerror(errno));
	return written ? EXIT_DONE : EXIT_FAILED;
}

static int finish(struct import *import, const struct choices *choices)
{
	char *yaml = NULL, *mended = NULL;
	size_t size = 0, mended_size = 0;
	FILE *memory = open_memstream(&yaml, &size);
	int err = memory ? import__write(import, memory) : -ENOMEM;
	int code;

	if (memory)
		fclose(memory);
	if (err < 0) {
		log_error("%s: %s", import->path, strerror(-err));
		free(yaml);
		return EXIT_FAILED;
	}
	tell(import);
	cmd_import_mend(yaml, size, &mended, &mended_size);
	code = put(mended ? mended : yaml, mended ? mended_size : size, choices->output);
	free(mended);
	free(yaml);
	return code;
}

static bool parse_format(const char *from, enum import_format *format)
{
	static const char *const names[] = { "dhcpd", "dnsmasq", "kea" };

	for (int i = 0; i < 3; i++)
		if (strcmp(from, names[i]) == 0) {
			*format = (enum import_format)i;
			return true;
		}
	return false;
}

static void complete(struct import *import, const struct choices *choices)
{
	if (choices->interface)
		import__interface(import, choices->interface);
	if (choices->root)
		import->tftp_root = choices->root;
	if (!import->interfaces.count) {
		import__interface(import, "eth1");
		import__note(import, 0, "interfaces", "the file names none: eth1 is a guess");
	}
	if (!import->tftp_root)
		import__note(import, 0, "tftp.root", "the file names none: /srv/tftp is a guess");
}

static int run(const struct choices *choices)
{
	static bool (*const readers[])(struct import *, char *) = {
		[IMPORT_DHCPD] = import__dhcpd,
		[IMPORT_DNSMASQ] = import__dnsmasq,
		[IMPORT_KEA] = import__kea,
	};
	char *text = import_file__read(choices->path);
	enum import_format format;
	struct import import;
	int code = EXIT_FAILED;

	if (!text) {
		log_error("%s: %s", choices->path, strerror(errno));
		return EXIT_FAILED;
	}
	import__init(&import, choices->path);
	import.follow = true;
	format = import__guess(text);
	if (choices->from)
		parse_format(choices->from, &format);
	if (readers[format](&import, text)) {
		complete(&import, choices);
		import__clean(&import);
		code = finish(&import, choices);
	} else {
		tell(&import);
	}
	import__free(&import);
	free(text);
	return code;
}

/* Return: false for an option that there is not */
static bool take_choice(struct choices *choices, int option)
{
	switch (option) {
	case 'o':
		choices->output = optarg;
		return true;
	case 'f':
		choices->from = optarg;
		return true;
	case 'i':
		choices->interface = optarg;
		return true;
	case 'r':
		choices->root = optarg;
		return true;
	case 'l':
		choices->leases = optarg;
		return true;
	case 'd':
		choices->database = optarg;
		return true;
	}
	return false;
}

/* Do they go together? Leases have a database, configurations all the rest. */
static bool is_sensible(const struct choices *choices)
{
	if (choices->leases)
		return !choices->output && !choices->interface && !choices->root;
	return !choices->database;
}

int cmd_import(int argc, char **argv)
{
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "from", required_argument, NULL, 'f' },
		{ "interface", required_argument, NULL, 'i' },
		{ "root", required_argument, NULL, 'r' },
		{ "leases", required_argument, NULL, 'l' },
		{ "database", required_argument, NULL, 'd' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct choices choices = { 0 };
	enum import_format format;
	int option;

	optind = 1;
	while ((option = getopt_long(argc, argv, "o:h", options, NULL)) != -1) {
		if (option == 'h') {
			fputs(help, stdout);
			return EXIT_DONE;
		}
		if (!take_choice(&choices, option))
			return EXIT_USAGE;
	}
	if (argc - optind != 1 || !is_sensible(&choices) ||
	    (choices.from && !parse_format(choices.from, &format))) {
		fputs(help, stderr);
		return EXIT_USAGE;
	}
	choices.path = argv[optind];
	if (choices.leases)
		return cmd_import_leases(choices.leases, choices.from ? &format : NULL,
					 choices.database, choices.path);
	return run(&choices);
}
