// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Rules about networks.
#include <stdio.h>
#include <string.h>

#include "config_boot.h"
#include "lint_priv.h"
#include "parse.h"

#define LEASE_SHORT_S 300

/* The host of a URL, without a port. Return: false for what is none, or too long for a name */
static bool url_host(const char *url, char *host, size_t size)
{
	const char *at = strstr(url, "://");
	size_t len;

	if (!at)
		return false;
	at += 3;
	len = strcspn(at, ":/?#");
	if (len == 0 || len >= size)
		return false;
	memcpy(host, at, len);
	host[len] = '\0';
	return true;
}

/* What machines of every network may be sent to: the value of architecture @code, or behind the last of iPXE. */
static const char *boot_value(const struct config *config, size_t code)
{
	return code < XDPXE_ARCHES ? config->boot[code] : config->boot_ipxe;
}

static void take_key(struct lint_place *place, const char *key)
{
	size_t len = strlen(place->key);

	snprintf(place->key + len, sizeof(place->key) - len, ".%s", key);
}

static bool lacks_router(const struct plan *plan, size_t index, struct lint_place *place)
{
	const struct config_network *net = plan->networks[index].config;
	size_t code;

	for (code = 0; !net->router && code <= XDPXE_ARCHES; code++) {
		const char *url = boot_value(plan->config, code);
		char host[256];
		uint32_t address;

		if (!url || !url_host(url, host, sizeof(host)) || !parse__ipv4(host, &address) ||
		    (address & net->mask) == net->subnet)
			continue;
		take_key(place, "router");
		place->given = url;
		return true;
	}
	return false;
}

static bool lacks_dns(const struct plan *plan, size_t index, struct lint_place *place)
{
	const struct config_network *net = plan->networks[index].config;
	size_t code;

	for (code = 0; !net->dns_count && code <= XDPXE_ARCHES; code++) {
		const char *url = boot_value(plan->config, code);
		char host[256];
		uint32_t address;

		if (!url || !url_host(url, host, sizeof(host)) || parse__ipv4(host, &address))
			continue;
		take_key(place, "dns");
		place->given = url;
		return true;
	}
	return false;
}

static bool has_short_lease(const struct plan *plan, size_t index, struct lint_place *place)
{
	take_key(place, "lease-time");
	return plan->networks[index].config->lease_time_s < LEASE_SHORT_S;
}

const struct lint_rule lint_network_rules[] = {
	{ LINT_ERROR, lacks_router, "is outside the subnet, and machines are told no router",
	  "iPXE and EDK2 find it unreachable", "router, or a URL of a host in the subnet" },
	{ LINT_ERROR, lacks_dns, "has a name for a host, and machines are told no name server",
	  "iPXE and EDK2 cannot look it up", "dns, or a URL with an address" },
	{ LINT_WARNING, has_short_lease, "shorter than five minutes",
	  "boot ROMs, EDK2 and iPXE never renew, so the address may be another machine's before "
	  "a boot is over",
	  "5m or more" },
	{ 0 },
};
