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

/* Is anybody served on the interface, with a tag or without? */
static bool is_served(const struct plan *plan, size_t port)
{
	size_t i;

	for (i = 0; i < plan->network_count; i++)
		if (plan->networks[i].port == port)
			return true;
	return false;
}

static void print_network(const struct plan *plan, size_t index, FILE *out)
{
	const struct plan_network *network = &plan->networks[index];
	const struct plan_port *port = &plan->ports[network->port];
	const struct in_addr subnet = { network->wire.subnet }, server = { network->wire.server };
	char quad[INET_ADDRSTRLEN], cidr[32], lease[32], link[PLAN_LINK_TEXT];

	inet_ntop(AF_INET, &subnet, quad, sizeof(quad));
	snprintf(cidr, sizeof(cidr), "%s/%d", quad, __builtin_popcount(network->config->mask));
	inet_ntop(AF_INET, &server, quad, sizeof(quad));
	plan_links__name(port->name, network->config->vlan, link);
	fprintf(out, "%-18s  %-15s  %-15s  %-12.12s  %5u  %9zu  %8zu  %s%s\n", cidr, quad, link,
		port->driver, port->mtu, network->address_count,
		count_reserved(plan->config, network->config),
		duration(network->config->lease_time_s, lease),
		network->config->relayed ? ", relayed" : "");
}

static void print_mode(const struct config *config, FILE *out)
{
	static const char *const modes[] = {
		[CONFIG_MODE_SERVER] = "server: DHCP and TFTP",
		[CONFIG_MODE_PROXY] = ("proxy: TFTP, and what to boot by DHCP; another server "
				       "gives the addresses"),
		[CONFIG_MODE_TFTP] = "tftp: files only, DHCP is passed up",
	};
	size_t i;

	fprintf(out, "\nmode %s\n", modes[config->mode]);
	for (i = 0; i < config->network_count; i++)
		if (config->networks[i].authoritative)
			fprintf(out,
				"authoritative in networks[%zu]: a wrong address is refused "
				"with a NAK\n",
				i);
	fputc('\n', out);
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
		if (!is_served(plan, i))
			fprintf(out, "%-18s  %-15s  %-15s  %-12.12s  %5u  nobody is served here\n",
				"-", "-", plan->ports[i].name, plan->ports[i].driver,
				plan->ports[i].mtu);
	print_mode(config, out);
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

static void print_leases(const struct config *config, FILE *out)
{
	if (config->mode == CONFIG_MODE_SERVER)
		fprintf(out, "\nleases are kept in: %s\n",
			config->lease_database ? config->lease_database
					       : "the kernel only; a stop forgets them");
}

static void print_web(const struct config *config, FILE *out)
{
	fprintf(out, "\nHTTP is answered on: %s%s\n", config->web.line ? config->web.text : "",
		config->web.line ? " and a Unix socket of root" : "a Unix socket of root only");
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
	print_leases(config, out);
	print_web(config, out);
	print_hosts(config, out);
}
