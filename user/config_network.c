// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// `networks:`: whom to serve, with which addresses.
#include <arpa/inet.h>
#include <string.h>

#include "config_reader.h"
#include "parse.h"

#define PREFIX_MIN 8
#define PREFIX_MAX 30
#define DOMAIN_MAX 64
#define LEASE_DEFAULT_S 600
#define LEASE_MIN_S 60
#define LEASE_MAX_S (365 * 86400)

struct quad {
	char text[INET_ADDRSTRLEN];
};

static struct quad quad(uint32_t address)
{
	const struct in_addr in = { htonl(address) };
	struct quad out;

	inet_ntop(AF_INET, &in, out.text, sizeof(out.text));
	return out;
}

static bool read_subnet(const struct config_reader *reader, size_t i)
{
	const struct config_where where = { "networks", i, "subnet" };
	const char *given = reader->raw->networks[i].subnet;
	struct config_network *net = &reader->out->networks[i];
	unsigned int prefix;

	if (!given)
		return config_reader__fail(reader, &where,
					   "missing; legal: a subnet such as 10.77.0.0/16");
	if (!parse__cidr(given, &net->subnet, &prefix) || prefix < PREFIX_MIN ||
	    prefix > PREFIX_MAX)
		return config_reader__fail(reader, &where,
					   "\"%s\"; legal: an address and a prefix of %d to %d, "
					   "such as 10.77.0.0/16",
					   config_shown(given).text, PREFIX_MIN, PREFIX_MAX);
	net->mask = ~0U << (32 - prefix);
	if (net->subnet & ~net->mask)
		return config_reader__fail(reader, &where,
					   "\"%s\" has bits set behind the prefix; legal: %s/%u",
					   given, quad(net->subnet & net->mask).text, prefix);
	if (!parse__is_unicast(net->subnet))
		return config_reader__fail(reader, &where, "\"%s\"; legal: unicast addresses",
					   given);
	return true;
}

static bool check_apart(const struct config_reader *reader, size_t i)
{
	const struct config_where where = { "networks", i, "subnet" };
	const struct config_network *net = &reader->out->networks[i];
	size_t other;

	for (other = 0; other < i; other++) {
		const struct config_network *old = &reader->out->networks[other];

		if ((net->subnet ^ old->subnet) & net->mask & old->mask)
			continue;
		return config_reader__fail(reader, &where,
					   "\"%s\" overlaps networks[%zu]; legal: subnets "
					   "apart from each other",
					   reader->raw->networks[i].subnet, other);
	}
	return true;
}

bool config_reader__member(const struct config_reader *reader, size_t i, const char *key,
			   const char *given, uint32_t *out)
{
	const struct config_where where = { "networks", i, key };
	const struct config_network *net = &reader->out->networks[i];

	if (!given)
		return true;
	if (!parse__ipv4(given, out) || (*out & net->mask) != net->subnet || *out == net->subnet ||
	    *out == (net->subnet | ~net->mask))
		return config_reader__fail(reader, &where, "\"%s\"; legal: an address in %s-%s",
					   config_shown(given).text, quad(net->subnet + 1).text,
					   quad((net->subnet | ~net->mask) - 1).text);
	return true;
}

static bool read_dns(const struct config_reader *reader, size_t i)
{
	const struct config_where where = { "networks", i, "dns" };
	const struct raw_network *raw = &reader->raw->networks[i];
	struct config_network *net = &reader->out->networks[i];
	size_t n;

	if (!config_reader__array(reader, raw->dns_count, sizeof(*net->dns), &net->dns))
		return false;
	for (n = 0; n < raw->dns_count; n++)
		if (!parse__ipv4(raw->dns[n], &net->dns[n]) || !parse__is_unicast(net->dns[n]))
			return config_reader__fail(reader, &where,
						   "\"%s\"; legal: unicast addresses",
						   config_shown(raw->dns[n]).text);
	net->dns_count = raw->dns_count;
	return true;
}

static bool read_domain(const struct config_reader *reader, size_t i)
{
	const struct config_where where = { "networks", i, "domain" };
	const char *given = reader->raw->networks[i].domain;

	if (given && (strlen(given) > DOMAIN_MAX || !parse__hostname(given)))
		return config_reader__fail(reader, &where,
					   "\"%s\"; legal: a domain name of at most %d "
					   "characters",
					   config_shown(given).text, DOMAIN_MAX);
	return config_reader__text(reader, given, &reader->out->networks[i].domain);
}

static bool read_lease_time(const struct config_reader *reader, size_t i)
{
	const struct config_where where = { "networks", i, "lease-time" };
	const char *given = reader->raw->networks[i].lease_time;
	uint32_t *out = &reader->out->networks[i].lease_time_s;

	*out = LEASE_DEFAULT_S;
	if (given && (!parse__seconds(given, out) || *out < LEASE_MIN_S || *out > LEASE_MAX_S))
		return config_reader__fail(reader, &where,
					   "\"%s\"; legal: 60s to 365d, in s, m, h or d",
					   config_shown(given).text);
	return true;
}

static bool read_conflict_check(const struct config_reader *reader, size_t i)
{
	const struct config_where where = { "networks", i, "conflict-check" };
	const char *given = reader->raw->networks[i].conflict_check;
	bool *out = &reader->out->networks[i].conflict_check;

	*out = true;
	if (given && !parse__bool(given, out))
		return config_reader__fail(reader, &where, "\"%s\"; legal: yes, no",
					   config_shown(given).text);
	return true;
}

static bool read_network(const struct config_reader *reader, size_t i, uint64_t *budget)
{
	const struct raw_network *raw = &reader->raw->networks[i];
	const struct config_where where = { "networks", i, NULL };
	struct config_network *net = &reader->out->networks[i];

	net->line = config_doc__line(reader->doc, &where);
	return read_subnet(reader, i) && check_apart(reader, i) && config_reader__link(reader, i) &&
	       config_reader__authoritative(reader, i) && config_reader__pool(reader, i, budget) &&
	       read_lease_time(reader, i) &&
	       config_reader__member(reader, i, "router", raw->router, &net->router) &&
	       read_dns(reader, i) && read_domain(reader, i) &&
	       config_reader__network_options(reader, i) && read_conflict_check(reader, i);
}

bool config_reader__networks(const struct config_reader *reader)
{
	const struct config_where where = { "networks", CONFIG_NO_INDEX, NULL };
	uint64_t budget = XDPXE_LEASES_MAX;
	struct config *out = reader->out;
	size_t i;

	if (!reader->raw->networks_count)
		return config_reader__fail(reader, &where,
					   "missing; legal: a list of networks, each with a "
					   "subnet: they say whom to serve");
	if (!config_reader__array(reader, reader->raw->networks_count, sizeof(*out->networks),
				  &out->networks))
		return false;
	out->network_count = reader->raw->networks_count;
	for (i = 0; i < out->network_count; i++)
		if (!read_network(reader, i, &budget))
			return false;
	return true;
}
