// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "storm_options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "parse.h"
#include "xdpxe/storm.h"

#define RATE_MAX 1000000
#define TIMEOUT_MAX 86400

static const char help[] =
	"usage: xdpxe storm -i IFACE [--expect FILE]... [options]\n\n"
	"Boots many machines at once from whatever DHCP and TFTP server is on IFACE, and looks at "
	"every byte.\n"
	"Exit code 0: every machine booted, and nothing was wrong.\n\n"
	"  -i, --interface IFACE  where the server is\n"
	"  -n, --clients N        machines, 1 to 50000 (1)\n"
	"  -e, --expect [ARCH:][NAME=]FILE\n"
	"                         a file that the server is to serve, as NAME; ARCH: to those "
	"alone\n"
	"  -m, --mix MIX          architectures, by weight (bios=1:efi-x64=1)\n"
	"  -c, --client NAME      how files are read: ipxe, edk2, grub, uboot, rom (as the "
	"architecture has it)\n"
	"  -s, --stage STAGE      full, dhcp: the first address alone, tftp: files alone (full)\n"
	"  -r, --rate N           machines switched on in a second, 0: all at once (0)\n"
	"      --loss P, --dup P, --reorder P\n"
	"                         percent of packets, in each direction, up to 50 (0)\n"
	"      --seed N           of all that is random (1)\n"
	"      --blksize N, --windowsize N\n"
	"                         instead of what the client asks for: 8 to 1468, 1 to 64\n"
	"      --collect          wait for further OFFERs, as UEFI (3.75 s) and iPXE (2 s) do\n"
	"      --server A, --addresses A, --file NAME\n"
	"                         for stage tftp: the server, the first machine's address, the "
	"file\n"
	"  -t, --timeout S        bound of the run (120)\n"
	"      --packets N        bound of what is sent (100000000)\n"
	"      --xdp MODE         native, generic, auto: native where frames are seen to go out "
	"(auto)\n"
	"      --schedule         print when which machine is switched on, and send nothing\n"
	"      --yes-this-interface\n"
	"                         also if IFACE carries the default route\n"
	"  -j, --json             the summary, for programs; times are seconds\n"
	"  -h, --help             this text\n\n"
	"example:\n"
	"  xdpxe storm -i eth1 -n 1000 -m bios:efi-x64 -e bios:undionly.kpxe -e efi-x64:ipxe.efi\n";

enum {
	OPT_LOSS = 256,
	OPT_DUP,
	OPT_REORDER,
	OPT_SEED,
	OPT_BLKSIZE,
	OPT_WINDOW,
	OPT_COLLECT,
	OPT_SERVER,
	OPT_ADDRESSES,
	OPT_FILE,
	OPT_PACKETS,
	OPT_XDP,
	OPT_SCHEDULE,
	OPT_YES,
};

static const struct option long_options[] = {
	{ "interface", required_argument, NULL, 'i' },
	{ "clients", required_argument, NULL, 'n' },
	{ "expect", required_argument, NULL, 'e' },
	{ "mix", required_argument, NULL, 'm' },
	{ "client", required_argument, NULL, 'c' },
	{ "stage", required_argument, NULL, 's' },
	{ "rate", required_argument, NULL, 'r' },
	{ "loss", required_argument, NULL, OPT_LOSS },
	{ "dup", required_argument, NULL, OPT_DUP },
	{ "reorder", required_argument, NULL, OPT_REORDER },
	{ "seed", required_argument, NULL, OPT_SEED },
	{ "blksize", required_argument, NULL, OPT_BLKSIZE },
	{ "windowsize", required_argument, NULL, OPT_WINDOW },
	{ "collect", no_argument, NULL, OPT_COLLECT },
	{ "server", required_argument, NULL, OPT_SERVER },
	{ "addresses", required_argument, NULL, OPT_ADDRESSES },
	{ "file", required_argument, NULL, OPT_FILE },
	{ "timeout", required_argument, NULL, 't' },
	{ "packets", required_argument, NULL, OPT_PACKETS },
	{ "xdp", required_argument, NULL, OPT_XDP },
	{ "schedule", no_argument, NULL, OPT_SCHEDULE },
	{ "yes-this-interface", no_argument, NULL, OPT_YES },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{},
};

/* Return: the place of @text in @names, or -1. */
static int pick(const char *text, const char *const *names)
{
	for (int i = 0; names[i]; i++)
		if (strcmp(text, names[i]) == 0)
			return i;
	return -1;
}

static const char *take_u32(const char *text, uint32_t min, uint32_t max, uint32_t *out,
			    const char *legal)
{
	return parse__u32(text, min, max, out) ? NULL : legal;
}

static const char *take_u16(const char *text, uint32_t min, uint32_t max, uint16_t *out,
			    const char *legal)
{
	uint32_t value;

	if (!parse__u32(text, min, max, &value))
		return legal;
	*out = (uint16_t)value;
	return NULL;
}

static const char *take_expect(const char *text, struct storm_expects *expects)
{
	const char *wrong;

	if (expects->count == STORM_FILES_MAX)
		return "up to 16 of them";
	wrong = storm_expect__parse(text, &expects->list[expects->count]);
	expects->count += !wrong;
	return wrong;
}

