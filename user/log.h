/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Messages for people: stderr, with sd-daemon priorities when the journal reads it. */
#ifndef XDPXE_LOG_H
#define XDPXE_LOG_H

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

void log__set_level(enum log_level level);

/** log__print() - one line; "xdpxe: " goes before it */
void log__print(enum log_level level, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#define log_error(...) log__print(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warn(...) log__print(LOG_LEVEL_WARN, __VA_ARGS__)
#define log_info(...) log__print(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log__print(LOG_LEVEL_DEBUG, __VA_ARGS__)

#endif
