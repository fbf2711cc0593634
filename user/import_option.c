// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* DHCP options by the names that other servers give them. */
#include "import.h"

#include <string.h>

#include "parse.h"
#include "xdpxe/dhcp_wire.h"

/* Which option it is, what its value is, and its names in dhcpd, dnsmasq and Kea. */
struct known {
	uint32_t code;
	enum import_type type;
	const char *names[3];
};

static const struct known known[] = {
	{ 2, IMPORT_U32, { "time-offset", "time-offset", "time-offset" } },
	{ 3, IMPORT_IPS, { "routers", "router", "routers" } },
	{ 4, IMPORT_IPS, { "time-servers", "time-server", "time-servers" } },
	{ 6, IMPORT_IPS, { "domain-name-servers", "dns-server", "domain-name-servers" } },
	{ 7, IMPORT_IPS, { "log-servers", "log-server", "log-servers" } },
	{ 12, IMPORT_TEXT, { "host-name", "hostname", "host-name" } },
	{ 13, IMPORT_U16, { "boot-size", "boot-file-size", "boot-size" } },
	{ 15, IMPORT_TEXT, { "domain-name", "domain-name", "domain-name" } },
	{ 17, IMPORT_TEXT, { "root-path", "root-path", "root-path" } },
	{ 26, IMPORT_U16, { "interface-mtu", "mtu", "interface-mtu" } },
	{ 28, IMPORT_IPS, { "broadcast-address", "broadcast", "broadcast-address" } },
	{ 40, IMPORT_TEXT, { "nis-domain", "nis-domain", "nis-domain" } },
	{ 41, IMPORT_IPS, { "nis-servers", "nis-server", "nis-servers" } },
	{ 42, IMPORT_IPS, { "ntp-servers", "ntp-server", "ntp-servers" } },
	{ 43,
	  IMPORT_HEX,
	  { "vendor-encapsulated-options", "vendor-encap", "vendor-encapsulated-options" } },
	{ 44, IMPORT_IPS, { "netbios-name-servers", "netbios-ns", "netbios-name-servers" } },
	{ 46, IMPORT_U8, { "netbios-node-type", "netbios-nodetype", "netbios-node-type" } },
	{ 1, IMPORT_IPS, { "subnet-mask", "netmask", "subnet-mask" } },
	{ 51, IMPORT_U32, { "dhcp-lease-time", "lease-time", "dhcp-lease-time" } },
	{ 54,
	  IMPORT_IPS,
	  { "dhcp-server-identifier", "server-identifier", "dhcp-server-identifier" } },
	{ 58, IMPORT_U32, { "dhcp-renewal-time", "T1", "dhcp-renewal-time" } },
	{ 59, IMPORT_U32, { "dhcp-rebinding-time", "T2", "dhcp-rebinding-time" } },
	{ 60,
	  IMPORT_TEXT,
	  { "vendor-class-identifier", "vendor-class", "vendor-class-identifier" } },
	{ 66, IMPORT_TEXT, { "tftp-server-name", "tftp-server", "tftp-server-name" } },
	{ 67, IMPORT_TEXT, { "bootfile-name", "bootfile-name", "boot-file-name" } },
	{ 72, IMPORT_IPS, { "www-server", "www-server", "www-server" } },
	{ 77, IMPORT_TEXT, { "user-class", "user-class", "user-class" } },
	{ 93, IMPORT_U16, { "pxe-system-type", "client-arch", "pxe-system-type" } },
	{ 100, IMPORT_TEXT, { "pcode", "posix-timezone", "pcode" } },
	{ 101, IMPORT_TEXT, { "tcode", "tzdb-timezone", "tcode" } },
	{ 150,
	  IMPORT_IPS,
	  { "tftp-server-address", "tftp-server-address", "tftp-server-address" } },
};

uint32_t import__option_code(const char *name)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		for (int n = 0; n < 3; n++)
			if (strcmp(name, known[i].names[n]) == 0)
				return known[i].code;
	return 0;
}

static bool read_addresses(const char *value, struct import_list *list)
{
	char text[256], *rest = text, *one;

	snprintf(text, sizeof(text), "%s", value);
	list->count = 0;
	while ((one = strsep(&rest, ", ")) != NULL) {
		if (!*one)
			continue;
		if (list->count == IMPORT_ADDRESSES || !parse__ipv4(one, &list->items[list->count]))
			return false;
		list->count++;
	}
	return list->count > 0;
}

bool import__option_is_known(uint32_t code)
{
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].code == code)
			return true;
	return false;
}

/* One router is all that ours tells. */
static bool read_routers(struct import *import, struct import_settings *settings, const char *value)
{
	if (!read_addresses(value, &settings->routers))
		return false;
	if (settings->routers.count > 1)
		import__note(import, 0, value, "the first of several routers is taken");
	return true;
}

bool import__option(struct import *import, struct import_settings *settings, uint32_t code,
		    const char *value)
{
	switch (code) {
	case DHCP_OPT_SUBNET_MASK:
	case DHCP_OPT_BROADCAST:
		return true; /* they follow from the subnet */
	case DHCP_OPT_ROUTER:
		return read_routers(import, settings, value);
	case DHCP_OPT_DNS:
		return read_addresses(value, &settings->dns);
	case 42:
		return read_addresses(value, &settings->ntp);
	case DHCP_OPT_DOMAIN:
		if (!parse__hostname(value))
			return false;
		settings->domain = import__keep(import, value, strlen(value));
		return true;
	case 26:
		return parse__u32(value, 576, 65535, &settings->mtu);
	case DHCP_OPT_LEASE_TIME:
		return parse__seconds(value, &settings->lease_s);
	case DHCP_OPT_RENEWAL:
		return parse__seconds(value, &settings->renew_s);
	case DHCP_OPT_REBINDING:
		return parse__seconds(value, &settings->rebind_s);
	case DHCP_OPT_BOOT_FILE:
		settings->file = import__keep(import, value, strlen(value));
		return true;
	case DHCP_OPT_TFTP_NAME:
		return parse__ipv4(value, &settings->next_server);
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (known[i].code == code)
			return import__option_typed(import, settings, code, known[i].type, value);
	return false;
}
