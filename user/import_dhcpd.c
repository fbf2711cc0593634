// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* ISC dhcpd.conf(5), with the recipes for iPXE and UEFI that are in use. */
#include "import.h"

#include <stdlib.h>
#include <string.h>

#include "import_dhcpd.h"
#include "parse.h"

/* dhcpd's own business, or what ours does anyway. */
static bool is_without_meaning(const struct scan_statement *said)
{
	static const char *const words[] = {
		"log-facility",		"ddns-update-style",
		"ddns-updates",		"update-static-leases",
		"local-port",		"omapi-port",
		"one-lease-per-client", "ping-check",
		"ping-timeout",		"min-lease-time",
		"max-lease-time",	"get-lease-hostnames",
		"use-host-decl-names",	"boot-unknown-clients",
		"ignore-client-uids",	"db-time-format",
		"lease-file-name",	"pid-file-name",
		"server-name",		"min-secs",
		"stash-agent-options",	"update-optimization",
		"deny-client-updates",	"abandon-lease-time",
	};
	const char *first = said->words[0];

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(first, words[i]) == 0)
			return true;
	/* `option space NAME`, `allow booting` and the like */
	/* `option ipxe.no-pxedhcp 1`: it is always sent */
	if (strcmp(first, "option") == 0 && said->count > 2 &&
	    (strcmp(said->words[1], "ipxe.no-pxedhcp") == 0 ||
	     strcmp(said->words[1], "space") == 0))
		return true;
	return strcmp(first, "allow") == 0 && said->count > 1 &&
	       (strcmp(said->words[1], "booting") == 0 || strcmp(said->words[1], "bootp") == 0);
}

static void note(struct dhcpd *dhcpd, const struct scan_statement *said, const char *why)
{
	import__note(dhcpd->import, said->line, said->shown, why);
}

static void take_range(struct dhcpd *dhcpd, const struct dhcpd_scope *scope,
		       const struct scan_statement *said)
{
	size_t at = said->count > 1 && strcmp(said->words[1], "dynamic-bootp") == 0 ? 2 : 1;
	struct import_network *network =
		scope->in_network ? rows__at(&dhcpd->import->networks, scope->network) : NULL;
	uint32_t first, last;

	if (!network || said->count <= at || !parse__ipv4(said->words[at], &first)) {
		note(dhcpd, said, "no address of a subnet");
		return;
	}
	last = first;
	if (said->count > at + 1 && !parse__ipv4(said->words[at + 1], &last)) {
		note(dhcpd, said, "the last address is none");
		return;
	}
	import__range(dhcpd->import, network, first, last);
}

static void take_host_statement(struct dhcpd *dhcpd, struct dhcpd_scope *scope,
				const struct scan_statement *said)
{
	struct import_host *host = scope->host;

	if (strcmp(said->words[0], "hardware") == 0) {
		if (said->count < 3 || strcmp(said->words[1], "ethernet") ||
		    !parse__mac(said->words[2], host->mac))
			note(dhcpd, said, "no Ethernet address");
		else
			scope->host_has_mac = true;
	} else if (said->count < 2 || !parse__ipv4(said->words[1], &host->ip)) {
		note(dhcpd, said, "one IPv4 address is taken, no name and no list");
	}
}

/* deny booting, deny unknown-clients, allow members of ... */
static void take_permission(struct dhcpd *dhcpd, struct dhcpd_scope *scope,
			    const struct scan_statement *said)
{
	bool allow = strcmp(said->words[0], "allow") == 0;
	const char *what = said->count > 1 ? said->words[1] : "";

	if (strcmp(what, "booting") == 0 && scope->host && !allow)
		scope->host->deny = true;
	else if (strcmp(what, "unknown-clients") == 0)
		scope->settings.unknown_clients = allow ? IMPORT_YES : IMPORT_NO;
	else
		note(dhcpd, said, "not carried over");
}

/* match if CONDITION, in a class */
static void take_match(struct dhcpd *dhcpd, struct dhcpd_scope *scope,
		       const struct scan_statement *said)
{
	scope->left_out = !dhcpd__condition(dhcpd, said, 2, &scope->condition);
	if (scope->left_out)
		note(dhcpd, said, "this class is not understood, so what it says is left out");
}

