// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// `interface:`, `vlan:`, `relayed:`: where the machines of a network are.
#include <arpa/inet.h>
#include <string.h>

#include "config_reader.h"
#include "parse.h"

#define VLAN_FIRST 1
#define VLAN_LAST 4094 /* IEEE 802.1Q: 0 is no VLAN, 4095 is reserved */

static bool read_interface(const struct config_reader *reader, size_t i)
{
	const struct config_where where = { "networks", i, "interface" };
	const char *given = reader->raw->networks[i].interface;
	const struct config *out = reader->out;
	size_t n;

	for (n = 0; given && n < out->interface_count; n++)
		if (!strcmp(given, out->interfaces[n]))
			return config_reader__text(reader, given, &out->networks[i].interface);
	if (given)
		return config_reader__fail(reader, &where,
					   "\"%s\" is not in `interfaces`; legal: one of those",
					   config_shown(given).text);
	return true;
}

/* "100" or "100.200" */
static bool parse_vlan(const char *text, uint16_t vlan[2])
{
	size_t len = strcspn(text, ".");
	char outer[8];
	uint32_t id;

	if (len >= sizeof(outer))
		return false;
	memcpy(outer, text, len);
	outer[len] = '\0';
	if (!parse__u32(outer, VLAN_FIRST, VLAN_LAST, &id))
		return false;
	vlan[0] = (uint16_t)id;
	if (!text[len])
		return true;
	if (!parse__u32(text + len + 1, VLAN_FIRST, VLAN_LAST, &id))
		return false;
	vlan[1] = (uint16_t)id;
	return true;
}

static bool read_vlan(const struct config_reader *reader, size_t i)
{
	const struct config_where where = { "networks", i, "vlan" };
	const char *given = reader->raw->networks[i].vlan;

	if (given && !parse_vlan(given, reader->out->networks[i].vlan))
		return config_reader__fail(reader, &where,
					   "\"%s\"; legal: a VLAN of %d to %d, or two with a dot "
					   "between, the outer one first, such as 100.200",
					   config_shown(given).text, VLAN_FIRST, VLAN_LAST);
	return true;
}

static bool read_relayed(const struct config_reader *reader, size_t i)
{
	const struct config_where where = { "networks", i, "relayed" };
	const char *given = reader->raw->networks[i].relayed;

	if (given && !parse__bool(given, &reader->out->networks[i].relayed))
		return config_reader__fail(reader, &where, "\"%s\"; legal: true, false, yes, no",
					   config_shown(given).text);
	return true;
}

/* This server's address: in the network, or, where its machines are behind a relay, anywhere. */
static bool read_address(const struct config_reader *reader, size_t i)
{
	const struct config_where where = { "networks", i, "address" };
	const char *given = reader->raw->networks[i].address;
	struct config_network *net = &reader->out->networks[i];

	if (!given || !net->relayed)
		return config_reader__member(reader, i, "address", given, &net->address);
	if (!parse__ipv4(given, &net->address) || !parse__is_unicast(net->address))
		return config_reader__fail(reader, &where,
					   "\"%s\"; legal: an address of this server, which "
					   "relays are told",
					   config_shown(given).text);
	return true;
}

bool config_reader__link(const struct config_reader *reader, size_t index)
{
	const struct config_where where = { "networks", index, "router" };

	if (!read_interface(reader, index) || !read_vlan(reader, index) ||
	    !read_relayed(reader, index) || !read_address(reader, index))
		return false;
	if (reader->out->networks[index].relayed && !reader->raw->networks[index].router)
		return config_reader__fail(reader, &where,
					   "missing, but relayed; legal: the router through which "
					   "its machines reach this server");
	return true;
}
