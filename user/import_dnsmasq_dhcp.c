// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The lines of dnsmasq.conf about addresses: dhcp-range, dhcp-option, dhcp-host. */
#include "import_dnsmasq.h"

#include <string.h>
#include <strings.h>

#include "parse.h"

#define MASK_24 0xffffff00u

void import_dnsmasq__note(struct dnsmasq *dnsmasq, const char *why)
{
	import__note(dnsmasq->import, dnsmasq->line, dnsmasq->shown, why);
}

void import_dnsmasq__note_tail(struct dnsmasq *dnsmasq, const char *tail)
{
	if (tail && *tail)
		import_dnsmasq__note(dnsmasq, "what follows the first value is left out");
}

/* 12h, 45m, 3600, infinite. */
static bool read_lease(const char *word, uint32_t *seconds)
{
	if (strcmp(word, "infinite") == 0) {
		*seconds = 365 * 24 * 3600;
		return true;
	}
	return parse__seconds(word, seconds);
}

static bool is_mask(uint32_t mask)
{
	return mask && (~mask & (~mask + 1)) == 0;
}

struct range {
	uint32_t first, last, mask, lease_s;
	size_t addresses; /* read so far: first, last, mask, broadcast */
	bool is_static, is_proxy, strange;
};

static void take_range_word(struct range *range, const char *word)
{
	uint32_t address;

	if (strncmp(word, "tag:", 4) == 0 || strncmp(word, "set:", 4) == 0 ||
	    strncmp(word, "interface:", 10) == 0) {
		range->strange = true;
	} else if (strcmp(word, "static") == 0) {
		range->is_static = true;
	} else if (strcmp(word, "proxy") == 0) {
		range->is_proxy = true;
	} else if (parse__ipv4(word, &address)) {
		if (range->addresses == 0)
			range->first = address;
		else if (is_mask(address) && address > 0xff000000u - 1)
			range->mask = address;
		else if (range->addresses == 1)
			range->last = address;
		range->addresses++;
	} else if (!read_lease(word, &range->lease_s)) {
		range->strange = true;
	}
}

/* One that an earlier dhcp-range has made. */
static struct import_network *find_network(struct dnsmasq *dnsmasq, uint32_t subnet, uint32_t mask)
{
	for (size_t i = 0; i < dnsmasq->import->networks.count; i++) {
		struct import_network *network = rows__at(&dnsmasq->import->networks, i);

		if (network->subnet == subnet && network->mask == mask)
			return network;
	}
	return NULL;
}

void import_dnsmasq__range(struct dnsmasq *dnsmasq, char *value)
{
	struct range range = { 0 };
	struct import_network *network;
	char *word;

	while ((word = strsep(&value, ",")) != NULL)
		take_range_word(&range, word);
	if (range.addresses == 0) {
		import_dnsmasq__note(dnsmasq, "no IPv4 addresses");
		return;
	}
	if (!range.mask) {
		range.mask = MASK_24;
		while (range.last && (range.first ^ range.last) & range.mask)
			range.mask <<= 1;
		import_dnsmasq__note(dnsmasq, import__format(dnsmasq->import,
							     "no netmask is given: /%d is a guess",
							     __builtin_popcount(range.mask)));
	}
	if (range.strange)
		import_dnsmasq__note(dnsmasq, "its tags are left out");
	network = find_network(dnsmasq, range.first & range.mask, range.mask);
	if (!network)
		network = import__network(dnsmasq->import, dnsmasq->line, range.first, range.mask,
					  &dnsmasq->settings);
	if (!network)
		return;
	if (range.lease_s)
		network->settings.lease_s = range.lease_s;
	dnsmasq->import->proxy |= range.is_proxy;
	if (!range.is_static && !range.is_proxy)
		import__range(dnsmasq->import, network, range.first,
			      range.last ? range.last : range.first);
}

/* Of options that have no name here, dnsmasq tells the type by the value. */
static bool take_option(struct dnsmasq *dnsmasq, uint32_t code, char *value)
{
	size_t len = strlen(value);

	if (len > 1 && value[0] == '"' && value[len - 1] == '"') {
		value[len - 1] = 0;
		value++;
	}
	if (import__option_is_known(code))
		return import__option(dnsmasq->import, &dnsmasq->settings, code, value);
	return import__option_typed(dnsmasq->import, &dnsmasq->settings, code, IMPORT_ANY, value);
}

/* [tag:T,]option:NAME,VALUES or [tag:T,]NUMBER,VALUES */
void import_dnsmasq__option(struct dnsmasq *dnsmasq, char *value)
{
	uint32_t code;
	char *name;

	if (strncmp(value, "tag:", 4) == 0 || strncmp(value, "vendor:", 7) == 0) {
		import_dnsmasq__note(dnsmasq, "an option of a tag or vendor is not carried over");
		return;
	}
	name = strsep(&value, ",");
	if (strncmp(name, "option:", 7) == 0)
		code = import__option_code(name + 7);
	else if (!parse__u32(name, 1, 254, &code))
		code = 0;
	if (!code || !value) {
		import_dnsmasq__note(dnsmasq, code ? "an option without a value"
						   : "no option of that name is known here");
		return;
	}
	if (strcmp(value, "0.0.0.0") == 0)
		import_dnsmasq__note(dnsmasq, "the server's own address: write it down");
	else if (!take_option(dnsmasq, code, value))
		import_dnsmasq__note(dnsmasq, "its value is not understood");
}

struct host {
	uint8_t mac[6];
	uint32_t ip, lease_s;
	const char *name;
	bool has_mac, ignore, strange;
};

static void take_host_word(struct host *host, const char *word)
{
	uint8_t mac[6];

	if (!host->has_mac && parse__mac(word, mac)) {
		memcpy(host->mac, mac, sizeof(mac));
		host->has_mac = true;
	} else if (parse__ipv4(word, &host->ip) || read_lease(word, &host->lease_s)) {
		return;
	} else if (strcmp(word, "ignore") == 0) {
		host->ignore = true;
	} else if (!host->name && parse__hostname(word)) {
		host->name = word;
	} else {
		host->strange = true;
	}
}

void import_dnsmasq__host(struct dnsmasq *dnsmasq, char *value)
{
	struct host read = { 0 };
	struct import_host *host;
	char *word;

	while ((word = strsep(&value, ",")) != NULL)
		take_host_word(&read, word);
	if (!read.has_mac) {
		import_dnsmasq__note(dnsmasq, "a host without a hardware address");
		return;
	}
	if (read.strange || read.lease_s)
		import_dnsmasq__note(dnsmasq,
				     "only hardware address, address, name and ignore are taken");
	host = import__host(dnsmasq->import, dnsmasq->line, read.mac);
	if (!host)
		return;
	host->ip = read.ip;
	host->deny = read.ignore;
	if (read.name)
		host->hostname = import__keep(dnsmasq->import, read.name, strlen(read.name));
}
