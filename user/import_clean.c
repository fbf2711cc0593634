// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What our own reader would refuse: ranges twice or outside their subnet, names and addresses of hosts. */
#include "import.h"

#include <arpa/inet.h>

#include "parse.h"

static int by_first(const void *a, const void *b)
{
	const struct import_range *one = a, *other = b;

	return (one->first > other->first) - (one->first < other->first);
}

static const char *range_text(struct import *import, const struct import_range *range)
{
	const struct in_addr first = { htonl(range->first) }, last = { htonl(range->last) };
	char one[INET_ADDRSTRLEN], other[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &first, one, sizeof(one));
	inet_ntop(AF_INET, &last, other, sizeof(other));
	return import__format(import, "%s-%s", one, other);
}

static bool is_inside(const struct import_network *network, const struct import_range *range)
{
	return range->first <= range->last && (range->first & network->mask) == network->subnet &&
	       (range->last & network->mask) == network->subnet;
}

/* In order, each address once. */
static void clean_ranges(struct import *import, struct import_network *network)
{
	struct import_range *ranges = network->ranges.items;
	size_t kept = 0;

	rows__sort(&network->ranges, by_first);
	for (size_t i = 0; i < network->ranges.count; i++) {
		if (!is_inside(network, &ranges[i])) {
			import__note(import, network->line, range_text(import, &ranges[i]),
				     "no range of addresses of its subnet: left out");
		} else if (kept && ranges[i].first <= ranges[kept - 1].last) {
			import__note(import, network->line, range_text(import, &ranges[i]),
				     "is partly given twice: each address is taken once");
			if (ranges[i].last > ranges[kept - 1].last)
				ranges[kept - 1].last = ranges[i].last;
		} else {
			ranges[kept++] = ranges[i];
		}
	}
	network->ranges.count = kept;
}

static bool is_in_any(const struct import *import, uint32_t address)
{
	for (size_t i = 0; i < import->networks.count; i++) {
		const struct import_network *network = rows__at(&import->networks, i);

		if ((address & network->mask) == network->subnet && address != network->subnet &&
		    address != (network->subnet | ~network->mask))
			return true;
	}
	return false;
}

static void clean_host(struct import *import, struct import_host *host)
{
	if (host->hostname && !parse__hostname(host->hostname)) {
		import__note(import, host->line, host->hostname, "no name of a host: left out");
		host->hostname = NULL;
	}
	if (host->ip && !is_in_any(import, host->ip)) {
		import__note(import, host->line,
			     range_text(import, &(struct import_range){ host->ip, host->ip }),
			     "the address of a host in none of the networks: left out");
		host->ip = 0;
	}
}

void import__clean(struct import *import)
{
	for (size_t i = 0; i < import->networks.count; i++)
		clean_ranges(import, rows__at(&import->networks, i));
	for (size_t i = 0; i < import->hosts.count; i++)
		clean_host(import, rows__at(&import->hosts, i));
}
