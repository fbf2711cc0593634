/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What holds of every configuration that is taken, and of every error. */
#ifndef XDPXE_FUZZ_CONFIG_HOLDS_H
#define XDPXE_FUZZ_CONFIG_HOLDS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "config_boot.h"
#include "must.h"

/* @path: of the file; the error may be about a file of hosts that it names */
static void check_error(const struct config_error *err, const char *path)
{
	size_t len = strnlen(err->text, sizeof(err->text));

	must(len && len < sizeof(err->text));
	must((!strncmp(err->text, path, strlen(path)) && err->text[strlen(path)] == ':') ||
	     strcasestr(err->text, ".csv:") || strcasestr(err->text, ".yaml:") ||
	     strcasestr(err->text, ".yml:"));
	for (size_t i = 0; i < len; i++)
		must((unsigned char)err->text[i] >= ' ' && err->text[i] != 0x7f);
}

static bool is_in(const struct config_network *network, uint32_t address)
{
	return (address & network->mask) == network->subnet;
}

static void check_pool(const struct config_network *network)
{
	for (size_t i = 0; i < network->pool_count; i++) {
		const struct config_range *range = &network->pool[i];

		must(range->first <= range->last);
		must(is_in(network, range->first) && is_in(network, range->last));
		for (size_t j = 0; j < i; j++)
			must(range->last < network->pool[j].first ||
			     network->pool[j].last < range->first);
	}
}

/* Whole options, each code once, none of those that frame the others. */
static void check_options(const struct config_options *options)
{
	uint64_t codes[4] = {};
	size_t at = 0;

	while (at < options->len) {
		uint8_t code = options->bytes[at];

		must(at + 2 <= options->len && code != 0 && code != 255);
		must(!(codes[code / 64] >> code % 64 & 1) && config_options__has(options, code));
		codes[code / 64] |= 1ULL << code % 64;
		at += 2u + options->bytes[at + 1];
	}
	must(at == options->len && !memcmp(codes, options->codes, sizeof(codes)));
}

static void check_network(const struct config *config, size_t index)
{
	const struct config_network *network = &config->networks[index];

	must(network->line && (network->subnet & ~network->mask) == 0);
	must(~network->mask >= 3 && ((~network->mask + 1) & ~network->mask) == 0);
	must(!network->address || is_in(network, network->address));
	must(!network->router || is_in(network, network->router));
	must(network->lease_time_s >= 60 && network->lease_time_s <= 365 * 86400);
	must(network->dns_count <= 8 && (!network->domain || strlen(network->domain) <= 64));
	must(network->renew_time_s && network->renew_time_s < network->rebind_time_s &&
	     network->rebind_time_s < network->lease_time_s);
	must(network->ntp_count <= 8 && (!network->mtu || network->mtu >= 576));
	check_options(&network->options);
	check_pool(network);
	for (size_t i = 0; i < index; i++)
		must(!is_in(network, config->networks[i].subnet) &&
		     !is_in(&config->networks[i], network->subnet));
}

/* A file name under the root, which cannot lead out of it, or a URL that fits option 67. */
static void check_boot(const struct config *config, const char *value)
{
	char *path;

	if (!value)
		return;
	if (boot__is_url(value)) {
		must(strlen(value) <= 250);
		return;
	}
	must(config->tftp_root && *value && *value != '/' && strlen(value) < XDPXE_NAME_MAX);
	must(asprintf(&path, "/%s/", value) > 0);
	must(!strstr(path, "/../") && !strstr(path, "/./") && !strstr(path, "//"));
	free(path);
}

static void check_hosts(const struct config *config)
{
	for (size_t i = 0; i < config->host_count; i++) {
		const struct config_host *host = &config->hosts[i];
		bool inside = host->ip == 0;

		must(!(host->mac[0] & 1));
		for (size_t n = 0; n < config->network_count; n++)
			inside |= is_in(&config->networks[n], host->ip);
		must(inside);
		check_boot(config, host->boot);
		check_boot(config, host->ipxe);
		must(!host->hostname || strlen(host->hostname) <= 64);
		if (host->options)
			check_options(host->options);
		for (size_t j = 0; j < i; j++)
			must(memcmp(host->mac, config->hosts[j].mac, 6) &&
			     (!host->ip || host->ip != config->hosts[j].ip));
	}
}

static void check_config(const struct config *config)
{
	must(config->interface_count >= 1 && config->interface_count <= XDPXE_PORTS_MAX);
	must(config->network_count >= 1 && config->network_count <= XDPXE_NETWORKS_MAX);
	must(config->host_count <= XDPXE_HOSTS_MAX);
	must(config->mode == CONFIG_MODE_SERVER ||
	     (config->mode == CONFIG_MODE_TFTP && config->tftp_root));
	for (size_t i = 0; i < config->interface_count; i++)
		must(*config->interfaces[i] && strlen(config->interfaces[i]) < 16);
	for (size_t i = 0; i < config->network_count; i++)
		check_network(config, i);
	for (size_t i = 0; i < XDPXE_ARCHES; i++)
		check_boot(config, config->boot[i]);
	for (size_t i = 0; i < XDPXE_ARCHES; i++)
		check_options(&config->boot_options[i]);
	check_options(&config->ipxe_options);
	check_boot(config, config->boot_ipxe);
	check_hosts(config);
}

#endif
