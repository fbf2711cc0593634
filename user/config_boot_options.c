// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// `boot-options:`: what machines of an architecture are told beside their boot file.
#include <stdio.h>

#include "config_options.h"

static bool read_list(const struct config_reader *reader, const char *name, const char *value,
		      const struct raw_options *raw, struct config_options *out)
{
	const struct config_where where = { "boot-options", CONFIG_NO_INDEX, name };
	char top[64];

	if (!raw->list_count)
		return true;
	if (!value)
		return config_reader__fail(
			reader, &where,
			"%u options but no boot.%s; legal: with the file they go "
			"with",
			raw->list_count, name);
	snprintf(top, sizeof(top), "boot-options.%s", name);
	return config_reader__options(reader, top, CONFIG_OPTIONS_BOOT, raw, out);
}

/* Codes that share a name: only the first has been read to. */
bool config_reader__boot_options(const struct config_reader *reader)
{
	const struct raw_boot_options *raw = &reader->raw->boot_options;
	struct config *out = reader->out;
	size_t code;

	for (code = 0; code < XDPXE_ARCHES; code++) {
		const struct config_arch *arch = config_arch__get(code);

		if (arch && !read_list(reader, arch->name, out->boot[code], &raw->arch[code],
				       &out->boot_options[code]))
			return false;
	}
	/* Reservations may have URLs of their own. */
	return read_list(reader, "ipxe", "", &raw->ipxe, &out->ipxe_options);
}
