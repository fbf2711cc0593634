// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "config_options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dhcp_options.h"
#include "parse.h"
#include "xdpxe/dhcp_wire.h"

#define CODE_MAX 254 /* 255 is the end */
#define VALUE_LEGAL "one of hex, ip, text, u8, u16, u32 and bool"

/* Options that the server makes itself, or that only clients send, and what gives their values. */
static const struct {
	uint8_t code;
	const char *instead;
} not_here[] = {
	{ DHCP_OPT_PAD, "padding is added where it is needed" },
	{ DHCP_OPT_SUBNET_MASK, "it is made of networks[].subnet" },
	{ DHCP_OPT_ROUTER, "networks[].router gives it" },
	{ DHCP_OPT_DNS, "networks[].dns gives it" },
	{ DHCP_OPT_HOSTNAME, "hosts[].hostname gives it" },
	{ DHCP_OPT_BOOT_FILE_SIZE, "it is the size of the boot file" },
	{ DHCP_OPT_DOMAIN, "networks[].domain gives it" },
	{ DHCP_OPT_BROADCAST, "it is made of networks[].subnet" },
	{ DHCP_OPT_REQUESTED_IP, "only clients send it" },
	{ DHCP_OPT_LEASE_TIME, "networks[].lease-time gives it" },
	{ DHCP_OPT_OVERLOAD, "names stand in their own fields" },
	{ DHCP_OPT_MESSAGE_TYPE, "it is what kind of message this is" },
	{ DHCP_OPT_SERVER_ID, "networks[].address gives it" },
	{ DHCP_OPT_PRL, "only clients send it" },
	{ DHCP_OPT_MESSAGE, "only refusals have it" },
	{ DHCP_OPT_MAX_SIZE, "only clients send it" },
	{ DHCP_OPT_RENEWAL, "networks[].renew-time gives it" },
	{ DHCP_OPT_REBINDING, "networks[].rebind-time gives it" },
	{ DHCP_OPT_CLIENT_ID, "it is the client's own, sent back to it" },
	{ DHCP_OPT_TFTP_NAME, "networks[].address gives it" },
	{ DHCP_OPT_BOOT_FILE, "boot.NAME and hosts[].boot give it, with the NUL at its end "
			      "without which Intel boot ROMs read on into the next option" },
	{ DHCP_OPT_USER_CLASS, "only clients send it" },
	{ DHCP_OPT_RELAY_AGENT, "it is the relay's own, sent back to it" },
	{ DHCP_OPT_ARCH, "only clients send it" },
	{ DHCP_OPT_NDI, "only clients send it" },
	{ DHCP_OPT_UUID, "it is the client's own, sent back to it" },
	{ DHCP_OPT_IPXE, "iPXE gets one made for it" },
};

/* One entry of a list. */
struct entry {
	const struct config_reader *reader;
	const char *top;
	size_t index;
	const struct raw_option *raw;
	uint8_t code;
};

static bool fail(const struct entry *entry, const char *key, const char *given, const char *legal)
{
	const struct config_where where = { entry->top, entry->index, key };

	return config_reader__fail(entry->reader, &where, "\"%s\"; legal: %s",
				   config_shown(given).text, legal);
}

