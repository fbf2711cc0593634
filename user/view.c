// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "view.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "cmd.h"
#include "lease_clock.h"
#include "log.h"

static void print_usage(const struct view_help *help, FILE *out)
{
	fprintf(out,
		"usage: xdpxe %s [--json]\n\n"
		"%s\n\n"
		"  -j, --json  for programs; times are seconds, sizes bytes\n"
		"  -h, --help  this text\n\n"
		"It reads the pinned maps, whether or not a daemon runs.\n\n"
		"example:\n%s",
		help->name, help->text, help->example);
}

int view__options(int argc, char **argv, const struct view_help *help, bool *json)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{},
	};
	int option;

	*json = false;
	optind = 0;
	while ((option = getopt_long(argc, argv, "jh", options, NULL)) != -1) {
		switch (option) {
		case 'j':
			*json = true;
			break;
		case 'h':
			print_usage(help, stdout);
			return EXIT_DONE;
		default:
			fprintf(stderr, "usage: xdpxe %s [--json]\n", help->name);
			return EXIT_USAGE;
		}
	}
	if (optind == argc)
		return VIEW_GO_ON;
	fprintf(stderr, "xdpxe %s: %s: takes no argument; usage: xdpxe %s [--json]\n", help->name,
		argv[optind], help->name);
	return EXIT_USAGE;
}

/* Maps of another layout must not be read: their values would not fit ours. */
static int view__check(struct view *view)
{
	struct bpf_map_info info = {};
	__u32 zero = 0, len = sizeof(info);
	struct xdpxe_meta *meta = &view->meta;
	int err = bpf_obj_get_info_by_fd(view->maps.meta, &info, &len);

	if (!err && info.value_size == sizeof(*meta))
		err = bpf_map_lookup_elem(view->maps.meta, &zero, meta);
	if (err)
		return err;
	if (meta->abi != XDPXE_ABI_VERSION) {
		log_error("%s: attached by another version of xdpxe; use that one, or: xdpxe "
			  "detach %s",
			  view->instance->first, view->instance->first);
		return VIEW_TOLD;
	}
	meta->config[sizeof(meta->config) - 1] = '\0';
	meta->version[sizeof(meta->version) - 1] = '\0';
	return lease_clock__follow(view->maps.lease_clock);
}

static int view__run(const struct instance *instance,
		     int (*fn)(const struct view *view, void *context), void *context)
{
	struct view view = { .instance = instance };
	int err = pins__open(instance, &view.maps);

	if (err) {
		log_error("%s: its maps cannot be opened: %s; perhaps: xdpxe detach %s",
			  instance->first, strerror(-err), instance->first);
		return VIEW_TOLD;
	}
	err = view__check(&view);
	if (!err)
		err = fn(&view, context);
	pins__close(&view.maps);
	return err;
}

int view__each(int (*fn)(const struct view *view, void *context), void *context)
{
	struct instance *list = NULL;
	int count = pins__list(&list);
	int err = count < 0 ? count : 0;

	if (count == 0) {
		log_error("nothing is attached in this network namespace");
		err = VIEW_TOLD;
	}
	for (int i = 0; !err && i < count; i++)
		err = view__run(&list[i], fn, context);
	free(list);
	return err;
}

void view__network_text(char text[VIEW_NETWORK_TEXT], __be32 subnet, __be32 mask)
{
	char address[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &subnet, address, sizeof(address));
	snprintf(text, VIEW_NETWORK_TEXT, "%s/%d", address, __builtin_popcount(mask));
}

void view__mac_text(char text[VIEW_MAC_TEXT], const __u8 *bytes, unsigned int len)
{
	if (len > BOOTP_CHADDR_LEN)
		len = BOOTP_CHADDR_LEN;
	text[0] = '\0';
	for (unsigned int i = 0; i < len; i++)
		snprintf(text + 3 * i - (i > 0), 4, "%s%02x", i ? ":" : "", bytes[i]);
}

bool view__tid(const struct view *view, __be16 tid, struct xdpxe_tid *out)
{
	__u32 index = (__u32)ntohs(tid) - XDPXE_TID_FIRST;

	return index < XDPXE_TID_COUNT && !bpf_map_lookup_elem(view->maps.tids, &index, out) &&
	       out->params.blksize;
}

json_t *view__json_text(const char *text)
{
	json_t *json = json_string(text);
	char *plain;

	if (json)
		return json;
	plain = strdup(text);
	for (char *byte = plain; byte && *byte; byte++)
		if ((unsigned char)*byte >= 0x80)
			*byte = '?';
	json = plain ? json_string(plain) : NULL;
	free(plain);
	return json;
}

int view__print_json(json_t *json)
{
	int err = json ? 0 : -ENOMEM;

	if (json && json_dumpf(json, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(12)))
		err = -EIO;
	json_decref(json);
	if (!err)
		putchar('\n');
	return err;
}

int view__exit(const struct view_help *help, int err)
{
	if (fflush(stdout) && !err)
		err = -errno;
	if (err < 0)
		log_error("%s: %s%s", help->name, strerror(-err),
			  err == -EACCES || err == -EPERM ? "; run as root" : "");
	return err ? EXIT_FAILED : EXIT_DONE;
}
