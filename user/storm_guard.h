/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A storm on the interface through which this host is reached would be a bad idea. */
#ifndef XDPXE_STORM_GUARD_H
#define XDPXE_STORM_GUARD_H

#include <stdbool.h>
#include <stdio.h>

/** storm_guard__default_route() - does @interface carry a default route, IPv4 or IPv6, of this network namespace? */
bool storm_guard__default_route(const char *interface);

/** storm_guard__in_ipv4() - is it in @table, a /proc/net/route */
bool storm_guard__in_ipv4(FILE *table, const char *interface);

/** storm_guard__in_ipv6() - is it in @table, a /proc/net/ipv6_route */
bool storm_guard__in_ipv6(FILE *table, const char *interface);

#endif
