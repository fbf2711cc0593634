// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The configuration file: config__load() from a file in memory. A refusal is one line; what is taken is consistent.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "config.h"
#include "config_boot.h"
#include "must.h"

static void check_error(const struct config_error *err, const char *path)
{
	size_t len = strnlen(err->text, sizeof(err->text));

	must(len > strlen(path) && len < sizeof(err->text));
	must(!strncmp(err->text, path, strlen(path)) && err->text[strlen(path)] == ':');
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

static void check_network(const struct config *config, size_t index)
{
	const struct config_network *network = &config->networks[index];

	must(network->line && (network->subnet & ~network->mask) == 0);
	must(~network->mask >= 3 && ((~network->mask + 1) & ~network->mask) == 0);
	must(!network->address || is_in(network, network->address));
	must(!network->router || is_in(network, network->router));
	must(network->lease_time_s >= 60 && network->lease_time_s <= 365 * 86400);
	must(network->dns_count <= 8 && (!network->domain || strlen(network->domain) <= 64));
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
	check_boot(config, config->boot_ipxe);
	check_hosts(config);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config_error err = { .text = "" };
	int file = memfd_create("config", MFD_CLOEXEC);
	struct config *config;
	char path[64];

	must(file >= 0 && write(file, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	config = config__load(path, &err);
	if (config)
		check_config(config);
	else
		check_error(&err, path);
	config__free(config);
	close(file);
	return 0;
}
