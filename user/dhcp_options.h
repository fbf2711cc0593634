/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A writer of DHCP options (RFC 2132 section 2: code, length, bytes) into a buffer of fixed size.
 * An option that does not fit, or is longer than 255 bytes, is left out whole and @overflow set, so
 * that a caller may look once at the end.
 */
#ifndef XDPXE_DHCP_OPTIONS_H
#define XDPXE_DHCP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dhcp_options {
	uint8_t *data;
	size_t size, len;
	bool overflow;
};

/** dhcp_options__init() - begin in @data of @size bytes, which keep what is not written */
void dhcp_options__init(struct dhcp_options *options, uint8_t *data, size_t size);

void dhcp_options__add(struct dhcp_options *options, uint8_t code, const void *data, size_t len);

/** dhcp_options__add_u16() - host byte order in, network byte order out */
void dhcp_options__add_u16(struct dhcp_options *options, uint8_t code, uint16_t value);

/** dhcp_options__add_u32() - a number, or an address in host byte order */
void dhcp_options__add_u32(struct dhcp_options *options, uint8_t code, uint32_t value);

/**
 * dhcp_options__add_addresses() - a list of addresses in host byte order; nothing at all for an
 * empty one
 */
void dhcp_options__add_addresses(struct dhcp_options *options, uint8_t code,
				 const uint32_t *addresses, size_t count);

/** dhcp_options__add_text() - text without its NUL */
void dhcp_options__add_text(struct dhcp_options *options, uint8_t code, const char *text);

/**
 * dhcp_options__add_text_nul() - text with its NUL, which counts: for boot ROMs that read on to the
 * next one
 */
void dhcp_options__add_text_nul(struct dhcp_options *options, uint8_t code, const char *text);

#endif
