// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "config.h"
#include "import.h"
#include "log.h"

static const char help[] =
	"usage: xdpxe import [-o FILE] [--from dhcpd|dnsmasq|kea] [--interface IFACE] [--root "
	"FOLDER] FILE\n"
	"Reads another server's configuration (ISC dhcpd.conf, dnsmasq.conf, or Kea's JSON) and "
	"writes "
	"ours.\n"
	"What cannot be carried over, or only by a guess, is listed by line: on stderr, and at the "
	"head "
	"of what\n"
	"is written.\n"
	"\n"
	"  -o, --output FILE      write there, not to stdout; a file that exists is left alone\n"
	"      --from FORMAT      do not guess the format\n"
	"      --interface IFACE  where it shall serve, for files that do not say\n"
	"      --root FOLDER      TFTP root, for files that do not say; default /srv/tftp\n"
	"  -h, --help             this text\n"
	"\n"
	"Example: xdpxe import -o xdpxe.yaml /etc/dhcp/dhcpd.conf && xdpxe check -c xdpxe.yaml\n"
	"Exit codes: 0 written (look at what is listed), 1 not written, 2 usage.\n";

struct choices {
	const char *output, *from, *interface, *root, *path;
};

/* What is written is read again, so that what ours would refuse is told here. */
static void verify(const char *yaml, size_t size)
{
	char path[] = "/tmp/xdpxe-import-XXXXXX";
	int fd = mkstemp(path);
	struct config_error err;
	struct config *config;

	if (fd < 0)
		return;
	if (write(fd, yaml, size) == (ssize_t)size) {
		config = config__load(path, &err);
		if (!config)
			fprintf(stderr, "to be mended by hand: %s\n",
				strncmp(err.text, path, strlen(path))
					? err.text
					: err.text + strlen(path) + 1);
		config__free(config);
	}
	close(fd);
	unlink(path);
}

static void tell(const struct import *import)
{
	for (size_t i = 0; i < import->notes.count; i++) {
		const struct import_note *note = rows__at(&import->notes, i);

		fprintf(stderr, "%s:%u: %s: %s\n", import->path, note->line, note->source,
			note->why);
	}
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
	char *yaml = NULL;
	size_t size = 0;
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
	verify(yaml, size);
	code = put(yaml, size, choices->output);
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
	format = import__guess(text);
	if (choices->from)
		parse_format(choices->from, &format);
	if (readers[format](&import, text)) {
		complete(&import, choices);
		code = finish(&import, choices);
	} else {
		tell(&import);
	}
	import__free(&import);
	free(text);
	return code;
}

int cmd_import(int argc, char **argv)
{
	static const struct option options[] = {
		{ "output", required_argument, NULL, 'o' },
		{ "from", required_argument, NULL, 'f' },
		{ "interface", required_argument, NULL, 'i' },
		{ "root", required_argument, NULL, 'r' },
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
		if (option == 'o')
			choices.output = optarg;
		else if (option == 'f')
			choices.from = optarg;
		else if (option == 'i')
			choices.interface = optarg;
		else if (option == 'r')
			choices.root = optarg;
		else
			return EXIT_USAGE;
	}
	if (argc - optind != 1 || (choices.from && !parse_format(choices.from, &format))) {
		fputs(help, stderr);
		return EXIT_USAGE;
	}
	choices.path = argv[optind];
	return run(&choices);
}
