// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What every reply of a network says, and the addresses it may give.
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp_options.h"
#include "plan_priv.h"

/*
 * How long an offered address is kept for its machine. The longest gap between OFFER and REQUEST in
 * the field is EDK2's: it collects offers for 4 s, then repeats its REQUEST until 28 s after the
 * first. Twice that is a minute, and an address offered to a machine that went elsewhere is back in
 * the pool after it.
 */
#define OFFER_TIME_S 60

/* XDPXE_LEASE_OPTIONS bytes of the lease's times come first: an INFORM is answered without them. */
static void fill_options(struct xdpxe_network *wire, const struct config_network *config)
{
	struct dhcp_options options;

	dhcp_options__init(&options, wire->options, sizeof(wire->options));
	dhcp_options__add_u32(&options, DHCP_OPT_LEASE_TIME, config->lease_time_s);
	dhcp_options__add_u32(&options, DHCP_OPT_RENEWAL, config->renew_time_s);
	dhcp_options__add_u32(&options, DHCP_OPT_REBINDING, config->rebind_time_s);
	dhcp_options__add_u32(&options, DHCP_OPT_SUBNET_MASK, config->mask);
	dhcp_options__add_u32(&options, DHCP_OPT_BROADCAST, config->subnet | ~config->mask);
	if (config->router)
		dhcp_options__add_u32(&options, DHCP_OPT_ROUTER, config->router);
	dhcp_options__add_addresses(&options, DHCP_OPT_DNS, config->dns, config->dns_count);
	if (config->domain)
		dhcp_options__add_text(&options, DHCP_OPT_DOMAIN, config->domain);
	plan_network__add_options(config, &options);
	wire->options_len = (uint16_t)options.len;
}

void plan_network__wire(struct plan_network *network)
{
	const struct config_network *config = network->config;
	struct xdpxe_network *wire = &network->wire;
	const struct in_addr server = { wire->server };
	char quad[INET_ADDRSTRLEN];
	struct dhcp_options name;

	wire->subnet = htonl(config->subnet);
	wire->mask = htonl(config->mask);
	wire->lease_time_s = config->lease_time_s;
	wire->offer_time_s = OFFER_TIME_S;
	if (config->known_only)
		wire->flags |= XDPXE_NETWORK_KNOWN_ONLY;
	if (config->authoritative)
		wire->flags |= XDPXE_NETWORK_AUTHORITATIVE;
	if (config->conflict_check)
		wire->flags |= XDPXE_NETWORK_PROBED;
	fill_options(wire, config);
	inet_ntop(AF_INET, &server, quad, sizeof(quad));
	dhcp_options__init(&name, wire->tftp_name, sizeof(wire->tftp_name));
	dhcp_options__add_text_nul(&name, DHCP_OPT_TFTP_NAME, quad);
	wire->tftp_name_len = (uint16_t)name.len;
}

static int compare_ranges(const void *a, const void *b)
{
	const struct config_range *x = a, *y = b;

	return x->first < y->first ? -1 : x->first > y->first;
}

static int compare_addresses(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

/*
 * May @address be given to anybody? Not .0 and .255, even inside a larger subnet: Windows refuses
 * them.
 */
static bool is_free(const struct plan_network *network, uint32_t address, const uint32_t *reserved,
		    size_t count)
{
	const struct config_network *config = network->config;
	size_t i;

	if ((address & 0xff) == 0 || (address & 0xff) == 255)
		return false;
	if (address == config->subnet || address == (config->subnet | ~config->mask))
		return false;
	if (address == ntohl(network->wire.server) || address == config->router)
		return false;
	for (i = 0; i < config->dns_count; i++)
		if (address == config->dns[i])
			return false;
	return !count || !bsearch(&address, reserved, count, sizeof(*reserved), compare_addresses);
}

static size_t pool_size(const struct config_network *config)
{
	size_t size = 0, i;

	for (i = 0; i < config->pool_count; i++)
		size += (size_t)config->pool[i].last - config->pool[i].first + 1;
	return size;
}

bool plan_network__addresses(const struct plan *plan, size_t index, const uint32_t *reserved,
			     size_t count, struct config_error *err)
{
	struct plan_network *network = &plan->networks[index];
	const struct config_network *config = network->config;
	size_t size = pool_size(config), i;

	if (!size)
		return true;
	network->addresses = calloc(size, sizeof(*network->addresses));
	if (!network->addresses) {
		config__error(err, plan->config->path, 0, "out of memory");
		return false;
	}
	qsort(config->pool, config->pool_count, sizeof(*config->pool), compare_ranges);
	for (i = 0; i < config->pool_count; i++) {
		uint32_t address = config->pool[i].first, left = config->pool[i].last - address + 1;

		for (; left; left--, address++)
			if (is_free(network, address, reserved, count))
				network->addresses[network->address_count++] = address;
	}
	if (!network->address_count)
		config__error(err, plan->config->path, config->line,
			      "networks[%zu].pool: every address in it is "
			      "reserved or cannot be given; legal: a pool with others, or none",
			      index);
	return network->address_count > 0;
}