static void take_seconds(struct dhcpd *dhcpd, const struct scan_statement *said, uint32_t *out)
{
	if (said->count < 2 || !parse__seconds(said->words[1], out))
		note(dhcpd, said, "no number of seconds");
}

static void take_include(struct dhcpd *dhcpd, struct dhcpd_scope *scope,
			 const struct scan_statement *said);

/* A statement that ends in ';'. */
static void take_statement(struct dhcpd *dhcpd, struct dhcpd_scope *scope,
			   const struct scan_statement *said)
{
	const char *first = said->words[0];
	const char *value = said->count > 1 ? said->words[1] : "";

	if (dhcpd__declare(dhcpd, said) || is_without_meaning(said))
		return;
	if (strcmp(first, "option") == 0)
		dhcpd__option(dhcpd, scope, said);
	else if (strcmp(first, "range") == 0)
		take_range(dhcpd, scope, said);
	else if (strcmp(first, "filename") == 0)
		dhcpd__boot(dhcpd, scope, import__keep(dhcpd->import, value, strlen(value)));
	else if (strcmp(first, "next-server") == 0)
		dhcpd__next_server(dhcpd, said);
	else if (strcmp(first, "include") == 0)
		take_include(dhcpd, scope, said);
	else if (strcmp(first, "default-lease-time") == 0 && scope->narrow)
		note(dhcpd, said, scope->narrow);
	else if (strcmp(first, "default-lease-time") == 0)
		take_seconds(dhcpd, said, &scope->settings.lease_s);
	else if (strcmp(first, "authoritative") == 0)
		scope->settings.authoritative = IMPORT_YES;
	else if (strcmp(first, "not") == 0 && strcmp(value, "authoritative") == 0)
		scope->settings.authoritative = IMPORT_NO;
	else if (scope->host &&
		 (strcmp(first, "hardware") == 0 || strcmp(first, "fixed-address") == 0))
		take_host_statement(dhcpd, scope, said);
	else if (strcmp(first, "match") == 0)
		take_match(dhcpd, scope, said);
	else if (strcmp(first, "allow") == 0 || strcmp(first, "deny") == 0)
		take_permission(dhcpd, scope, said);
	else
		note(dhcpd, said, "not carried over");
}

static void take_block(struct dhcpd *dhcpd, struct dhcpd_scope *outer,
		       const struct scan_statement *said);

/* The statements of a block, up to its '}' or the end of the text. */
static void take_body(struct dhcpd *dhcpd, struct dhcpd_scope *scope)
{
	struct scan_statement said;

	while (scan__next(&dhcpd->scan, &said)) {
		if (said.count && said.end == '{' && scope->left_out)
			scan__skip_block(&dhcpd->scan);
		else if (said.count && said.end == '{')
			take_block(dhcpd, scope, &said);
		else if (said.count && !scope->left_out)
			take_statement(dhcpd, scope, &said);
		if (said.end == '}')
			return;
	}
}

/* The statements of another file, in the place of this one. */
static void take_include(struct dhcpd *dhcpd, struct dhcpd_scope *scope,
			 const struct scan_statement *said)
{
	const char *within = dhcpd->import->within;
	struct scan scan = dhcpd->scan;
	char *text;

	if (dhcpd->depth == DHCPD_DEPTH) {
		note(dhcpd, said, "files lie too deep in one another");
		return;
	}
	text = dhcpd__include(dhcpd, said);
	if (!text)
		return;
	dhcpd->depth++;
	dhcpd->scan = (struct scan){ .at = text, .line = 1 };
	take_body(dhcpd, scope);
	dhcpd->depth--;
	dhcpd->scan = scan;
	dhcpd->import->within = within;
	free(text);
}

