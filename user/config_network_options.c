// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What machines of a network are told beside their address, and which of them are served.
#include <stdio.h>
#include <string.h>

#include "config_options.h"
#include "parse.h"

#define MTU_MIN 576 /* what every host must take: RFC 791 */
#define MTU_MAX 65535

static bool read_ntp(const struct config_reader *reader, size_t i)
{
	const struct config_where where = { "networks", i, "ntp" };
	const struct raw_network *raw = &reader->raw->networks[i];
	struct config_network *net = &reader->out->networks[i];
	size_t n;

	if (!config_reader__array(reader, raw->ntp_count, sizeof(*net->ntp), &net->ntp))
		return false;
	for (n = 0; n < raw->ntp_count; n++)
		if (!parse__ipv4(raw->ntp[n], &net->ntp[n]) || !parse__is_unicast(net->ntp[n]))
			return config_reader__fail(reader, &where,
						   "\"%s\"; legal: unicast addresses",
						   config_shown(raw->ntp[n]).text);
	net->ntp_count = raw->ntp_count;
	return true;
}

static bool read_mtu(const struct config_reader *reader, size_t i)
{
	const struct config_where where = { "networks", i, "mtu" };
	const char *given = reader->raw->networks[i].mtu;
	uint32_t mtu = 0;

	if (given && !parse__u32(given, MTU_MIN, MTU_MAX, &mtu))
		return config_reader__fail(reader, &where,
					   "\"%s\"; legal: %d, which every machine takes, to %d",
					   config_shown(given).text, MTU_MIN, MTU_MAX);
	reader->out->networks[i].mtu = (uint16_t)mtu;
	return true;
}

/* A time of RFC 2131 section 4.4.5, between @after and @before, both excluded. */
static bool read_time(const struct config_reader *reader, const struct config_where *where,
		      const char *given, uint32_t after, uint32_t before, uint32_t *out)
{
	if (!given || (parse__seconds(given, out) && *out > after && *out < before))
		return true;
	return config_reader__fail(reader, where,
				   "\"%s\"; legal: more than %us and less than %us, in s, m, h or "
				   "d: renew-time < rebind-time < lease-time",
				   config_shown(given).text, after, before);
}

static bool read_times(const struct config_reader *reader, size_t i)
{
	const struct config_where renew = { "networks", i, "renew-time" };
	const struct config_where rebind = { "networks", i, "rebind-time" };
	const struct raw_network *raw = &reader->raw->networks[i];
	struct config_network *net = &reader->out->networks[i];
	uint32_t lease = net->lease_time_s;

	net->renew_time_s = lease / 2;
	net->rebind_time_s = (uint32_t)((uint64_t)lease * 7 / 8);
	return read_time(reader, &renew, raw->renew_time, 0,
			 raw->rebind_time ? lease : net->rebind_time_s, &net->renew_time_s) &&
	       read_time(reader, &rebind, raw->rebind_time, net->renew_time_s, lease,
			 &net->rebind_time_s);
}

static bool read_unknown(const struct config_reader *reader, const struct config_where *where,
			 const char *given, bool *known_only)
{
	if (!given)
		return true;
	*known_only = !strcmp(given, "ignore");
	return *known_only || !strcmp(given, "serve") ||
	       config_reader__fail(reader, where, "\"%s\"; legal: serve, ignore",
				   config_shown(given).text);
}

bool config_reader__network_options(const struct config_reader *reader, size_t i)
{
	const struct config_where all = { "unknown-clients", CONFIG_NO_INDEX, NULL };
	const struct config_where own = { "networks", i, "unknown-clients" };
	const struct raw_network *raw = &reader->raw->networks[i];
	struct config_network *net = &reader->out->networks[i];
	char top[32];

	snprintf(top, sizeof(top), "networks[%zu].options", i);
	return read_ntp(reader, i) && read_mtu(reader, i) && read_times(reader, i) &&
	       read_unknown(reader, &all, reader->raw->unknown_clients, &net->known_only) &&
	       read_unknown(reader, &own, raw->unknown_clients, &net->known_only) &&
	       config_reader__options(reader, top, CONFIG_OPTIONS_NETWORK, &raw->options,
				      &net->options);
}
