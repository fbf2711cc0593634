/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* `web:`: where HTTP is answered over TCP. */
#ifndef XDPXE_CONFIG_WEB_H
#define XDPXE_CONFIG_WEB_H

#include <netinet/in.h>
#include <stdbool.h>

/**
 * struct config_web - an address to listen on; in network byte order, as the kernel wants it
 * @line: of the file; 0: none is given, nothing of the rest means anything
 * @loopback: only this machine reaches it
 * @text: as people write it, "127.0.0.1:8067", "[::1]:8067"
 */
struct config_web {
	unsigned int line;
	bool loopback;
	socklen_t len;
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} address;
	char text[INET6_ADDRSTRLEN + 8];
};

/** config_web__parse() - "ADDRESS:PORT", "[ADDRESS]:PORT", or "PORT" for loopback. Return: it is one; @out->line is left */
bool config_web__parse(const char *text, struct config_web *out);

/** config_web__same() - do both name the same address, or none? */
bool config_web__same(const struct config_web *a, const struct config_web *b);

#endif
