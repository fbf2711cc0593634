// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Links: the interfaces, and the VLANs on them, and which networks are on each.
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "plan_priv.h"

/* A network that is being bound. */
struct binding {
	struct plan *plan;
	const struct net_interface *facts;
	size_t index;
	struct plan_network *network;
	struct config_error *err;
};

static void quad(uint32_t address, char out[INET_ADDRSTRLEN])
{
	const struct in_addr in = { htonl(address) };

	inet_ntop(AF_INET, &in, out, INET_ADDRSTRLEN);
}

void plan_links__name(const char *interface, const uint16_t vlan[2], char out[PLAN_LINK_TEXT])
{
	size_t len = (size_t)snprintf(out, PLAN_LINK_TEXT, "%.15s", interface);

	for (size_t i = 0; i < 2 && vlan[i]; i++)
		len += (size_t)snprintf(out + len, PLAN_LINK_TEXT - len, ".%u", vlan[i]);
}

/* Each network has one link; a network with tags has another one than the interface itself. */
static bool same_link(const struct plan_network *a, const struct plan_network *b)
{
	return a->port == b->port && a->config->vlan[0] == b->config->vlan[0] &&
	       a->config->vlan[1] == b->config->vlan[1];
}

static bool may_be_on(const struct config_network *net, const struct net_interface *facts)
{
	return !net->interface || !strcmp(net->interface, facts->name);
}

/* Is @own the address by which the machines of the network know this server? */
static bool is_server(const struct config_network *net, const struct net_address *own)
{
	if (own->elsewhere || own->vlan[0] != net->vlan[0] || own->vlan[1] != net->vlan[1])
		return false;
	if (net->address)
		return own->address == net->address;
	return net->relayed || (own->address & net->mask) == net->subnet;
}

/*
 * The server's address on an interface, the first one in the network. Without an address in the network, that relays
 * know it by: there may be but one. Return: how many; *@address: the first
 */
static size_t find_server(const struct config_network *net, const struct net_interface *facts,
			  uint32_t *address)
{
	size_t count = 0, i;

	for (i = 0; i < facts->address_count; i++) {
		if (!is_server(net, &facts->addresses[i]))
			continue;
		if (!count)
			*address = facts->addresses[i].address;
		count++;
	}
	return net->relayed ? count : count > 0;
}

/* With a bridge, say, the address is not on the interface that frames come in by. */
static bool is_elsewhere(const struct config_network *net, const struct net_interface *facts)
{
	for (size_t i = 0; net->address && i < facts->address_count; i++)
		if (facts->addresses[i].elsewhere && facts->addresses[i].address == net->address)
			return true;
	return false;
}

static void list_addresses(const struct binding *binding, char *out, size_t size)
{
	const struct plan *plan = binding->plan;
	char address[INET_ADDRSTRLEN], link[PLAN_LINK_TEXT];
	size_t len = 0, i, n;

	snprintf(out, size, "none");
	for (i = 0; i < plan->port_count; i++) {
		const struct net_interface *facts = &binding->facts[i];

		for (n = 0; n < facts->address_count && len < size; n++) {
			const struct net_address *own = &facts->addresses[n];

			if (own->elsewhere)
				continue;
			quad(own->address, address);
			plan_links__name(facts->name, own->vlan, link);
			snprintf(out + len, size - len, "%s%s %s", len ? ", " : "", link, address);
			len = strlen(out);
		}
	}
}

static bool fail_unbound(const struct binding *binding)
{
	const struct config_network *net = binding->network->config;
	char address[INET_ADDRSTRLEN], link[PLAN_LINK_TEXT], have[512];
	bool tagged = net->vlan[0];

	list_addresses(binding, have, sizeof(have));
	quad(net->address ? net->address : net->subnet, address);
	plan_links__name("", net->vlan, link);
	config__error(binding->err, binding->plan->config->path, net->line,
		      "networks[%zu].%s: %s%s%s%s; legal: with an address that a listed "
		      "interface has%s (now: %s)",
		      binding->index, net->address ? "address" : "subnet", address,
		      net->address ? " is on no listed interface"
				   : ": no listed interface has an address in it",
		      tagged ? " with VLAN " : "", tagged ? link + 1 : "",
		      tagged ? " on that VLAN" : "", have);
	return false;
}

