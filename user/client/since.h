/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A time in the past, as people type it. */
#ifndef XDPXE_SINCE_H
#define XDPXE_SINCE_H

#include <stdbool.h>
#include <stdint.h>

/**
 * since__parse() - "10m", "2h" ago; "14:30", "14:30:05" today, or yesterday when that is still to come; "2026-11-22",
 * "2026-11-22T14:30", "2026-11-22 14:30:05": local time, or with Z or +01:00 behind it
 * @now_ms: @out: Unix time in milliseconds
 * Return: it is one of these, and not to come
 */
bool since__parse(const char *text, int64_t now_ms, int64_t *out);

#endif
