// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The boot instructions of a configuration, each once.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_boot.h"
#include "plan_file.h"
#include "plan_priv.h"

#define BUCKETS (4 * XDPXE_BOOTS_MAX)

/*
 * A hash table with linear probing over the boots that there are: hosts may name the same few
 * thousands of times.
 */
struct maker {
	struct plan *plan;
	struct config_error *err;
	uint16_t buckets[BUCKETS]; /* index of boot + 1 */
};

/* Where in the file a boot instruction stands. */
struct origin {
	const char *key;
	unsigned int line;
};

/* FNV-1a */
static uint32_t hash_source(const struct plan_source *source)
{
	uint32_t hash = 2166136261u ^ source->kind;
	const char *c;

	for (c = source->text; *c; c++)
		hash = (hash ^ (uint8_t)*c) * 16777619u;
	return hash;
}

/* The bucket of an equal source, or the empty one where it belongs. */
static uint16_t *find_bucket(struct maker *maker, const struct plan_source *source)
{
	uint32_t at = hash_source(source) % BUCKETS;

	for (;; at = (at + 1) % BUCKETS) {
		const struct plan_source *other;

		if (!maker->buckets[at])
			return &maker->buckets[at];
		other = &maker->plan->sources[maker->buckets[at] - 1];
		if (other->kind == source->kind && !strcmp(other->text, source->text))
			return &maker->buckets[at];
	}
}

static bool check_reply(const struct maker *maker, const struct xdpxe_boot *boot, const char *text,
			const struct origin *origin)
{
	size_t len = plan_boot__reply_len(maker->plan, boot);

	if (len <= PLAN_REPLY_MAX)
		return true;
	config__error(maker->err, maker->plan->config->path, origin->line,
		      "%s: \"%s\" makes DHCP replies of %zu bytes; "
		      "legal: at most %d, so shorten it by %zu or give fewer dns",
		      origin->key, text, len, PLAN_REPLY_MAX, len - PLAN_REPLY_MAX);
	return false;
}

/*
 * The index of the boot made of @kind and @text, made when there is none. NULL text: *@index stays.
 */
static bool get_boot(struct maker *maker, enum plan_boot_kind kind, const char *text,
		     const struct origin *origin, uint16_t *index)
{
	const struct plan_source source = { kind, text };
	struct plan *plan = maker->plan;
	uint64_t size = 0;
	uint16_t *bucket;

	if (!text)
		return true;
	bucket = find_bucket(maker, &source);
	if (!*bucket) {
		struct xdpxe_boot *boot = &plan->boots[plan->boot_count];

		if (plan->boot_count == XDPXE_BOOTS_MAX) {
			config__error(maker->err, plan->config->path, origin->line,
				      "%s: \"%s\" is one boot "
				      "instruction too many; legal: %d different ones",
				      origin->key, text, XDPXE_BOOTS_MAX);
			return false;
		}
		if (!boot__is_url(text) &&
		    !plan_file__require(plan->config, origin->key, origin->line, text, &size,
					maker->err))
			return false;
		plan_boot__make(boot, kind, text, size);
		if (!check_reply(maker, boot, text, origin))
			return false;
		plan->sources[plan->boot_count++] = source;
		*bucket = (uint16_t)plan->boot_count;
	}
	*index = (uint16_t)(*bucket - 1);
	return true;
}

static enum plan_boot_kind ipxe_kind(const struct maker *maker)
{
	return maker->plan->config->mode == CONFIG_MODE_PROXY ? PLAN_BOOT_IPXE_PROXY
							      : PLAN_BOOT_IPXE;
}

