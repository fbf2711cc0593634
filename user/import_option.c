// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* DHCP options by the names that other servers give them. */
#include "import.h"

#include <string.h>

#include "parse.h"
#include "xdpxe/dhcp_wire.h"

enum kind { IPS, TEXT, U8, U16, U32, HEX };

/* Which option it is, what its value is, and its names in dhcpd, dnsmasq and Kea. */
struct known {
	uint32_t code;
	enum kind kind;
	const char *names[3];
};

static const struct known known[] = {
	{ 2, U32, { "time-offset", "time-offset", "time-offset" } },
	{ 3, IPS, { "routers", "router", "routers" } },
	{ 4, IPS, { "time-servers", "time-server", "time-servers" } },
	{ 6, IPS, { "domain-name-servers", "dns-server", "domain-name-servers" } },
	{ 7, IPS, { "log-servers", "log-server", "log-servers" } },
	{ 12, TEXT, { "host-name", "hostname", "host-name" } },
	{ 13, U16, { "boot-size", "boot-file-size", "boot-size" } },
	{ 15, TEXT, { "domain-name", "domain-name", "domain-name" } },
	{ 17, TEXT, { "root-path", "root-path", "root-path" } },
	{ 26, U16, { "interface-mtu", "mtu", "interface-mtu" } },
	{ 28, IPS, { "broadcast-address", "broadcast", "broadcast-address" } },
	{ 40, TEXT, { "nis-domain", "nis-domain", "nis-domain" } },
	{ 41, IPS, { "nis-servers", "nis-server", "nis-servers" } },
	{ 42, IPS, { "ntp-servers", "ntp-server", "ntp-servers" } },
	{ 43,
	  HEX,
	  { "vendor-encapsulated-options", "vendor-encap", "vendor-encapsulated-options" } },
	{ 44, IPS, { "netbios-name-servers", "netbios-ns", "netbios-name-servers" } },
	{ 46, U8, { "netbios-node-type", "netbios-nodetype", "netbios-node-type" } },
	{ 1, IPS, { "subnet-mask", "netmask", "subnet-mask" } },
	{ 51, U32, { "dhcp-lease-time", "lease-time", "dhcp-lease-time" } },
	{ 54, IPS, { "dhcp-server-identifier", "server-identifier", "dhcp-server-identifier" } },
	{ 58, U32, { "dhcp-renewal-time", "T1", "dhcp-renewal-time" } },
	{ 59, U32, { "dhcp-rebinding-time", "T2", "dhcp-rebinding-time" } },
	{ 60, TEXT, { "vendor-class-identifier", "vendor-class", "vendor-class-identifier" } },
	{ 66, TEXT, { "tftp-server-name", "tftp-server", "tftp-server-name" } },
	{ 67, TEXT, { "bootfile-name", "bootfile-name", "boot-file-name" } },
	{ 72, IPS, { "www-server", "www-server", "www-server" } },
	{ 77, TEXT, { "user-class", "user-class", "user-class" } },
	{ 93, U16, { "pxe-system-type", "client-arch", "pxe-system-type" } },
	{ 100, TEXT, { "pcode", "posix-timezone", "pcode" } },
	{ 101, TEXT, { "tcode", "tzdb-timezone", "tcode" } },
	{ 150, IPS, { "tftp-server-address", "tftp-server-address", "tftp-server-address" } },
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

static bool add_other(struct import_settings *settings, uint32_t code, const char *kind,
		      const char *value)
{
	size_t i = 0;

	while (i < settings->option_count && settings->options[i].code != code)
		i++;
	if (i == IMPORT_OPTIONS)
		return false;
	settings->options[i] = (struct import_option){ code, kind, value };
	if (i == settings->option_count)
		settings->option_count++;
	return true;
}

/* A value of a kind, as YAML. */
static bool add_known(struct import *import, struct import_settings *settings,
		      const struct known *row, const char *value)
{
	static const char *const names[] = {
		[TEXT] = "text", [U8] = "u8", [U16] = "u16", [U32] = "u32", [HEX] = "hex"
	};
	struct import_list list;
	uint32_t number;

	if (row->kind == IPS)
		return read_addresses(value, &list) &&
		       add_other(settings, row->code, "ip", import__format(import, "[%s]", value));
	if (row->kind == TEXT)
		return strlen(value) <= 255 && !strpbrk(value, "\"\\\n") &&
		       add_other(settings, row->code, "text",
				 import__format(import, "\"%s\"", value));
	if (row->kind == HEX) {
		char digits[2 * 255 + 1];
		size_t len = 0;

		for (; *value; value++)
			if (*value != ':' && len < sizeof(digits) - 1)
				digits[len++] = *value;
		digits[len] = 0;
		return len && len % 2 == 0 && strspn(digits, "0123456789abcdefABCDEF") == len &&
		       add_other(settings, row->code, "hex",
				 import__format(import, "\"%s\"", digits));
	}
	return parse__u32(value, 0,
			  row->kind == U8    ? 255
			  : row->kind == U16 ? 65535
					     : UINT32_MAX,
			  &number) &&
	       add_other(settings, row->code, names[row->kind],
			 import__keep(import, value, strlen(value)));
}

bool import__option(struct import *import, struct import_settings *settings, uint32_t code,
		    const char *value)
{
	switch (code) {
	case DHCP_OPT_SUBNET_MASK:
	case DHCP_OPT_BROADCAST:
		return true; /* they follow from the subnet */
	case DHCP_OPT_ROUTER:
		return read_addresses(value, &settings->routers);
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
			return add_known(import, settings, &known[i], value);
	return false;
}
