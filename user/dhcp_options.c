// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "dhcp_options.h"

#include <arpa/inet.h>
#include <string.h>

/*
 * Space for an option, its code and length written. Return: where its bytes go, NULL when there is
 * no room.
 */
static uint8_t *reserve(struct dhcp_options *options, uint8_t code, size_t len)
{
	uint8_t *at = options->data + options->len;

	if (len > 255 || options->size - options->len < len + 2) {
		options->overflow = true;
		return NULL;
	}
	at[0] = code;
	at[1] = (uint8_t)len;
	options->len += len + 2;
	return at + 2;
}

void dhcp_options__init(struct dhcp_options *options, uint8_t *data, size_t size)
{
	*options = (struct dhcp_options){ .data = data, .size = size };
}

void dhcp_options__add(struct dhcp_options *options, uint8_t code, const void *data, size_t len)
{
	uint8_t *at = reserve(options, code, len);

	if (at && len)
		memcpy(at, data, len);
}

void dhcp_options__add_u16(struct dhcp_options *options, uint8_t code, uint16_t value)
{
	uint16_t wire = htons(value);

	dhcp_options__add(options, code, &wire, sizeof(wire));
}

void dhcp_options__add_u32(struct dhcp_options *options, uint8_t code, uint32_t value)
{
	dhcp_options__add_addresses(options, code, &value, 1);
}

void dhcp_options__add_addresses(struct dhcp_options *options, uint8_t code,
				 const uint32_t *addresses, size_t count)
{
	uint8_t *at = count ? reserve(options, code, count * 4) : NULL;
	size_t i;

	for (i = 0; at && i < count; i++) {
		uint32_t wire = htonl(addresses[i]);

		memcpy(at + 4 * i, &wire, sizeof(wire));
	}
}

void dhcp_options__add_text(struct dhcp_options *options, uint8_t code, const char *text)
{
	dhcp_options__add(options, code, text, strlen(text));
}

void dhcp_options__add_text_nul(struct dhcp_options *options, uint8_t code, const char *text)
{
	dhcp_options__add(options, code, text, strlen(text) + 1);
}