static bool fill_networks(struct maker *maker)
{
	struct plan *plan = maker->plan;
	const struct config *config = plan->config;
	uint16_t ipxe = XDPXE_NONE, arches[XDPXE_ARCHES];
	size_t code, i;

	for (code = 0; code < XDPXE_ARCHES; code++) {
		const struct config_arch *arch = config_arch__get(code);
		char key[64];

		arches[code] = XDPXE_NONE;
		snprintf(key, sizeof(key), "boot.%s", arch ? arch->name : "");
		if (arch &&
		    !get_boot(maker, arch->http ? PLAN_BOOT_HTTP : PLAN_BOOT_TFTP,
			      config->boot[code], &(struct origin){ key, config->boot_line[code] },
			      &arches[code]))
			return false;
	}
	if (!get_boot(maker, ipxe_kind(maker), config->boot_ipxe,
		      &(struct origin){ "boot.ipxe", config->boot_ipxe_line }, &ipxe))
		return false;
	for (i = 0; i < plan->network_count; i++) {
		memcpy(plan->networks[i].wire.boot_arch, arches, sizeof(arches));
		plan->networks[i].wire.boot_ipxe = ipxe;
	}
	return true;
}

static bool fill_host(struct maker *maker, size_t i)
{
	const struct config_host *config = &maker->plan->config->hosts[i];
	struct xdpxe_host *host = &maker->plan->hosts[i].host;
	enum plan_boot_kind kind =
		config->boot && boot__is_http(config->boot) ? PLAN_BOOT_HTTP : PLAN_BOOT_TFTP;
	struct origin origin = { .line = config->line };
	char key[64];

	origin.key = key;
	snprintf(key, sizeof(key), "hosts[%zu].boot", i);
	if (!get_boot(maker, kind, config->boot, &origin, &host->boot))
		return false;
	snprintf(key, sizeof(key), "hosts[%zu].ipxe", i);
	return get_boot(maker, ipxe_kind(maker), config->ipxe, &origin, &host->boot_ipxe);
}

bool plan_boots__fill(struct plan *plan, struct config_error *err)
{
	struct maker *maker = calloc(1, sizeof(*maker));
	bool good = maker != NULL;
	size_t i;

	plan->boots = calloc(XDPXE_BOOTS_MAX, sizeof(*plan->boots));
	plan->sources = calloc(XDPXE_BOOTS_MAX, sizeof(*plan->sources));
	if (!maker || !plan->boots || !plan->sources) {
		config__error(err, plan->config->path, 0, "out of memory");
		free(maker);
		return false;
	}
	maker->plan = plan;
	maker->err = err;
	good = fill_networks(maker);
	for (i = 0; good && i < plan->host_count; i++)
		good = fill_host(maker, i);
	free(maker);
	return good;
}

/* A reply that the size would make too long goes without it. */
static void make_again(const struct plan *plan, struct xdpxe_boot *boot,
		       const struct plan_source *source, uint64_t size)
{
	plan_boot__make(boot, source->kind, source->text, size);
	if (plan_boot__reply_len(plan, boot) > PLAN_REPLY_MAX)
		plan_boot__make(boot, source->kind, source->text, UINT64_MAX);
}

bool plan__refresh_sizes(struct plan *plan, plan_size_fn size_of, void *context)
{
	bool changed = false;
	size_t i;

	for (i = 0; i < plan->boot_count; i++) {
		const struct plan_source *source = &plan->sources[i];
		struct xdpxe_boot fresh;
		uint64_t size;

		if (source->kind != PLAN_BOOT_TFTP || !size_of(source->text, &size, context))
			continue;
		make_again(plan, &fresh, source, size);
		changed = changed || memcmp(&fresh, &plan->boots[i], sizeof(fresh));
		plan->boots[i] = fresh;
	}
	return changed;
}

bool plan_aliases__check(const struct plan *plan, struct config_error *err)
{
	struct config files_only = *plan->config; /* an alias is no file for another */
	uint64_t size;
	char key[64];
	size_t i;

	files_only.alias_count = 0;
	for (i = 0; i < plan->config->alias_count; i++) {
		const struct config_alias *alias = &plan->config->aliases[i];

		snprintf(key, sizeof(key), "tftp.aliases[%zu].file", i);
		if (!plan_file__require(&files_only, key, alias->line, alias->file, &size, err))
			return false;
	}
	return true;
}
