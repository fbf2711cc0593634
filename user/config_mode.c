// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// `mode:` and `authoritative:`: what this server is to its networks.
#include <string.h>

#include "config_reader.h"
#include "parse.h"

bool config_reader__mode(const struct config_reader *reader)
{
	static const char *const names[] = {
		[CONFIG_MODE_SERVER] = "server",
		[CONFIG_MODE_PROXY] = "proxy",
		[CONFIG_MODE_TFTP] = "tftp",
	};
	const struct config_where where = { "mode", CONFIG_NO_INDEX, NULL };
	const char *mode = reader->raw->mode;
	size_t i;

	for (i = 0; mode && i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(mode, names[i]))
			continue;
		reader->out->mode = (enum config_mode)i;
		return true;
	}
	return !mode || config_reader__fail(reader, &where, "\"%s\"; legal: server, proxy, tftp",
					    config_shown(mode).text);
}

/* yes or no, left as it is when not @given. */
static bool read_authoritative(const struct config_reader *reader, const struct config_where *where,
			       const char *given, bool *out)
{
	if (!given)
		return true;
	if (!parse__bool(given, out))
		return config_reader__fail(reader, where, "\"%s\"; legal: yes, no, true, false",
					   config_shown(given).text);
	if (*out && reader->out->mode == CONFIG_MODE_PROXY)
		return config_reader__fail(reader, where,
					   "\"%s\" with mode proxy, where another server gives "
					   "the addresses; legal: no",
					   config_shown(given).text);
	return true;
}

bool config_reader__authoritative(const struct config_reader *reader, size_t i)
{
	const struct config_where top = { "authoritative", CONFIG_NO_INDEX, NULL };
	const struct config_where own = { "networks", i, "authoritative" };
	bool *out = &reader->out->networks[i].authoritative;

	return read_authoritative(reader, &top, reader->raw->authoritative, out) &&
	       read_authoritative(reader, &own, reader->raw->networks[i].authoritative, out);
}

bool config_reader__check_proxy(const struct config_reader *reader)
{
	const struct config *config = reader->out;
	size_t i;

	if (config->mode != CONFIG_MODE_PROXY)
		return true;
	for (i = 0; i < config->network_count; i++)
		if (config->networks[i].pool_count)
			return config_reader__fail(reader,
						   &(struct config_where){ "networks", i, "pool" },
						   "given, but with mode proxy another server "
						   "gives the addresses; legal: none, or mode "
						   "server");
	for (i = 0; i < config->host_count; i++)
		if (config->hosts[i].ip)
			return config_reader__fail(
				reader, &(struct config_where){ "hosts", i, "ip" },
				"given, but with mode proxy another server gives the addresses; "
				"legal: none, or mode server");
	return true;
}
