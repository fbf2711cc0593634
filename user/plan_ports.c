// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Interfaces: whether they can be served.
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "plan_priv.h"

/* what every host must take (RFC 791), and so the shortest link DHCP works on */
#define MTU_MIN 576

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
	port->rxvlan = facts->rxvlan;
	for (size_t i = 0; i < facts->address_count; i++)
		port->has_vlans |= facts->addresses[i].vlan[0] && !facts->addresses[i].elsewhere;
}

void plan_ports__fill(struct plan *plan, const struct net_interface *facts)
{
	size_t i;

	plan->port_count = plan->config->interface_count;
	for (i = 0; i < plan->port_count; i++)
		fill_port(&plan->ports[i], &facts[i]);
}
