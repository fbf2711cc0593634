// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* dnsmasq.conf: lines of key=value, and tags that tell which client a line is for. */
#include "import.h"

#include <stdlib.h>
#include <string.h>

#include "import_dnsmasq.h"
#include "parse.h"

struct key {
	const char *name;
	void (*take)(struct dnsmasq *dnsmasq, char *value);
};

static void take_interface(struct dnsmasq *dnsmasq, char *value)
{
	import__interface(dnsmasq->import, value);
}

static void take_root(struct dnsmasq *dnsmasq, char *value)
{
	import_dnsmasq__note_tail(dnsmasq, strchr(value, ','));
	value[strcspn(value, ",")] = 0;
	dnsmasq->import->tftp_root = import__keep(dnsmasq->import, value, strlen(value));
}

static void take_authoritative(struct dnsmasq *dnsmasq, char *value)
{
	(void)value;
	dnsmasq->settings.authoritative = IMPORT_YES;
}

static void take_domain(struct dnsmasq *dnsmasq, char *value)
{
	value[strcspn(value, ",")] = 0;
	if (!import__option(dnsmasq->import, &dnsmasq->settings, 15, value))
		import_dnsmasq__note(dnsmasq, "no domain name");
}

/* dhcp-ignore=tag:!known: only machines with a dhcp-host line */
static void take_ignore(struct dnsmasq *dnsmasq, char *value)
{
	if (strcmp(value, "tag:!known") == 0)
		dnsmasq->settings.unknown_clients = IMPORT_NO;
	else
		import_dnsmasq__note(dnsmasq, "only tag:!known is carried over");
}

static void take_file(struct dnsmasq *dnsmasq, char *value)
{
	(void)value;
	import_dnsmasq__note(dnsmasq, "other files are not read: put their lines into this one");
}

static const struct key keys[] = {
	{ "interface", take_interface },
	{ "tftp-root", take_root },
	{ "dhcp-authoritative", take_authoritative },
	{ "domain", take_domain },
	{ "dhcp-ignore", take_ignore },
	{ "conf-file", take_file },
	{ "conf-dir", take_file },
	{ "dhcp-hostsfile", take_file },
	{ "dhcp-hostsdir", take_file },
	{ "dhcp-optsfile", take_file },
	{ "dhcp-optsdir", take_file },
	{ "dhcp-range", import_dnsmasq__range },
	{ "dhcp-option", import_dnsmasq__option },
	{ "dhcp-option-force", import_dnsmasq__option },
	{ "dhcp-host", import_dnsmasq__host },
	{ "dhcp-match", import_dnsmasq__match },
	{ "dhcp-userclass", import_dnsmasq__class },
	{ "dhcp-vendorclass", import_dnsmasq__class },
	{ "dhcp-boot", import_dnsmasq__boot },
	{ "pxe-service", import_dnsmasq__pxe_service },
};

/* dnsmasq's own business, DNS above all, or what ours does anyway. */
static bool is_without_meaning(const char *name)
{
	static const char *const words[] = {
		"port",
		"enable-tftp",
		"tftp-secure",
		"tftp-no-fail",
		"tftp-max",
		"tftp-no-blocksize",
		"tftp-mtu",
		"tftp-lowercase",
		"tftp-port-range",
		"log-dhcp",
		"log-queries",
		"log-facility",
		"log-async",
		"quiet-dhcp",
		"quiet-tftp",
		"bind-interfaces",
		"bind-dynamic",
		"user",
		"group",
		"pid-file",
		"dhcp-leasefile",
		"leasefile-ro",
		"dhcp-lease-max",
		"dhcp-no-override",
		"dhcp-ignore-clid",
		"no-ping",
		"dhcp-sequential-ip",
		"dhcp-rapid-commit",
		"no-resolv",
		"no-hosts",
		"no-poll",
		"server",
		"address",
		"cache-size",
		"domain-needed",
		"bogus-priv",
		"expand-hosts",
		"local",
		"listen-address",
		"except-interface",
		"no-negcache",
		"strict-order",
		"resolv-file",
		"keep-in-foreground",
		"no-daemon",
		"addn-hosts",
		"host-record",
		"cname",
		"pxe-prompt",
		"dhcp-broadcast",
		"stop-dns-rebind",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(name, words[i]) == 0)
			return true;
	return false;
}

static char *trim(char *text)
{
	size_t len;

	text += strspn(text, " \t\r");
	len = strlen(text);
	while (len && strchr(" \t\r", text[len - 1]))
		text[--len] = 0;
	return text;
}

/* Lines that say who has a tag count wherever they stand, so they are read before all others. */
static bool makes_tag(const struct key *key)
{
	return key->take == import_dnsmasq__match || key->take == import_dnsmasq__class;
}

static void take_line(struct dnsmasq *dnsmasq, char *line, bool tags)
{
	char *value = strchr(line, '=');

	if (value)
		*value++ = 0;
	line = trim(line);
	value = trim(value ? value : line + strlen(line));
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(line, keys[i].name) == 0) {
			if (makes_tag(&keys[i]) == tags)
				keys[i].take(dnsmasq, value);
			return;
		}
	if (!tags && !is_without_meaning(line))
		import_dnsmasq__note(dnsmasq, "not carried over");
}

/* A '#' begins a comment at the start of a line, or behind a blank. */
static void cut_comment(char *line)
{
	for (char *at = line; *at; at++)
		if (*at == '#' && (at == line || strchr(" \t", at[-1]))) {
			*at = 0;
			return;
		}
}

/* What every network has, since dnsmasq's options are for all of them. */
static void finish(struct dnsmasq *dnsmasq)
{
	struct import *import = dnsmasq->import;

	for (size_t i = 0; i < import->networks.count; i++) {
		struct import_network *network = rows__at(&import->networks, i);
		uint32_t lease_s = network->settings.lease_s;

		network->settings = dnsmasq->settings;
		if (lease_s)
			network->settings.lease_s = lease_s;
		/* one router for all of them is one of none but its own */
		if (network->settings.routers.count &&
		    (network->settings.routers.items[0] & network->mask) != network->subnet)
			network->settings.routers.count = 0;
	}
}

static void take_lines(struct dnsmasq *dnsmasq, char *text, bool tags)
{
	char *line;

	dnsmasq->line = 0;
	while ((line = strsep(&text, "\n")) != NULL) {
		dnsmasq->line++;
		cut_comment(line);
		line = trim(line);
		if (!*line)
			continue;
		dnsmasq->shown = import__keep(dnsmasq->import, line, strlen(line));
		take_line(dnsmasq, line, tags);
	}
}

bool import__dnsmasq(struct import *import, char *text)
{
	struct dnsmasq *dnsmasq = calloc(1, sizeof(*dnsmasq));
	char *copy = strdup(text);

	if (dnsmasq && copy) {
		dnsmasq->import = import;
		take_lines(dnsmasq, copy, true);
		take_lines(dnsmasq, text, false);
		finish(dnsmasq);
	} else {
		import->no_memory = true;
	}
	free(copy);
	free(dnsmasq);
	return true;
}
