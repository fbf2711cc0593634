// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The boot instructions of a configuration, each once.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_boot.h"
#include "config_hosts.h"
#include "plan_file.h"
#include "plan_priv.h"

#define BOOTS_FIRST 64 /* room for so many to begin with */

/*
 * A hash table with linear probing over the boots that there are: hosts may name the same few
 * thousands of times, or each one of its own.
 */
struct maker {
	struct plan *plan;
	struct config_error *err;
	size_t room;	   /* of plan->boots */
	uint32_t *buckets; /* index of boot, from 1 */
	uint32_t mask;	   /* their count, a power of two, less 1 */
	size_t longest; /* bytes of the longest reply without a boot, or with an architecture's */
};

static bool fail_memory(const struct maker *maker)
{
	config__error(maker->err, maker->plan->config->path, 0, "out of memory");
	return false;
}

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
static uint32_t *find_bucket(struct maker *maker, const struct plan_source *source)
{
	uint32_t at = hash_source(source) & maker->mask;

	for (;; at = (at + 1) & maker->mask) {
		const struct plan_source *other;

		if (!maker->buckets[at])
			return &maker->buckets[at];
		other = &maker->plan->sources[maker->buckets[at] - 1];
		if (other->kind == source->kind && other->options == source->options &&
		    !strcmp(other->text, source->text))
			return &maker->buckets[at];
	}
}

/* @more: bytes of options beside the network's and the boot's */
static bool check_reply(const struct maker *maker, size_t len, size_t more, const char *text,
			const struct plan_origin *origin)
{
	len += more;
	if (len <= PLAN_REPLY_MAX)
		return true;
	config__error(maker->err, origin->path, origin->line,
		      "%s: \"%s\" makes DHCP replies of %zu bytes; "
		      "legal: at most %d, so shorten it by %zu or give fewer %s",
		      origin->key, text, len, PLAN_REPLY_MAX, len - PLAN_REPLY_MAX,
		      more ? "options" : "dns");
	return false;
}

static bool make_room(struct maker *maker)
{
	size_t room = maker->room ? 2 * maker->room : BOOTS_FIRST;
	struct plan *plan = maker->plan;
	struct xdpxe_boot *boots;
	struct plan_source *sources;

	if (plan->boot_count < maker->room)
		return true;
	boots = realloc(plan->boots, room * sizeof(*boots));
	if (boots)
		plan->boots = boots;
	sources = realloc(plan->sources, room * sizeof(*sources));
	if (sources)
		plan->sources = sources;
	maker->room = room;
	return (boots && sources) || fail_memory(maker);
}

/* One more boot instruction. */
static bool add_boot(struct maker *maker, const struct plan_source *source,
		     const struct plan_origin *origin)
{
	struct plan *plan = maker->plan;
	struct xdpxe_boot *boot;
	uint64_t size = 0;
	size_t len;

	if (!make_room(maker))
		return false;
	boot = &plan->boots[plan->boot_count];
	if (!boot__is_url(source->text) &&
	    !plan_file__require(plan->config, origin, source->text, &size, maker->err))
		return false;
	plan_boot__make(boot, source->kind, source->text, size);
	len = plan_boot__reply_len(plan, boot);
	if (source->options && !plan_boot__add(boot, source->options))
		return check_reply(maker, len, source->options->len, source->text, origin);
	if (!check_reply(maker, plan_boot__reply_len(plan, boot), 0, source->text, origin))
		return false;
	plan->sources[plan->boot_count++] = *source;
	return true;
}

static enum plan_boot_kind ipxe_kind(const struct maker *maker)
{
	return maker->plan->config->mode == CONFIG_MODE_PROXY ? PLAN_BOOT_IPXE_PROXY
							      : PLAN_BOOT_IPXE;
}

/*
 * The number of the boot made of @source, from 1, made when there is none. Without a text *@number
 * stays.
 */
static bool get_boot(struct maker *maker, const struct plan_source *source,
		     const struct plan_origin *origin, __u64 *number)
{
	uint32_t *bucket;

	if (!source->text)
		return true;
	bucket = find_bucket(maker, source);
	if (!*bucket) {
		if (!add_boot(maker, source, origin))
			return false;
		*bucket = (uint32_t)maker->plan->boot_count;
	}
	*number = *bucket;
	return true;
}

static const struct config_options *some(const struct config_options *options)
{
	return options->len ? options : NULL;
}

/* Options of a name stand at the first code that has it. */
static const struct config_options *options_of(const struct config *config, const char *name)
{
	uint64_t codes = config_arch__codes(name);

	return some(&config->boot_options[__builtin_ctzll(codes)]);
}

