// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <systemd/sd-daemon.h>

static enum log_level threshold = LOG_LEVEL_INFO;

void log__set_level(enum log_level level)
{
	threshold = level;
}

void log__print(enum log_level level, const char *format, ...)
{
	static const char *const priorities[] = {
		[LOG_LEVEL_ERROR] = SD_ERR,
		[LOG_LEVEL_WARN] = SD_WARNING,
		[LOG_LEVEL_INFO] = SD_INFO,
		[LOG_LEVEL_DEBUG] = SD_DEBUG,
	};
	char line[1024];
	va_list args;

	if (level > threshold)
		return;
	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	/* systemd sets JOURNAL_STREAM for a service whose stderr the journal reads. */
	fprintf(stderr, "%sxdpxe: %s\n", getenv("JOURNAL_STREAM") ? priorities[level] : "", line);
}
