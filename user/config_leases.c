// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// `leases:`: where they are kept.
#include <stdio.h>
#include <string.h>

#include "config_reader.h"

#define DATABASE_DEFAULT "/var/lib/xdpxe/leases.db"
#define DATABASE_NONE "none"
#define DATABASE_MAX 255 /* bytes that `lease_store` has room for */

/* A relative path counts from the folder of the configuration file. */
static bool read_path(const struct config_reader *reader, const char *given)
{
	const char *path = reader->out->path, *slash = strrchr(path, '/');
	size_t size = strlen(path) + strlen(given) + 2;

	if (given[0] == '/' || !slash)
		return config_reader__text(reader, given, &reader->out->lease_database);
	if (!config_reader__array(reader, size, 1, &reader->out->lease_database))
		return false;
	snprintf(reader->out->lease_database, size, "%.*s/%s", (int)(slash - path), path, given);
	return true;
}

bool config_reader__leases(const struct config_reader *reader)
{
	const struct config_where where = { "leases", CONFIG_NO_INDEX, "database" };
	const char *given = reader->raw->leases.database;

	/* Who gives no addresses keeps none. */
	if (reader->out->mode != CONFIG_MODE_SERVER)
		return true;
	if (given && strcmp(given, DATABASE_NONE) == 0)
		return true;
	if (!read_path(reader, given ? given : DATABASE_DEFAULT))
		return false;
	if (given && (!given[0] || given[strlen(given) - 1] == '/' ||
		      strlen(reader->out->lease_database) > DATABASE_MAX))
		return config_reader__fail(reader, &where,
					   "\"%s\"; legal: the path of a file, up to %d bytes, or "
					   "none",
					   config_shown(given).text, DATABASE_MAX);
	return true;
}