static bool fail_ambiguous(const struct binding *binding, size_t first, size_t second)
{
	const struct config_network *net = binding->network->config;
	const char *one = binding->facts[first].name, *other = binding->facts[second].name;

	if (first == second)
		config__error(binding->err, binding->plan->config->path, net->line,
			      "networks[%zu].relayed: %s has several addresses; legal: with "
			      "`address`, the one that relays are told",
			      binding->index, one);
	else
		config__error(binding->err, binding->plan->config->path, net->line,
			      "networks[%zu]: %s and %s could both serve it; legal: with "
			      "`interface`",
			      binding->index, one, other);
	return false;
}

static bool check_neighbours(const struct binding *binding)
{
	const struct plan *plan = binding->plan;
	size_t count = 0, i;

	for (i = 0; i <= binding->index; i++)
		count += !plan->networks[i].config->relayed &&
			 same_link(&plan->networks[i], binding->network);
	if (count <= XDPXE_LOCALS_MAX)
		return true;
	config__error(binding->err, plan->config->path, binding->network->config->line,
		      "networks[%zu]: one more on its link; legal: at most %d networks of one "
		      "interface and VLAN, not counting relayed ones",
		      binding->index, XDPXE_LOCALS_MAX);
	return false;
}

static bool bind_network(const struct binding *binding)
{
	const struct config_network *net = binding->network->config;
	size_t found = SIZE_MAX, i;
	uint32_t server = 0;

	for (i = 0; i < binding->plan->port_count; i++) {
		size_t count = may_be_on(net, &binding->facts[i])
				       ? find_server(net, &binding->facts[i], &server)
				       : 0;

		if (count && (found != SIZE_MAX || count > 1))
			return fail_ambiguous(binding, found == SIZE_MAX ? i : found, i);
		if (count)
			found = i;
	}
	for (i = 0; found == SIZE_MAX && i < binding->plan->port_count; i++)
		if (may_be_on(net, &binding->facts[i]) &&
		    (net->interface || binding->plan->port_count == 1) &&
		    is_elsewhere(net, &binding->facts[i])) {
			found = i;
			server = net->address;
		}
	if (found == SIZE_MAX)
		return fail_unbound(binding);
	binding->network->port = found;
	binding->network->wire.server = htonl(server);
	return check_neighbours(binding);
}

bool plan_links__bind(struct plan *plan, const struct net_interface *facts,
		      struct config_error *err)
{
	for (size_t i = 0; i < plan->network_count; i++) {
		struct binding binding = { .plan = plan,
					   .facts = facts,
					   .index = i,
					   .network = &plan->networks[i],
					   .err = err };

		if (!bind_network(&binding))
			return false;
	}
	return true;
}

/* Is @a before @b in the list of their link? Machines on the wire come first, else it is the file's order. */
static bool goes_before(const struct plan_network *a, const struct plan_network *b)
{
	if (a->config->relayed != b->config->relayed)
		return b->config->relayed;
	return a < b;
}

static void chain_network(struct plan *plan, size_t index)
{
	struct plan_network *network = &plan->networks[index];
	const struct plan_network *first = network, *next = NULL, *other;

	for (other = plan->networks; other < plan->networks + plan->network_count; other++) {
		if (!same_link(other, network))
			continue;
		if (goes_before(other, first))
			first = other;
		if (goes_before(network, other) && (!next || goes_before(other, next)))
			next = other;
	}
	network->wire.link = (uint16_t)(first - plan->networks);
	network->wire.next = next ? (uint16_t)(next - plan->networks) : XDPXE_NONE;
	if (network->config->relayed)
		network->wire.flags |= XDPXE_NETWORK_RELAYED;
	if (network->config->vlan[0])
		plan->ports[network->port].has_vlans = true;
	else
		plan->ports[network->port].network = network->wire.link;
}

void plan_links__chain(struct plan *plan)
{
	for (size_t i = 0; i < plan->network_count; i++)
		chain_network(plan, i);
}
