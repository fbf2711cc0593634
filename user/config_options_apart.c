// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// No option comes from two places: config_options__apart().
#include <stdio.h>
#include <string.h>

#include "config_boot.h"
#include "config_hosts.h"
#include "config_options.h"
#include "xdpxe/dhcp_wire.h"

/* A set of options, and what they are called in messages. */
struct told {
	uint64_t codes[4];
	char by[256][40]; /* "networks[0].options"; empty: by nothing */
};

static int first_common(const uint64_t a[4], const uint64_t b[4])
{
	size_t word;

	for (word = 0; word < 4; word++)
		if (a[word] & b[word])
			return (int)(word * 64) + __builtin_ctzll(a[word] & b[word]);
	return -1;
}

static void note(struct told *told, const struct config_options *options, const char *by)
{
	unsigned int code;

	for (code = 0; code < 256; code++)
		if (config_options__has(options, (uint8_t)code) && !told->by[code][0])
			snprintf(told->by[code], sizeof(told->by[code]), "%s", by);
	for (code = 0; code < 4; code++)
		told->codes[code] |= options->codes[code];
}

static void note_key(struct told *told, bool given, uint8_t code, const char *key, size_t index)
{
	struct config_options one = { 0 };
	char by[40];

	if (!given)
		return;
	one.codes[code / 64] |= 1ULL << code % 64;
	snprintf(by, sizeof(by), "networks[%zu].%s", index, key);
	note(told, &one, by);
}

static bool fail(const struct config_reader *reader, const char *path, unsigned int line,
		 const char *key, const struct told *told, int code)
{
	config__error(reader->err, path, line,
		      "%s: %d, which %s gives too; legal: each code in one place, since clients "
		      "join what comes twice (RFC 3396)",
		      key, code, told->by[code]);
	return false;
}

static bool check_boot(const struct config_reader *reader, const struct config_options *options,
		       const char *name, const struct told *networks, struct told *all)
{
	int code = first_common(networks->codes, options->codes);
	char key[40];

	snprintf(key, sizeof(key), "boot-options.%s", name);
	note(all, options, key);
	return code < 0 || fail(reader, reader->out->path, options->line, key, networks, code);
}

/* What options by number stand beside: the networks' keys. */
static bool note_network(const struct config_reader *reader, size_t i, struct told *all)
{
	const struct config_network *net = &reader->out->networks[i];
	struct told keys = { { 0 }, { { 0 } } };
	char by[40];
	int code;

	note_key(&keys, net->ntp_count, DHCP_OPT_NTP, "ntp", i);
	note_key(&keys, net->mtu, DHCP_OPT_MTU, "mtu", i);
	snprintf(by, sizeof(by), "networks[%zu].options", i);
	code = first_common(keys.codes, net->options.codes);
	if (code >= 0)
		return fail(reader, reader->out->path, net->options.line, by, &keys, code);
	note_key(all, net->ntp_count, DHCP_OPT_NTP, "ntp", i);
	note_key(all, net->mtu, DHCP_OPT_MTU, "mtu", i);
	note(all, &net->options, by);
	return true;
}

static bool check_hosts(const struct config_reader *reader, const struct told *all)
{
	const struct config *out = reader->out;
	size_t i;

	for (i = 0; i < out->host_count; i++) {
		const struct config_host *host = &out->hosts[i];
		int code = host->options ? first_common(all->codes, host->options->codes) : -1;

		if (code >= 0)
			return fail(reader, config_host__path(out, host), host->options->line,
				    config_host__key(out, host, "options").text, all, code);
	}
	return true;
}

bool config_options__apart(const struct config_reader *reader)
{
	const struct config *out = reader->out;
	struct told networks = { { 0 }, { { 0 } } }, all;
	size_t i;

	for (i = 0; i < out->network_count; i++)
		if (!note_network(reader, i, &networks))
			return false;
	all = networks;
	for (i = 0; i < XDPXE_ARCHES; i++)
		if (out->boot_options[i].len &&
		    !check_boot(reader, &out->boot_options[i], config_arch__get(i)->name, &networks,
				&all))
			return false;
	if (out->ipxe_options.len &&
	    !check_boot(reader, &out->ipxe_options, "ipxe", &networks, &all))
		return false;
	return check_hosts(reader, &all);
}
