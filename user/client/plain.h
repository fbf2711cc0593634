/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Text that came from machines, made fit for a terminal; numbers and times as people read them. */
#ifndef XDPXE_PLAIN_H
#define XDPXE_PLAIN_H

#include <stddef.h>
#include <stdint.h>

#define PLAIN_NUMBER 32
#define PLAIN_TIME 32

/**
 * plain__clean() - copy @from to @to, as much as fits into @size bytes, cut between characters
 * What could drive a terminal or deceive its reader becomes '?': control characters (C0, DEL, C1), what is no UTF-8,
 * characters that have no width or turn the direction of a line.
 * Return: @to
 */
char *plain__clean(char *to, size_t size, const char *from);

/** plain__thousands() - "1,204" */
const char *plain__thousands(char text[PLAIN_NUMBER], uint64_t number);

/** plain__time() - "14:30:05.123" local time; "2026-11-22 14:30:05.123" when that is another day than @now_ms. Unix time in ms */
const char *plain__time(char text[PLAIN_TIME], int64_t time_ms, int64_t now_ms);

/** plain__date() - "2026-11-22 14:30:05", local time */
const char *plain__date(char text[PLAIN_TIME], int64_t time_ms);

/** plain__gap() - "0.002s", "12.3s", then as table__duration(): time between two steps */
const char *plain__gap(char text[PLAIN_TIME], int64_t ms);

/** plain__now() - Unix time in milliseconds */
int64_t plain__now(void);

#endif
