// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// `hosts:`: reservations. There may be tens of thousands: nothing here compares each with each.
#include "config_hosts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_options.h"
#include "parse.h"

#define HOSTNAME_MAX 64

/* A list of reservations, @top in its file, and where its values go. */
struct host_list {
	const struct config_reader *reader;
	const char *top;
	struct config_host *out;
};

const char *config_host__path(const struct config *config, const struct config_host *host)
{
	return host->in_file ? config->hosts_path : config->path;
}

struct config_host_key config_host__key(const struct config *config, const struct config_host *host,
					const char *key)
{
	struct config_host_key out;

	if (host->in_file)
		snprintf(out.text, sizeof(out.text), "%s", key);
	else
		snprintf(out.text, sizeof(out.text), "hosts[%zu].%s",
			 (size_t)(host - config->hosts), key);
	return out;
}

static bool read_mac(const struct host_list *list, size_t i)
{
	const struct config_where where = { list->top, i, "mac" };
	const struct config_reader *reader = list->reader;
	const char *given = reader->raw->hosts[i].mac;
	uint8_t *mac = list->out[i].mac;

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

static bool read_ip(const struct host_list *list, size_t i)
{
	const struct config_where where = { list->top, i, "ip" };
	const struct config_reader *reader = list->reader;
	const char *given = reader->raw->hosts[i].ip;
	const struct config *out = reader->out;
	uint32_t *ip = &list->out[i].ip;
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

static bool read_deny(const struct host_list *list, size_t i)
{
	const struct config_where where = { list->top, i, "deny" };
	const struct config_reader *reader = list->reader;
	const char *given = reader->raw->hosts[i].deny;

	if (given && !parse__bool(given, &list->out[i].deny))
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

static bool read_boot(const struct host_list *list, size_t i)
{
	const struct config_where boot = { list->top, i, "boot" }, ipxe = { list->top, i, "ipxe" };
	const struct config_reader *reader = list->reader;
	const struct raw_host *raw = &reader->raw->hosts[i];
	const struct config *out = reader->out;
	struct config_host *host = &list->out[i];
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

static bool read_hostname(const struct host_list *list, size_t i)
{
	const struct config_where where = { list->top, i, "hostname" };
	const char *given = list->reader->raw->hosts[i].hostname;

	if (given && (strlen(given) > HOSTNAME_MAX || !parse__hostname(given)))
		return config_reader__fail(list->reader, &where,
					   "\"%s\"; legal: a host name of at most %d characters",
					   config_shown(given).text, HOSTNAME_MAX);
	return config_reader__text(list->reader, given, &list->out[i].hostname);
}

/* Most have none, so they stand apart. */
static bool read_options(const struct host_list *list, size_t i)
{
	const struct raw_options *raw = &list->reader->raw->hosts[i].options;
	char top[64];

	if (!raw->list_count)
		return true;
	snprintf(top, sizeof(top), "%s[%zu].options", list->top, i);
	return config_reader__array(list->reader, 1, sizeof(*list->out[i].options),
				    &list->out[i].options) &&
	       config_reader__options(list->reader, top, CONFIG_OPTIONS_HOST, raw,
				      list->out[i].options);
}

static bool read_host(const struct host_list *list, size_t i)
{
	const struct config_where where = { list->top, i, NULL };

	list->out[i].line = config_reader__line(list->reader, &where);
	return read_mac(list, i) && read_ip(list, i) && read_boot(list, i) && read_deny(list, i) &&
	       read_hostname(list, i) && read_options(list, i);
}

bool config_hosts__read(const struct config_reader *reader, const char *top,
			struct config_host *out)
{
	const struct host_list list = { reader, top, out };
	size_t i;

	for (i = 0; i < reader->raw->hosts_count; i++)
		if (!read_host(&list, i))
			return false;
	return true;
}

struct config_host *config_hosts__append(const struct config_reader *reader, size_t count)
{
	struct config *out = reader->out;
	struct config_host *hosts, *first;

	if (!config_reader__array(reader, out->host_count + count, sizeof(*hosts), &hosts))
		return NULL;
	if (out->host_count)
		memcpy(hosts, out->hosts, out->host_count * sizeof(*hosts));
	free(out->hosts);
	out->hosts = hosts;
	first = hosts + out->host_count;
	out->host_count += count;
	return first;
}

bool config_reader__hosts(const struct config_reader *reader)
{
	const struct config_where file = { "hosts-file", CONFIG_NO_INDEX, NULL };
	const struct raw_config *raw = reader->raw;
	struct config *out = reader->out;

	if (raw->hosts_count && (!config_hosts__append(reader, raw->hosts_count) ||
				 !config_hosts__read(reader, "hosts", out->hosts)))
		return false;
	if (raw->hosts_file) {
		if (!config_reader__path(reader, raw->hosts_file, &out->hosts_path) ||
		    !config_hosts__file(reader))
			return false;
		if (out->host_count > XDPXE_HOSTS_MAX)
			return config_reader__fail(reader, &file,
						   "%zu hosts in it and under hosts; legal: %d",
						   out->host_count, XDPXE_HOSTS_MAX);
	}
	return config_hosts__unique(reader) && config_options__apart(reader);
}

void config_host__clear(struct config_host *host)
{
	free(host->boot);
	free(host->ipxe);
	free(host->hostname);
	if (host->options)
		free(host->options->bytes);
	free(host->options);
}
