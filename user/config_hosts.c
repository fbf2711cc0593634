// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// `hosts:`: reservations. There may be tens of thousands: nothing here compares each with each.
#include <stdlib.h>
#include <string.h>

#include "config_reader.h"
#include "parse.h"

struct sort_key {
	uint64_t value;
	size_t index;
};

static int compare_keys(const void *a, const void *b)
{
	const struct sort_key *x = a, *y = b;

	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static bool read_mac(const struct config_reader *reader, size_t i)
{
	const struct config_where where = { "hosts", i, "mac" };
	const char *given = reader->raw->hosts[i].mac;
	uint8_t *mac = reader->out->hosts[i].mac;

	if (!given)
		return config_reader__fail(reader, &where,
					   "missing; legal: a MAC address such as "
					   "52:54:00:12:34:56");
	if (!parse__mac(given, mac) || (mac[0] & 1) || !memcmp(mac, (uint8_t[6]){ 0 }, 6))
		return config_reader__fail(reader, &where,
					   "\"%s\"; legal: a unicast MAC address such as "
					   "52:54:00:12:34:56",
					   config_shown(given).text);
	return true;
}

static bool read_ip(const struct config_reader *reader, size_t i)
{
	const struct config_where where = { "hosts", i, "ip" };
	const char *given = reader->raw->hosts[i].ip;
	const struct config *out = reader->out;
	uint32_t *ip = &reader->out->hosts[i].ip;
	size_t n;

	if (!given)
		return true;
	if (!parse__ipv4(given, ip))
		return config_reader__fail(reader, &where,
					   "\"%s\"; legal: an address such as 10.77.0.20",
					   config_shown(given).text);
	for (n = 0; n < out->network_count; n++) {
		const struct config_network *net = &out->networks[n];

		if ((*ip & net->mask) != net->subnet)
			continue;
		if (*ip == net->subnet || *ip == (net->subnet | ~net->mask) || *ip == net->address)
			return config_reader__fail(reader, &where,
						   "\"%s\" is the network's, broadcast or this "
						   "server's address; legal: another one",
						   given);
		return true;
	}
	return config_reader__fail(reader, &where,
				   "\"%s\" is in no network; legal: an address of a subnet "
				   "above",
				   given);
}

static bool read_deny(const struct config_reader *reader, size_t i)
{
	const struct config_where where = { "hosts", i, "deny" };
	const char *given = reader->raw->hosts[i].deny;

	if (given && !parse__bool(given, &reader->out->hosts[i].deny))
		return config_reader__fail(reader, &where, "\"%s\"; legal: true, false, yes, no",
					   config_shown(given).text);
	return true;
}

static bool check_root(const struct config_reader *reader, const struct config_where *where,
		       const char *value)
{
	if (!value || boot__is_url(value) || reader->out->tftp_root)
		return true;
	return config_reader__fail(reader, where,
				   "\"%s\" but no tftp.root; legal: with the folder it is in",
				   config_shown(value).text);
}

static bool read_boot(const struct config_reader *reader, size_t i)
{
	const struct config_where boot = { "hosts", i, "boot" }, ipxe = { "hosts", i, "ipxe" };
	const struct raw_host *raw = &reader->raw->hosts[i];
	const struct config *out = reader->out;
	struct config_host *host = &out->hosts[i];
	size_t code;

	if (!config_reader__first_stage(reader, &boot, raw->boot, true, &host->boot) ||
	    !config_reader__ipxe(reader, &ipxe, raw->ipxe, &host->ipxe) ||
	    !check_root(reader, &boot, host->boot) || !check_root(reader, &ipxe, host->ipxe))
		return false;
	if (!config_reader__no_loop(reader, host->ipxe ? &ipxe : &boot,
				    host->ipxe ? host->ipxe : out->boot_ipxe, host->boot))
		return false;
	for (code = 0; host->ipxe && code < XDPXE_ARCHES; code++)
		if (!config_reader__no_loop(reader, &ipxe, host->ipxe, out->boot[code]))
			return false;
	return true;
}

/* The earliest entry in the file that repeats the value of another, by sorting @keys. */
static bool check_unique(const struct config_reader *reader, struct sort_key *keys, size_t count,
			 const char *key)
{
	size_t i, twin = SIZE_MAX, first = 0;

	qsort(keys, count, sizeof(*keys), compare_keys);
	for (i = 1; i < count; i++) {
		if (keys[i].value != keys[i - 1].value || keys[i].index >= twin)
			continue;
		twin = keys[i].index;
		first = keys[i - 1].index;
	}
	if (twin == SIZE_MAX)
		return true;
	return config_reader__fail(reader, &(struct config_where){ "hosts", twin, key },
				   "\"%s\" again, first in hosts[%zu] (line %u); legal: each once",
				   !strcmp(key, "mac") ? reader->raw->hosts[twin].mac
						       : reader->raw->hosts[twin].ip,
				   first, reader->out->hosts[first].line);
}

static uint64_t mac_value(const uint8_t mac[6])
{
	uint64_t value = 0;

	memcpy(&value, mac, 6);
	return value;
}

static bool check_twins(const struct config_reader *reader)
{
	const struct config *out = reader->out;
	size_t i, count = 0;
	struct sort_key *keys;
	bool good;

	if (!config_reader__array(reader, out->host_count, sizeof(*keys), &keys))
		return false;
	for (i = 0; i < out->host_count; i++)
		keys[i] = (struct sort_key){ mac_value(out->hosts[i].mac), i };
	good = check_unique(reader, keys, out->host_count, "mac");
	for (i = 0; i < out->host_count; i++)
		if (out->hosts[i].ip)
			keys[count++] = (struct sort_key){ out->hosts[i].ip, i };
	good = good && check_unique(reader, keys, count, "ip");
	free(keys);
	return good;
}

bool config_reader__hosts(const struct config_reader *reader)
{
	struct config *out = reader->out;
	size_t i;

	if (!config_reader__array(reader, reader->raw->hosts_count, sizeof(*out->hosts),
				  &out->hosts))
		return false;
	out->host_count = reader->raw->hosts_count;
	for (i = 0; i < out->host_count; i++) {
		const struct config_where where = { "hosts", i, NULL };

		out->hosts[i].line = config_doc__line(reader->doc, &where);
		if (!read_mac(reader, i) || !read_ip(reader, i) || !read_boot(reader, i) ||
		    !read_deny(reader, i))
			return false;
	}
	return out->host_count == 0 || check_twins(reader);
}
