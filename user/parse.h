/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Text to values. Every parser takes the whole text or nothing: no blanks, no signs, no trailing
 * characters, and writes its result only on success. These are the only number parsers of the tree.
 */
#ifndef XDPXE_PARSE_H
#define XDPXE_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * parse__u64() - decimal digits, no leading zero but in "0" itself. Return: it is one, and within
 * [@min, @max]
 */
bool parse__u64(const char *text, uint64_t min, uint64_t max, uint64_t *out);

/** parse__u32() - as parse__u64() */
bool parse__u32(const char *text, uint32_t min, uint32_t max, uint32_t *out);

/** parse__ipv4() - dotted quad, to host byte order */
bool parse__ipv4(const char *text, uint32_t *out);

/** parse__is_unicast() - a host's address, host byte order: no class D or E, no loopback, not 0.x */
bool parse__is_unicast(uint32_t address);

/**
 * parse__is_unicast() - is it the address of a host: no class D or E, no loopback, not 0.x? Host
 * byte order
 */
bool parse__is_unicast(uint32_t address);

/**
 * parse__cidr() - "10.77.0.0/16"
 * @address: host byte order, with the bits beyond the prefix as they were given
 * @prefix:  0 to 32
 */
bool parse__cidr(const char *text, uint32_t *address, unsigned int *prefix);

/**
 * parse__range() - "A-B" with A <= B, or a single address; blanks around each address are allowed
 */
bool parse__range(const char *text, uint32_t *first, uint32_t *last);

/** parse__mac() - six bytes in hexadecimal, two digits each, all separated by ':' or all by '-' */
bool parse__mac(const char *text, uint8_t out[6]);

/** parse__mac_prefix() - the first @bytes of an address, 3 to 6, written as by parse__mac(); the rest is 0 */
bool parse__mac_prefix(const char *text, uint8_t out[6], uint8_t *bytes);

/**
 * parse__seconds() - a number with s, m, h or d behind it, or plain seconds; at most UINT32_MAX
 * seconds
 */
bool parse__seconds(const char *text, uint32_t *out);

/** parse__milliseconds() - a number with ms or s behind it */
bool parse__milliseconds(const char *text, uint32_t *out);

/** parse__percent() - as parse__u32(), with % behind it */
bool parse__percent(const char *text, uint32_t min, uint32_t max, uint32_t *out);

/** parse__bytes() - a number with KiB, MiB or GiB behind it, or plain bytes */
bool parse__bytes(const char *text, uint64_t *out);

/** parse__bool() - true, yes, false, no */
bool parse__bool(const char *text, bool *out);

/**
 * parse__hostname() - labels of letters, digits and inner '-', with dots between; RFC 1123 section
 * 2.1
 */
bool parse__hostname(const char *text);

/**
 * parse__url() - printable ASCII that begins with one of @schemes ("http://"), NULL-terminated, and
 * has a host
 */
bool parse__url(const char *text, const char *const *schemes);

#endif
