// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "config_web.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "config_reader.h"
#include "parse.h"

static bool read_v4(const char *host, uint16_t port, struct config_web *out)
{
	struct sockaddr_in *address = &out->address.v4;
	uint32_t host_order;

	if (!parse__ipv4(host, &host_order))
		return false;
	*address = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port) };
	address->sin_addr.s_addr = htonl(host_order);
	out->len = sizeof(*address);
	out->loopback = host_order >> 24 == 127;
	snprintf(out->text, sizeof(out->text), "%s:%u", host, port);
	return true;
}

static bool read_v6(const char *host, uint16_t port, struct config_web *out)
{
	struct sockaddr_in6 *address = &out->address.v6;
	char text[INET6_ADDRSTRLEN];

	*address = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_port = htons(port) };
	if (inet_pton(AF_INET6, host, &address->sin6_addr) != 1)
		return false;
	out->len = sizeof(*address);
	out->loopback = IN6_IS_ADDR_LOOPBACK(&address->sin6_addr);
	inet_ntop(AF_INET6, &address->sin6_addr, text, sizeof(text));
	snprintf(out->text, sizeof(out->text), "[%s]:%u", text, port);
	return true;
}

bool config_web__parse(const char *text, struct config_web *out)
{
	const char *colon = strrchr(text, ':');
	char host[INET6_ADDRSTRLEN] = "127.0.0.1";
	bool v6 = text[0] == '[';
	const char *begin = v6 ? text + 1 : text;
	const char *end = v6 && colon ? colon - 1 : colon;
	uint32_t port;

	if (!parse__u32(colon ? colon + 1 : text, 1, UINT16_MAX, &port))
		return false;
	if (colon) {
		if (end < begin || (size_t)(end - begin) >= sizeof(host) || (v6 && *end != ']'))
			return false;
		memcpy(host, begin, (size_t)(end - begin));
		host[end - begin] = '\0';
	}
	return v6 ? read_v6(host, (uint16_t)port, out) : read_v4(host, (uint16_t)port, out);
}

bool config_web__same(const struct config_web *a, const struct config_web *b)
{
	return !a->line == !b->line && (!a->line || strcmp(a->text, b->text) == 0);
}

bool config_reader__web(const struct config_reader *reader)
{
	const struct config_where where = { "web", CONFIG_NO_INDEX, NULL };
	struct config_web *out = &reader->out->web;
	const char *given = reader->raw->web;

	if (!given)
		return true;
	if (!config_web__parse(given, out))
		return config_reader__fail(reader, &where,
					   "\"%s\"; legal: ADDRESS:PORT such as 127.0.0.1:8067, "
					   "\"[ADDRESS]:PORT\" for IPv6, or PORT alone for "
					   "127.0.0.1; ports 1 to 65535",
					   config_shown(given).text);
	out->line = config_reader__line(reader, &where);
	return true;
}