static void take_host(struct dhcpd *dhcpd, struct dhcpd_scope *scope,
		      const struct scan_statement *said)
{
	struct import_host host = { .line = said->line }, *kept;

	/* the scope ends with this function */
	/* cppcheck-suppress autoVariables */
	scope->host = &host;
	scope->narrow = "of one machine: `hosts` may have `options`";
	take_body(dhcpd, scope);
	if (!host.boot && !host.ipxe && scope->settings.file)
		dhcpd__boot(dhcpd, scope, scope->settings.file);
	if (!scope->host_has_mac) {
		note(dhcpd, said, "a host without a hardware address");
		return;
	}
	kept = import__host(dhcpd->import, said->line, host.mac);
	if (kept)
		*kept = host;
}

static void take_subnet(struct dhcpd *dhcpd, struct dhcpd_scope *scope,
			const struct scan_statement *said)
{
	struct import_network *network;
	uint32_t subnet, mask;

	if (said->count < 4 || !parse__ipv4(said->words[1], &subnet) ||
	    !parse__ipv4(said->words[3], &mask)) {
		note(dhcpd, said, "no subnet and netmask");
		scan__skip_block(&dhcpd->scan);
		return;
	}
	network = import__network(dhcpd->import, said->line, subnet, mask, &scope->settings);
	if (!network)
		return;
	scope->in_network = true;
	if (scope->in_group && scope->settings.file)
		dhcpd__boot(dhcpd, scope, scope->settings.file);
	scope->in_group = false;
	scope->network = dhcpd->import->networks.count - 1;
	take_body(dhcpd, scope);
	network = rows__at(&dhcpd->import->networks, scope->network);
	network->settings = scope->settings;
}

static void take_pool(struct dhcpd *dhcpd, struct dhcpd_scope *outer, struct dhcpd_scope *scope,
		      const struct scan_statement *said)
{
	scope->narrow = "of one pool: a network has one set of options";
	scope->settings.unknown_clients = IMPORT_UNSAID;
	take_body(dhcpd, scope);
	if (scope->settings.unknown_clients == IMPORT_UNSAID)
		return;
	outer->settings.unknown_clients = scope->settings.unknown_clients;
	note(dhcpd, said, "its unknown-clients is for all pools of the network");
}

static void take_block(struct dhcpd *dhcpd, struct dhcpd_scope *outer,
		       const struct scan_statement *said)
{
	struct dhcpd_scope scope = *outer;
	const char *first = said->words[0];

	if (++dhcpd->depth > DHCPD_DEPTH) {
		note(dhcpd, said, "blocks lie too deep in one another");
		scan__skip_block(&dhcpd->scan);
	} else if (strcmp(first, "subnet") == 0) {
		take_subnet(dhcpd, &scope, said);
	} else if (strcmp(first, "host") == 0) {
		take_host(dhcpd, &scope, said);
	} else if (strcmp(first, "group") == 0 || strcmp(first, "shared-network") == 0) {
		scope.in_group |= strcmp(first, "group") == 0;
		take_body(dhcpd, &scope);
	} else if (strcmp(first, "class") == 0) {
		scope.narrow = "of a class: see `boot-options`";
		take_body(dhcpd, &scope);
	} else if (strcmp(first, "pool") == 0) {
		take_pool(dhcpd, outer, &scope, said);
	} else if (strcmp(first, "if") == 0 || strcmp(first, "elsif") == 0 ||
		   strcmp(first, "else") == 0) {
		scope.narrow = "under a condition: see `boot-options`";
		if (dhcpd__branch(dhcpd, said, outer, &scope))
			take_body(dhcpd, &scope);
		else
			scan__skip_block(&dhcpd->scan);
	} else {
		note(dhcpd, said, "this block is not carried over");
		scan__skip_block(&dhcpd->scan);
	}
	dhcpd->depth--;
}

bool import__dhcpd(struct import *import, char *text)
{
	struct dhcpd *dhcpd = calloc(1, sizeof(*dhcpd));
	struct dhcpd_scope *scope = calloc(1, sizeof(*scope));

	if (dhcpd && scope) {
		dhcpd->import = import;
		dhcpd->options.size = sizeof(struct dhcpd_option);
		dhcpd->scan = (struct scan){ .at = text, .line = 1 };
		take_body(dhcpd, scope);
	} else {
		import->no_memory = true;
	}
	if (dhcpd)
		rows__free(&dhcpd->options);
	free(dhcpd);
	free(scope);
	return true;
}