static const char *take_word(int option, const char *text, struct storm_options *out)
{
	static const char *const stages[] = { "full", "dhcp", "tftp", NULL };
	static const char *const modes[] = { "auto", "native", "generic", NULL };
	int place;

	if (option == 'c')
		return storm_model__client(text, &out->client) ? NULL : storm_model__client_names();
	place = pick(text, option == 's' ? stages : modes);
	if (place < 0)
		return option == 's' ? "full, dhcp, tftp" : "native, generic, auto";
	if (option == 's')
		out->stage = (enum storm_stage)place;
	else
		out->xdp = (enum storm_xdp)place;
	return NULL;
}

static const char *take_percent(const char *text, uint32_t *out)
{
	return storm_options__percent(text, out) ? NULL : "a percentage from 0 to 50, such as 0.5";
}

/* Options that are numbers. Return: NULL, or what is legal */
static const char *take_number(int option, const char *text, struct storm_options *out)
{
	switch (option) {
	case 'n':
		return take_u32(text, 1, STORM_CLIENTS_MAX, &out->clients, "1 to 50000");
	case 'r':
		return take_u32(text, 0, RATE_MAX, &out->rate, "0 to 1000000 a second");
	case 't':
		return take_u32(text, 1, TIMEOUT_MAX, &out->timeout_s, "1 to 86400 seconds");
	case OPT_LOSS:
		return take_percent(text, &out->loss);
	case OPT_DUP:
		return take_percent(text, &out->dup);
	case OPT_REORDER:
		return take_percent(text, &out->reorder);
	case OPT_SEED:
		return parse__u64(text, 0, UINT64_MAX, &out->seed) ? NULL : "a number";
	case OPT_BLKSIZE:
		return take_u16(text, 8, XDPXE_BLKSIZE_MAX, &out->blksize, "8 to 1468");
	case OPT_WINDOW:
		return take_u16(text, 1, 64, &out->window, "1 to 64");
	case OPT_PACKETS:
		return parse__u64(text, 1, UINT64_MAX, &out->packets) ? NULL : "1 or more";
	case OPT_SERVER:
		return parse__ipv4(text, &out->server) ? NULL : "an IPv4 address";
	default:
		return parse__ipv4(text, &out->address) ? NULL : "an IPv4 address";
	}
}

/* Return: NULL, or what is legal */
static const char *take(int option, const char *text, struct storm_options *out)
{
	switch (option) {
	case 'i':
		out->interface = text;
		return NULL;
	case 'e':
		return take_expect(text, &out->expects);
	case 'm':
		return storm_options__mix(text, &out->mix);
	case OPT_FILE:
		out->file = text;
		return NULL;
	case 'c':
	case 's':
	case OPT_XDP:
		return take_word(option, text, out);
	case OPT_COLLECT:
		out->collect = true;
		return NULL;
	case OPT_SCHEDULE:
		out->print_schedule = true;
		return NULL;
	case OPT_YES:
		out->any_interface = true;
		return NULL;
	case 'j':
		out->json = true;
		return NULL;
	default:
		return take_number(option, text, out);
	}
}

/* Return: NULL, or what does not go together */
static const char *check(struct storm_options *out)
{
	if (!out->interface && !out->print_schedule)
		return "--interface is missing: where the server is";
	if (out->stage != STORM_STAGE_DHCP && out->expects.count == 0 && !out->print_schedule)
		return "--expect is missing: the files that the server is to serve";
	if (out->stage != STORM_STAGE_TFTP)
		return NULL;
	if (!out->file && out->expects.count == 1)
		out->file = out->expects.list[0].name;
	if (out->print_schedule)
		return NULL;
	if (!out->server || !out->address || !out->file)
		return "--stage tftp needs --server and --addresses, and --file beside several "
		       "--expect";
	if (out->address > UINT32_MAX - out->clients ||
	    (out->server >= out->address && out->server < out->address + out->clients))
		return "--addresses: the machines' addresses must not hold the server's";
	return NULL;
}

bool storm_options__parse(int argc, char **argv, struct storm_options *out, int *code)
{
	const char *wrong = NULL;
	int option, index = 0;

	*out = (struct storm_options){
		.clients = 1,
		.timeout_s = 120,
		.seed = 1,
		.packets = 100000000,
		.client = STORM_CLIENT_AUTO,
	};
	storm_options__mix("bios:efi-x64", &out->mix);
	*code = EXIT_USAGE;
	optind = 0;
	while (!wrong && (option = getopt_long(argc, argv, "i:n:e:m:c:s:r:t:jh", long_options,
					       &index)) != -1) {
		if (option == 'h') {
			fputs(help, stdout);
			*code = EXIT_DONE;
			return false;
		}
		if (option == '?')
			return false; /* getopt has said so */
		wrong = take(option, optarg, out);
		if (wrong)
			fprintf(stderr, "xdpxe storm: %s: legal is: %s\n", optarg, wrong);
	}
	if (!wrong && optind < argc) {
		wrong = argv[optind];
		fprintf(stderr, "xdpxe storm: %s: takes options alone; `xdpxe storm --help`\n",
			wrong);
	}
	if (!wrong) {
		wrong = check(out);
		if (wrong)
			fprintf(stderr, "xdpxe storm: %s; `xdpxe storm --help`\n", wrong);
	}
	return !wrong;
}