static bool fill_networks(struct maker *maker)
{
	struct plan *plan = maker->plan;
	const struct config *config = plan->config;
	const struct plan_source ipxe_source = { ipxe_kind(maker), config->boot_ipxe,
						 some(&config->ipxe_options) };
	__u64 ipxe = XDPXE_BOOT_NONE, arches[XDPXE_ARCHES] = { 0 };
	size_t code, i;

	for (code = 0; code < XDPXE_ARCHES; code++) {
		const struct config_arch *arch = config_arch__get(code);
		struct plan_source source;
		char key[64];

		if (!arch)
			continue;
		snprintf(key, sizeof(key), "boot.%s", arch->name);
		source = (struct plan_source){ arch->http ? PLAN_BOOT_HTTP : PLAN_BOOT_TFTP,
					       config->boot[code], options_of(config, arch->name) };
		if (!get_boot(maker, &source,
			      &(struct plan_origin){ config->path, key, config->boot_line[code] },
			      &arches[code]))
			return false;
	}
	if (!get_boot(maker, &ipxe_source,
		      &(struct plan_origin){ config->path, "boot.ipxe", config->boot_ipxe_line },
		      &ipxe))
		return false;
	for (i = 0; i < plan->network_count; i++) {
		memcpy(plan->networks[i].wire.boot_arch, arches, sizeof(arches));
		plan->networks[i].wire.boot_ipxe = ipxe;
	}
	return true;
}

/* Whatever a machine boots, its own options fit beside it. */
static bool check_host(const struct maker *maker, const struct config_host *config,
		       const struct xdpxe_host *host)
{
	const __u64 own[] = { host->boot, host->boot_ipxe };
	const struct config *all = maker->plan->config;
	size_t longest = maker->longest, i;
	struct plan_origin origin = { config_host__path(all, config), NULL, config->line };
	struct config_host_key key = config_host__key(all, config, "options");

	if (!host->options_len)
		return true;
	for (i = 0; i < 2; i++) {
		size_t len =
			own[i] ? plan_boot__reply_len(maker->plan, &maker->plan->boots[own[i] - 1])
			       : 0;

		longest = len > longest ? len : longest;
	}
	origin.key = key.text;
	return check_reply(maker, longest, host->options_len,
			   config->hostname ? config->hostname : "", &origin);
}

static bool fill_host(struct maker *maker, size_t i)
{
	const struct config *all = maker->plan->config;
	const struct config_host *config = &all->hosts[i];
	struct xdpxe_host *host = &maker->plan->hosts[i].host;
	const struct plan_source boot = { config->boot && boot__is_http(config->boot)
						  ? PLAN_BOOT_HTTP
						  : PLAN_BOOT_TFTP,
					  config->boot, NULL };
	const struct plan_source ipxe = { ipxe_kind(maker), config->ipxe,
					  some(&all->ipxe_options) };
	struct plan_origin origin = { config_host__path(all, config), NULL, config->line };
	struct config_host_key key = config_host__key(all, config, "boot");

	origin.key = key.text;
	if (!get_boot(maker, &boot, &origin, &host->boot))
		return false;
	key = config_host__key(all, config, "ipxe");
	return get_boot(maker, &ipxe, &origin, &host->boot_ipxe) && check_host(maker, config, host);
}

/* Twice as many buckets as there can be boots. */
static bool make_buckets(struct maker *maker)
{
	size_t most = XDPXE_ARCHES + 1 + 2 * maker->plan->host_count, count = 256;

	while (count < 2 * most)
		count *= 2;
	maker->buckets = calloc(count, sizeof(*maker->buckets));
	maker->mask = (uint32_t)count - 1;
	return maker->buckets || fail_memory(maker);
}

static void note_longest(struct maker *maker)
{
	static const struct xdpxe_boot none;
	size_t i;

	maker->longest = plan_boot__reply_len(maker->plan, &none);
	for (i = 0; i < maker->plan->boot_count; i++) {
		size_t len = plan_boot__reply_len(maker->plan, &maker->plan->boots[i]);

		maker->longest = len > maker->longest ? len : maker->longest;
	}
}

bool plan_boots__fill(struct plan *plan, struct config_error *err)
{
	struct maker maker = { .plan = plan, .err = err };
	bool good = make_buckets(&maker) && make_room(&maker) && fill_networks(&maker);
	size_t i;

	note_longest(&maker);
	for (i = 0; good && i < plan->host_count; i++)
		good = fill_host(&maker, i);
	free(maker.buckets);
	return good;
}
