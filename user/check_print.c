// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "config_boot.h"
#include "plan_file.h"

const char *check__bytes(uint64_t bytes, char buffer[32])
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB" };
	double value = (double)bytes;
	size_t unit = 0;

	while (value >= 1024 && unit < 4) {
		value /= 1024;
		unit++;
	}
	snprintf(buffer, 32, unit ? "%.1f %s" : "%.0f %s", value, units[unit]);
	return buffer;
}

/* "10m": the largest unit that divides. */
static const char *duration(uint32_t seconds, char buffer[32])
{
	static const struct {
		uint32_t seconds;
		char unit;
	} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	size_t i;

	for (i = 0; seconds % units[i].seconds; i++)
		;
	snprintf(buffer, 32, "%u%c", seconds / units[i].seconds, units[i].unit);
	return buffer;
}

static size_t count_reserved(const struct config *config, const struct config_network *net)
{
	size_t count = 0, i;

	for (i = 0; i < config->host_count; i++)
		count += config->hosts[i].ip && (config->hosts[i].ip & net->mask) == net->subnet;
	return count;
}

static const struct plan_port *port_of(const struct plan *plan, size_t network)
{
	size_t i;

	for (i = 0; plan->ports[i].network != network; i++)
		;
	return &plan->ports[i];
}

static void print_network(const struct plan *plan, size_t index, FILE *out)
{
	const struct plan_network *network = &plan->networks[index];
	const struct plan_port *port = port_of(plan, index);
	const struct in_addr subnet = { network->wire.subnet }, server = { network->wire.server };
	char quad[INET_ADDRSTRLEN], cidr[32], lease[32];

	inet_ntop(AF_INET, &subnet, quad, sizeof(quad));
	snprintf(cidr, sizeof(cidr), "%s/%d", quad, __builtin_popcount(network->config->mask));
	inet_ntop(AF_INET, &server, quad, sizeof(quad));
	fprintf(out, "%-18s  %-15s  %-15s  %-12.12s  %5u  %9zu  %8zu  %s\n", cidr, quad, port->name,
		port->driver, port->mtu, network->address_count,
		count_reserved(plan->config, network->config),
		duration(network->config->lease_time_s, lease));
}

void check__print_networks(const struct plan *plan, FILE *out)
{
	const struct config *config = plan->config;
	size_t i;

	fprintf(out, "%-18s  %-15s  %-15s  %-12s  %5s  %9s  %8s  %s\n", "NETWORK", "SERVER",
		"INTERFACE", "DRIVER", "MTU", "ADDRESSES", "RESERVED", "LEASE");
	for (i = 0; i < plan->network_count; i++)
		print_network(plan, i, out);
	for (i = 0; i < plan->port_count; i++)
		if (plan->ports[i].network == XDPXE_NONE)
			fprintf(out, "%-18s  %-15s  %-15s  %-12.12s  %5u  nobody is served here\n",
				"-", "-", plan->ports[i].name, plan->ports[i].driver,
				plan->ports[i].mtu);
	fprintf(out, "\nmode %s\n\n",
		config->mode == CONFIG_MODE_TFTP ? "tftp: files only, DHCP is passed up"
						 : "server: DHCP and TFTP");
}

/* Bytes of a boot file as text, "-" for what is no file here. */
static const char *file_size(const struct config *config, const char *value, char buffer[32])
{
	uint64_t size;

	if (!value || boot__is_url(value) || plan_file__find(config, value, &size))
		return "-";
	snprintf(buffer, 32, "%llu", (unsigned long long)size);
	return buffer;
}

static void print_hosts(const struct config *config, FILE *out)
{
	size_t addresses = 0, boots = 0, denied = 0, in_file = 0, i;

	for (i = 0; i < config->host_count; i++) {
		addresses += config->hosts[i].ip != 0;
		boots += config->hosts[i].boot || config->hosts[i].ipxe;
		denied += config->hosts[i].deny;
		in_file += config->hosts[i].in_file;
	}
	fprintf(out, "\nhosts: %zu (%zu with an address, %zu with a boot of their own, %zu denied)",
		config->host_count, addresses, boots, denied);
	if (config->hosts_path)
		fprintf(out, ", %zu of them in %s", in_file, config->hosts_path);
	fprintf(out, "\n\n");
}

void check__print_boot(const struct plan *plan, FILE *out)
{
	const struct config *config = plan->config;
	char size[32];
	size_t code;

	fprintf(out, "%4s  %-20s  %-40s  %12s  %s\n", "CODE", "BOOT", "ARCHITECTURE", "BYTES",
		"FILE OR URL");
	for (code = 0; code < XDPXE_ARCHES; code++) {
		const struct config_arch *arch = config_arch__get(code);

		if (!arch)
			continue;
		fprintf(out, "%4zu  %-20s  %-40s  %12s  %s\n", code, arch->name, arch->text,
			file_size(config, config->boot[code], size),
			config->boot[code] ? config->boot[code] : "-");
	}
	fprintf(out, "%4s  %-20s  %-40s  %12s  %s\n", "-", "ipxe", "a client that already is iPXE",
		config->boot_ipxe ? file_size(config, config->boot_ipxe, size) : "-",
		config->boot_ipxe ? config->boot_ipxe : "-");
	print_hosts(config, out);
}
