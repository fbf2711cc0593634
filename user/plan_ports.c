// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Interfaces and the networks on them.
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "plan_priv.h"

/* what every host must take (RFC 791), and so the shortest link DHCP works on */
#define MTU_MIN 576

static void quad(uint32_t address, char out[INET_ADDRSTRLEN])
{
	const struct in_addr in = { htonl(address) };

	inet_ntop(AF_INET, &in, out, INET_ADDRSTRLEN);
}

static bool fail_missing(const struct config *config, const char *name, int error,
			 struct config_error *err)
{
	char names[512];

	if (error != -ENODEV) {
		config__error(err, config->path, config->interfaces_line,
			      "interfaces: \"%s\" cannot be asked: %s", name, strerror(-error));
		return false;
	}
	net__names(names, sizeof(names));
	config__error(err, config->path, config->interfaces_line,
		      "interfaces: \"%s\" does not exist; legal: %s", name, names);
	return false;
}

bool plan_ports__read(const struct config *config, struct net_interface *facts,
		      struct config_error *err)
{
	size_t i;

	for (i = 0; i < config->interface_count; i++) {
		const char *name = config->interfaces[i];
		int error = net__read(name, &facts[i]);

		if (error)
			return fail_missing(config, name, error, err);
		if (!facts[i].ethernet) {
			config__error(err, config->path, config->interfaces_line,
				      "interfaces: \"%s\" is no "
				      "Ethernet; legal: interfaces with Ethernet frames",
				      name);
			return false;
		}
		if (facts[i].mtu < MTU_MIN) {
			config__error(err, config->path, config->interfaces_line,
				      "interfaces: \"%s\" has an MTU "
				      "of %u; legal: %d or more",
				      name, facts[i].mtu, MTU_MIN);
			return false;
		}
	}
	return true;
}

static void fill_port(struct plan_port *port, const struct net_interface *facts)
{
	memcpy(port->name, facts->name, sizeof(port->name));
	memcpy(port->driver, facts->driver, sizeof(port->driver));
	port->ifindex = facts->ifindex;
	port->mtu = facts->mtu > UINT16_MAX ? UINT16_MAX : (uint16_t)facts->mtu;
	port->network = XDPXE_NONE;
}

/* The server's address of @config among those of @facts, 0 for none. */
static uint32_t own_address(const struct config_network *config, const struct net_interface *facts)
{
	size_t i;

	for (i = 0; i < facts->address_count; i++) {
		uint32_t address = facts->addresses[i].address;

		if (config->address ? address == config->address
				    : (address & config->mask) == config->subnet)
			return address;
	}
	return 0;
}

static bool fail_unbound(const struct plan *plan, size_t index, const struct net_interface *facts,
			 struct config_error *err)
{
	const struct config *config = plan->config;
	const struct config_network *net = &config->networks[index];
	char address[INET_ADDRSTRLEN], have[512] = "";
	size_t len = 0, i, n;

	for (i = 0; i < config->interface_count; i++)
		for (n = 0; n < facts[i].address_count && len < sizeof(have); n++) {
			quad(facts[i].addresses[n].address, address);
			snprintf(have + len, sizeof(have) - len, "%s%s %s", len ? ", " : "",
				 facts[i].name, address);
			len = strlen(have);
		}
	quad(net->address ? net->address : net->subnet, address);
	config__error(err, config->path, net->line,
		      "networks[%zu].%s: %s%s; legal: with an address that a listed "
		      "interface has (now: %s)",
		      index, net->address ? "address" : "subnet", address,
		      net->address ? " is on no listed interface"
				   : ": no listed interface has an address in it",
		      have[0] ? have : "none");
	return false;
}

static bool bind_network(struct plan *plan, size_t index, const struct net_interface *facts,
			 struct config_error *err)
{
	struct plan_network *network = &plan->networks[index];
	size_t i;

	for (i = 0; i < plan->port_count; i++) {
		uint32_t address = own_address(network->config, &facts[i]);

		if (!address)
			continue;
		if (plan->ports[i].network != XDPXE_NONE) {
			config__error(err, plan->config->path, network->config->line,
				      "networks[%zu]: on %s, as "
				      "networks[%u] is; legal: one network per interface",
				      index, plan->ports[i].name, plan->ports[i].network);
			return false;
		}
		network->wire.server = htonl(address);
		plan->ports[i].network = (uint16_t)index;
		return true;
	}
	return fail_unbound(plan, index, facts, err);
}

bool plan_ports__bind(struct plan *plan, const struct net_interface *facts,
		      struct config_error *err)
{
	size_t i;

	plan->port_count = plan->config->interface_count;
	for (i = 0; i < plan->port_count; i++)
		fill_port(&plan->ports[i], &facts[i]);
	for (i = 0; i < plan->network_count; i++)
		if (!bind_network(plan, i, facts, err))
			return false;
	return true;
}
