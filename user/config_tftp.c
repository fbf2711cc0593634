// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// `tftp:`: where files are, under which other names, and how transfers go.
#include <string.h>

#include "config_reader.h"
#include "parse.h"

#define CACHE_DEFAULT (256ULL << 20)
#define CACHE_MIN (1ULL << 20)
#define CACHE_MAX (64ULL << 30)

static bool read_where(const struct config_reader *reader)
{
	const struct config_where root = { "tftp", CONFIG_NO_INDEX, "root" };
	const char *given = reader->raw->tftp.root;

	reader->out->tftp_root_line = config_doc__line(reader->doc, &root);
	if (given)
		return config_reader__path(reader, given, &reader->out->tftp_root);
	if (reader->out->mode == CONFIG_MODE_TFTP)
		return config_reader__fail(reader, &root,
					   "missing; legal: a folder; mode tftp serves its files");
	return true;
}

static bool read_bounds(const struct config_reader *reader)
{
	const struct config_where cache = { "tftp", CONFIG_NO_INDEX, "cache" };
	const struct config_where window = { "tftp", CONFIG_NO_INDEX, "window" };
	const struct raw_tftp *raw = &reader->raw->tftp;
	struct config *out = reader->out;
	uint32_t blocks = XDPXE_WINDOW_MAX;

	out->cache_bytes = CACHE_DEFAULT;
	if (raw->cache && (!parse__bytes(raw->cache, &out->cache_bytes) ||
			   out->cache_bytes < CACHE_MIN || out->cache_bytes > CACHE_MAX))
		return config_reader__fail(reader, &cache,
					   "\"%s\"; legal: 1MiB to 64GiB, in KiB, MiB or GiB",
					   config_shown(raw->cache).text);
	if (raw->window && !parse__u32(raw->window, 1, XDPXE_WINDOW_MAX, &blocks))
		return config_reader__fail(reader, &window, "\"%s\"; legal: 1 to %d blocks",
					   config_shown(raw->window).text, XDPXE_WINDOW_MAX);
	out->window = (uint8_t)blocks;
	return true;
}

static bool check_unique_name(const struct config_reader *reader, const struct config_where *where)
{
	const struct config_alias *aliases = reader->out->aliases;
	size_t i;

	for (i = 0; i < where->index; i++)
		if (!strcmp(aliases[i].name, aliases[where->index].name))
			return config_reader__fail(reader, where,
						   "\"%s\" again, first in tftp.aliases[%zu] "
						   "(line %u); legal: each name once",
						   aliases[i].name, i, aliases[i].line);
	return true;
}

static bool read_alias(const struct config_reader *reader, size_t i)
{
	const struct config_where all = { "tftp.aliases", i, NULL };
	const struct config_where name = { "tftp.aliases", i, "name" };
	const struct config_where file = { "tftp.aliases", i, "file" };
	const struct raw_alias *raw = &reader->raw->tftp.aliases[i];
	struct config_alias *alias = &reader->out->aliases[i];

	alias->line = config_doc__line(reader->doc, &all);
	if (!raw->name || !raw->file)
		return config_reader__fail(reader, raw->name ? &file : &name,
					   "missing; legal: a file name under tftp.root");
	if (!config_reader__first_stage(reader, &name, raw->name, false, &alias->name) ||
	    !config_reader__first_stage(reader, &file, raw->file, false, &alias->file))
		return false;
	if (!strcmp(alias->name, alias->file))
		return config_reader__fail(reader, &file,
					   "\"%s\" is the alias itself; legal: another file",
					   alias->file);
	return check_unique_name(reader, &name);
}

static bool read_aliases(const struct config_reader *reader)
{
	const struct config_where where = { "tftp", CONFIG_NO_INDEX, "aliases" };
	size_t count = reader->raw->tftp.aliases_count, i;
	struct config *out = reader->out;

	if (count && !out->tftp_root)
		return config_reader__fail(reader, &where,
					   "%zu of them but no tftp.root; legal: with the folder "
					   "the files are in",
					   count);
	if (!config_reader__array(reader, count, sizeof(*out->aliases), &out->aliases))
		return false;
	out->alias_count = count;
	for (i = 0; i < count; i++)
		if (!read_alias(reader, i))
			return false;
	return true;
}

bool config_reader__fail_arch(const struct config_reader *reader, const struct config_where *where,
			      const char *given)
{
	char names[sizeof(reader->err->text)] = "";
	size_t code, len = 0;

	for (code = 0; code < XDPXE_ARCHES; code++) {
		const struct config_arch *arch = config_arch__get(code);

		if (!arch || config_arch__codes(arch->name) & ((1ULL << code) - 1))
			continue;
		snprintf(names + len, sizeof(names) - len, "%s%s", len ? ", " : "", arch->name);
		len = strlen(names);
	}
	return config_reader__fail(reader, where, "\"%s\"; legal: %s", config_shown(given).text,
				   names);
}

static bool read_rollover(const struct config_reader *reader)
{
	const struct raw_tftp *raw = &reader->raw->tftp;
	size_t i;

	for (i = 0; i < raw->rollover_one_count; i++) {
		const struct config_where where = { "tftp.rollover-one", i, NULL };
		const char *given = raw->rollover_one[i];
		uint64_t codes = config_arch__codes(given);

		if (!codes)
			return config_reader__fail_arch(reader, &where, given);
		if (reader->out->rollover_one & codes)
			return config_reader__fail(reader, &where, "\"%s\" again; legal: each once",
						   given);
		reader->out->rollover_one |= codes;
	}
	return true;
}

bool config_reader__tftp(const struct config_reader *reader)
{
	return read_bounds(reader) && read_where(reader) && read_aliases(reader) &&
	       read_rollover(reader);
}
