// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cmd.h"

#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

#include <bpf/libbpf.h>

#include "log.h"

static const struct command {
	const char *name;
	const char *arguments;
	const char *text;
	int (*run)(int argc, char **argv);
} commands[] = {
#define XDPXE_COMMAND_ROW(function, name, arguments, text)                                         \
	{ name, arguments, text, cmd_##function },
	XDPXE_COMMANDS(XDPXE_COMMAND_ROW)
#undef XDPXE_COMMAND_ROW
};

static void print_help(FILE *out)
{
	fprintf(out, "xdpxe " XDPXE_VERSION
		     ": network boot (DHCP and TFTP) from inside the NIC driver\n\nUsage:\n");
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		char usage[64];

		snprintf(usage, sizeof(usage), "%s %s", commands[i].name, commands[i].arguments);
		fprintf(out, "  xdpxe %-28s %s\n", usage, commands[i].text);
	}
	fprintf(out, "\n`xdpxe COMMAND --help` tells more. Manual: xdpxe(8).\n"
		     "Exit codes: 0 done, 1 it failed, 2 usage.\n");
}

/* libbpf explains itself at length; a failure gets one sentence from us, and its words only when asked for. */
__attribute__((format(printf, 2, 0))) static int quiet_libbpf(enum libbpf_print_level level,
							      const char *format, va_list args)
{
	char line[1024];

	vsnprintf(line, sizeof(line), format, args);
	line[strcspn(line, "\n")] = 0;
	log__print(level == LIBBPF_WARN ? LOG_LEVEL_INFO + 1 : LOG_LEVEL_DEBUG + 1, "%s", line);
	return 0;
}

int main(int argc, char **argv)
{
	libbpf_set_print(quiet_libbpf);
	prctl(PR_SET_NAME, "xdpxe"); /* also when started anew as /proc/self/exe */
	if (argc < 2) {
		print_help(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0) {
		print_help(stdout);
		return EXIT_DONE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("xdpxe " XDPXE_VERSION);
		return EXIT_DONE;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	fprintf(stderr, "xdpxe: %s: unknown command; `xdpxe --help` lists them\n", argv[1]);
	return EXIT_USAGE;
}
