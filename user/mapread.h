/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Reading whole maps that the kernel program changes meanwhile. */
#ifndef XDPXE_MAPREAD_H
#define XDPXE_MAPREAD_H

#include <stdint.h>

/** An entry of a map. Return: 0 to go on; negative errno ends the reading. */
typedef int (*mapread_fn)(const void *key, const void *value, void *context);

/**
 * mapread__each() - call @fn for every entry of a hash, array or map-in-map
 *
 * Entries that come or go meanwhile may be missed or seen; one that stays is seen once. The loop ends even if entries
 * come faster than they are read. @fn may not change the map. A per-CPU map is refused with -EINVAL.
 *
 * Return: 0; what @fn returned; negative errno.
 */
int mapread__each(int fd, mapread_fn fn, void *context);

/** mapread__count() - how many entries a map has. Return: count, or negative errno */
int64_t mapread__count(int fd);

/** mapread__now_ns() - CLOCK_MONOTONIC, the clock of every time in the maps but those of leases */
uint64_t mapread__now_ns(void);

/** mapread__now_s() - the clock of leases, lease_clock__now_s() */
uint32_t mapread__now_s(void);

#endif
