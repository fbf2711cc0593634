// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// `telemetry:`: whether it is followed what machines do.
#include "config_reader.h"
#include "parse.h"

bool config_reader__telemetry(const struct config_reader *reader)
{
	const struct config_where where = { "telemetry", CONFIG_NO_INDEX, NULL };
	const char *given = reader->raw->telemetry;

	reader->out->telemetry = true;
	if (!given || parse__bool(given, &reader->out->telemetry))
		return true;
	return config_reader__fail(reader, &where, "\"%s\"; legal: yes, no",
				   config_shown(given).text);
}