static bool read_code(struct entry *entry, enum config_options_for whom)
{
	const struct config_where where = { entry->top, entry->index, "code" };
	const char *given = entry->raw->code, *instead = NULL;
	uint32_t code;
	size_t i;

	if (!given)
		return config_reader__fail(entry->reader, &where,
					   "missing; legal: the number of an option, 1 to 254");
	if (!parse__u32(given, 0, CODE_MAX, &code))
		return fail(entry, "code", given, "the number of an option, 1 to 254");
	for (i = 0; i < sizeof(not_here) / sizeof(not_here[0]); i++)
		if (not_here[i].code == code)
			instead = not_here[i].instead;
	if (whom != CONFIG_OPTIONS_BOOT && code == DHCP_OPT_VENDOR)
		instead = "boot-options.NAME takes it, in place of the server's own";
	if (whom != CONFIG_OPTIONS_BOOT && code == DHCP_OPT_VENDOR_CLASS)
		instead = "boot-options.NAME takes it, beside option 43";
	entry->code = (uint8_t)code;
	return !instead || config_reader__fail(entry->reader, &where,
					       "\"%s\": %s; legal: other options", given, instead);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Pairs of digits, with ':' or blanks between pairs if one likes. */
static bool add_hex(const struct entry *entry, struct dhcp_options *out)
{
	const char *at = entry->raw->hex;
	uint8_t bytes[255];
	size_t len = 0;

	while (*at) {
		int high = hex_digit(at[0]), low = high < 0 ? -1 : hex_digit(at[1]);

		if (low < 0 || len == sizeof(bytes))
			return fail(
				entry, "hex", entry->raw->hex,
				"1 to 255 bytes of two digits each, such as 0601ff or 06:01:ff");
		bytes[len++] = (uint8_t)(high << 4 | low);
		at += 2;
		at += *at && (*at == ':' || *at == ' ') && at[1];
	}
	dhcp_options__add(out, entry->code, bytes, len);
	return true;
}

static bool add_addresses(const struct entry *entry, struct dhcp_options *out)
{
	uint32_t addresses[63];
	size_t i;

	for (i = 0; i < entry->raw->ip_count; i++)
		if (!parse__ipv4(entry->raw->ip[i], &addresses[i]))
			return fail(entry, "ip", entry->raw->ip[i],
				    "addresses such as [10.77.0.1, 10.77.0.2]");
	dhcp_options__add_addresses(out, entry->code, addresses, entry->raw->ip_count);
	return true;
}

static bool add_number(const struct entry *entry, const char *key, const char *given, size_t len,
		       struct dhcp_options *out)
{
	uint32_t most = len == 4 ? UINT32_MAX : (1U << 8 * len) - 1, value;
	uint8_t bytes[4];
	char legal[32];
	size_t i;

	snprintf(legal, sizeof(legal), "0 to %u", most);
	if (!parse__u32(given, 0, most, &value))
		return fail(entry, key, given, legal);
	for (i = 0; i < len; i++)
		bytes[i] = (uint8_t)(value >> 8 * (len - 1 - i));
	dhcp_options__add(out, entry->code, bytes, len);
	return true;
}

static bool add_bool(const struct entry *entry, struct dhcp_options *out)
{
	uint8_t byte;
	bool value;

	if (!parse__bool(entry->raw->boolean, &value))
		return fail(entry, "bool", entry->raw->boolean, "true, false, yes, no");
	byte = value;
	dhcp_options__add(out, entry->code, &byte, sizeof(byte));
	return true;
}

static bool add_text(const struct entry *entry, struct dhcp_options *out)
{
	if (strlen(entry->raw->text) > 255)
		return fail(entry, "text", entry->raw->text, "at most 255 bytes");
	dhcp_options__add_text(out, entry->code, entry->raw->text);
	return true;
}

static bool add_value(const struct entry *entry, struct dhcp_options *out)
{
	const struct raw_option *raw = entry->raw;
	const struct config_where where = { entry->top, entry->index, NULL };
	int given = !!raw->hex + !!raw->ip_count + !!raw->text + !!raw->u8 + !!raw->u16 +
		    !!raw->u32 + !!raw->boolean;

	if (given != 1)
		return config_reader__fail(entry->reader, &where, "%d values; legal: " VALUE_LEGAL,
					   given);
	if (raw->hex)
		return add_hex(entry, out);
	if (raw->ip_count)
		return add_addresses(entry, out);
	if (raw->text)
		return add_text(entry, out);
	if (raw->boolean)
		return add_bool(entry, out);
	if (raw->u8)
		return add_number(entry, "u8", raw->u8, 1, out);
	return raw->u16 ? add_number(entry, "u16", raw->u16, 2, out)
			: add_number(entry, "u32", raw->u32, 4, out);
}

static bool read_entries(const struct config_reader *reader, const char *top,
			 enum config_options_for whom, const struct raw_options *raw,
			 struct config_options *out, struct dhcp_options *bytes)
{
	size_t i;

	for (i = 0; i < raw->list_count; i++) {
		struct entry entry = { reader, top, i, &raw->list[i], 0 };

		if (!read_code(&entry, whom) || !add_value(&entry, bytes))
			return false;
		if (config_options__has(out, entry.code))
			return fail(&entry, "code", entry.raw->code,
				    "each code once, since clients join what comes twice "
				    "(RFC 3396)");
		out->codes[entry.code / 64] |= 1ULL << entry.code % 64;
	}
	return true;
}

bool config_reader__options(const struct config_reader *reader, const char *top,
			    enum config_options_for whom, const struct raw_options *raw,
			    struct config_options *out)
{
	const struct config_where where = { top, CONFIG_NO_INDEX, NULL };
	uint8_t data[CONFIG_OPTIONS_MAX * 257];
	struct dhcp_options bytes;

	if (!raw->list_count)
		return true;
	out->line = config_reader__line(reader, &where);
	dhcp_options__init(&bytes, data, sizeof(data));
	if (!read_entries(reader, top, whom, raw, out, &bytes) ||
	    !config_reader__array(reader, bytes.len, 1, &out->bytes))
		return false;
	memcpy(out->bytes, data, bytes.len);
	out->len = bytes.len;
	return true;
}
