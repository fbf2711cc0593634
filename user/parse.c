// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "parse.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

struct unit {
	const char *name;
	uint64_t factor;
};

/* The digits of [text, end): all of it must be digits. */
static bool parse_digits(const char *text, const char *end, uint64_t *out)
{
	uint64_t value = 0;

	if (text == end || (*text == '0' && end - text > 1))
		return false;
	for (; text < end; text++) {
		if (*text < '0' || *text > '9')
			return false;
		if (__builtin_mul_overflow(value, 10, &value) ||
		    __builtin_add_overflow(value, (uint64_t)(*text - '0'), &value))
			return false;
	}
	*out = value;
	return true;
}

bool parse__u64(const char *text, uint64_t min, uint64_t max, uint64_t *out)
{
	uint64_t value;

	if (!parse_digits(text, text + strlen(text), &value) || value < min || value > max)
		return false;
	*out = value;
	return true;
}

bool parse__u32(const char *text, uint32_t min, uint32_t max, uint32_t *out)
{
	uint64_t value;

	if (!parse__u64(text, min, max, &value))
		return false;
	*out = (uint32_t)value;
	return true;
}

bool parse__ipv4(const char *text, uint32_t *out)
{
	struct in_addr address;

	if (inet_pton(AF_INET, text, &address) != 1)
		return false;
	*out = ntohl(address.s_addr);
	return true;
}

/* An address in [text, end), blanks around it allowed. */
static bool parse_ipv4_part(const char *text, const char *end, uint32_t *out)
{
	char copy[INET_ADDRSTRLEN];
	size_t len;

	while (text < end && *text == ' ')
		text++;
	while (end > text && end[-1] == ' ')
		end--;
	len = (size_t)(end - text);
	if (len >= sizeof(copy))
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	return parse__ipv4(copy, out);
}

bool parse__is_unicast(uint32_t address)
{
	uint32_t top = address >> 24;

	return top >= 1 && top != 127 && top < 224;
}

bool parse__cidr(const char *text, uint32_t *address, unsigned int *prefix)
{
	const char *slash = strchr(text, '/');
	char copy[INET_ADDRSTRLEN];
	uint32_t value, bits;

	if (!slash || (size_t)(slash - text) >= sizeof(copy))
		return false;
	memcpy(copy, text, (size_t)(slash - text));
	copy[slash - text] = '\0';
	if (!parse__ipv4(copy, &value) || !parse__u32(slash + 1, 0, 32, &bits))
		return false;
	*address = value;
	*prefix = bits;
	return true;
}

bool parse__range(const char *text, uint32_t *first, uint32_t *last)
{
	const char *dash = strchr(text, '-');
	const char *end = text + strlen(text);
	uint32_t from, to;

	if (!parse_ipv4_part(text, dash ? dash : end, &from))
		return false;
	to = from;
	if (dash && (!parse_ipv4_part(dash + 1, end, &to) || from > to))
		return false;
	*first = from;
	*last = to;
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool parse__mac_prefix(const char *text, uint8_t out[6], uint8_t *bytes)
{
	size_t count = (strlen(text) + 1) / 3, i;
	uint8_t read[6] = { 0 };

	if (count < 3 || count > sizeof(read) || strlen(text) != 3 * count - 1 ||
	    (text[2] != ':' && text[2] != '-'))
		return false;
	for (i = 0; i < count; i++) {
		int high = hex_digit(text[3 * i]), low = hex_digit(text[3 * i + 1]);

		if (high < 0 || low < 0 || (i + 1 < count && text[3 * i + 2] != text[2]))
			return false;
		read[i] = (uint8_t)(high << 4 | low);
	}
	memcpy(out, read, sizeof(read));
	*bytes = (uint8_t)count;
	return true;
}

bool parse__mac(const char *text, uint8_t out[6])
{
	uint8_t bytes;

	return strlen(text) == 17 && parse__mac_prefix(text, out, &bytes);
}

/* Digits and one of @units, which end with an entry without a name. */
static bool parse_unit(const char *text, const struct unit *units, uint64_t *out)
{
	size_t digits = strspn(text, "0123456789");
	uint64_t value;

	if (!parse_digits(text, text + digits, &value))
		return false;
	for (; units->name; units++) {
		if (strcmp(text + digits, units->name) != 0)
			continue;
		return !__builtin_mul_overflow(value, units->factor, out);
	}
	return false;
}

bool parse__seconds(const char *text, uint32_t *out)
{
	static const struct unit units[] = {
		{ "", 1 }, { "s", 1 }, { "m", 60 }, { "h", 3600 }, { "d", 86400 }, { NULL, 0 },
	};
	uint64_t value;

	if (!parse_unit(text, units, &value) || value > UINT32_MAX)
		return false;
	*out = (uint32_t)value;
	return true;
}

bool parse__milliseconds(const char *text, uint32_t *out)
{
	static const struct unit units[] = { { "ms", 1 }, { "s", 1000 }, { NULL, 0 } };
	uint64_t value;

	if (!parse_unit(text, units, &value) || value > UINT32_MAX)
		return false;
	*out = (uint32_t)value;
	return true;
}

bool parse__percent(const char *text, uint32_t min, uint32_t max, uint32_t *out)
{
	static const struct unit units[] = { { "%", 1 }, { NULL, 0 } };
	uint64_t value;

	if (!parse_unit(text, units, &value) || value < min || value > max)
		return false;
	*out = (uint32_t)value;
	return true;
}

bool parse__bytes(const char *text, uint64_t *out)
{
	static const struct unit units[] = {
		{ "", 1 },   { "KiB", 1ULL << 10 }, { "MiB", 1ULL << 20 }, { "GiB", 1ULL << 30 },
		{ NULL, 0 },
	};
	uint64_t value;

	if (!parse_unit(text, units, &value))
		return false;
	*out = value;
	return true;
}

bool parse__bool(const char *text, bool *out)
{
	if (!strcmp(text, "true") || !strcmp(text, "yes"))
		*out = true;
	else if (!strcmp(text, "false") || !strcmp(text, "no"))
		*out = false;
	else
		return false;
	return true;
}

static bool is_label_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-';
}

bool parse__hostname(const char *text)
{
	for (;;) {
		size_t len = strcspn(text, ".");
		size_t i;

		if (len == 0 || len > 63 || text[0] == '-' || text[len - 1] == '-')
			return false;
		for (i = 0; i < len; i++)
			if (!is_label_char(text[i]))
				return false;
		if (text[len] == '\0')
			return true;
		text += len + 1;
	}
}

bool parse__url(const char *text, const char *const *schemes)
{
	const char *c;

	for (c = text; *c; c++)
		if (*c <= ' ' || *c >= 0x7f)
			return false;
	for (; *schemes; schemes++) {
		size_t len = strlen(*schemes);

		if (strncasecmp(text, *schemes, len) == 0)
			return text[len] != '\0' && text[len] != '/';
	}
	return false;
}
