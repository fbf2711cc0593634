// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <inttypes.h>
#include <string.h>

#include "check.h"
#include "config_boot.h"
#include "plan_file.h"

static bool is_first_of_name(size_t code, const char *name)
{
	return !(config_arch__codes(name) & ((1ULL << code) - 1));
}

static void print_rollover(uint64_t codes, FILE *out)
{
	const char *before = "";
	size_t code;

	fprintf(out, "block after 65535: 0");
	for (code = 0; code < XDPXE_ARCHES; code++) {
		const struct config_arch *arch = config_arch__get(code);

		if (!(codes >> code & 1) || !arch || !is_first_of_name(code, arch->name))
			continue;
		fprintf(out, "%s%s", before[0] ? before : "; 1 for ", arch->name);
		before = ", ";
	}
	fprintf(out, "\n");
}

static void print_alias(const struct config *config, const struct config_alias *alias, FILE *out)
{
	uint64_t size = 0, own;
	bool shadowed = !plan_file__check(config->tftp_root, alias->name, &own);

	plan_file__check(config->tftp_root, alias->file, &size);
	fprintf(out, "%-40s  %12" PRIu64 "  %s%s\n", alias->name, size, alias->file,
		shadowed ? "  (not used: a file of that name is in the root)" : "");
}

void check__print_tftp(const struct plan *plan, const struct check_files *files, FILE *out)
{
	const struct config *config = plan->config;
	char bytes[32], cache[32];
	size_t i;

	fprintf(out, "tftp root: %s: %zu files, %s, in a cache of %s; %zu files beyond it\n",
		config->tftp_root ? config->tftp_root : "none", files->files,
		check__bytes(files->bytes, bytes), check__bytes(config->cache_bytes, cache),
		files->beyond);
	fprintf(out, "window: at most %u blocks for one ACK; ", config->window);
	print_rollover(config->rollover_one, out);
	if (config->alias_count)
		fprintf(out, "\n%-40s  %12s  %s\n", "ALIAS", "BYTES", "FILE");
	for (i = 0; i < config->alias_count; i++)
		print_alias(config, &config->aliases[i], out);
	fprintf(out, "\n");
}
