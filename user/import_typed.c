// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* DHCP options that only their number is known of: the file says of which type they are, or the value shows it. */
#include "import.h"

#include <string.h>

#include "parse.h"

#define BYTES_MAX 255

bool import__option_add(struct import_settings *settings, uint32_t code, const char *kind,
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

/* "01:2:ff", "0102ff", "01 02" or "0x0102" as digits alone. Return: false for anything else */
static bool read_hex(const char *value, char digits[2 * BYTES_MAX + 1])
{
	size_t len = 0, run;

	value += strncmp(value, "0x", 2) == 0 ? 2 : 0;
	while (*value) {
		run = strspn(value, "0123456789abcdefABCDEF");
		if (!run || len + run + 1 > 2 * BYTES_MAX)
			return false;
		if (run == 1)
			digits[len++] = '0';
		else if (run % 2)
			return false;
		memcpy(digits + len, value, run);
		len += run;
		value += run;
		if (*value && !strchr(": ", *value))
			return false;
		value += *value && value[1];
	}
	digits[len] = 0;
	return len > 0 && strspn(digits, "0123456789abcdefABCDEF") == len;
}

static bool are_addresses(const char *value)
{
	char text[600], *rest = text, *one;
	uint32_t address;
	size_t count = 0;

	if (snprintf(text, sizeof(text), "%s", value) >= (int)sizeof(text))
		return false;
	for (; (one = strsep(&rest, ",")) != NULL; count++) {
		one += strspn(one, " "); /* and nothing behind it: the text is written as it is */
		if (!parse__ipv4(one, &address))
			return false;
	}
	return count > 0 && count <= BYTES_MAX / 4;
}

static bool add_hex(struct import *import, struct import_settings *settings, uint32_t code,
		    const char *value)
{
	char digits[2 * BYTES_MAX + 1];

	return read_hex(value, digits) &&
	       import__option_add(settings, code, "hex", import__format(import, "\"%s\"", digits));
}

static bool add_text(struct import *import, struct import_settings *settings, uint32_t code,
		     const char *value)
{
	for (const char *at = value; *at; at++)
		if ((unsigned char)*at < ' ' || strchr("\"\\\x7f", *at))
			return false;
	return *value && strlen(value) <= BYTES_MAX &&
	       import__option_add(settings, code, "text", import__format(import, "\"%s\"", value));
}

static bool add_number(struct import *import, struct import_settings *settings, uint32_t code,
		       const char *kind, const char *value)
{
	uint32_t most = strcmp(kind, "u8") == 0	   ? UINT8_MAX
			: strcmp(kind, "u16") == 0 ? UINT16_MAX
						   : UINT32_MAX;
	uint32_t number;

	return parse__u32(value, 0, most, &number) &&
	       import__option_add(settings, code, kind, import__keep(import, value, strlen(value)));
}

bool import__option_typed(struct import *import, struct import_settings *settings, uint32_t code,
			  enum import_type type, const char *value)
{
	bool yes =
		strcmp(value, "true") == 0 || strcmp(value, "on") == 0 || strcmp(value, "1") == 0;

	switch (type) {
	case IMPORT_IPS:
		return are_addresses(value) &&
		       import__option_add(settings, code, "ip",
					  import__format(import, "[%s]", value));
	case IMPORT_TEXT:
		return add_text(import, settings, code, value);
	case IMPORT_U8:
		return add_number(import, settings, code, "u8", value);
	case IMPORT_U16:
		return add_number(import, settings, code, "u16", value);
	case IMPORT_U32:
		return add_number(import, settings, code, "u32", value);
	case IMPORT_BOOL:
		return import__option_add(settings, code, "bool", yes ? "true" : "false");
	case IMPORT_HEX:
		return add_hex(import, settings, code, value);
	case IMPORT_ANY:
		break;
	}
	if (are_addresses(value))
		return import__option_typed(import, settings, code, IMPORT_IPS, value);
	if (value[strspn(value, "0123456789")] == 0)
		return add_number(import, settings, code, "u8", value) ||
		       add_number(import, settings, code, "u16", value) ||
		       add_number(import, settings, code, "u32", value);
	return (strchr(value, ':') && add_hex(import, settings, code, value)) ||
	       add_text(import, settings, code, value);
}
