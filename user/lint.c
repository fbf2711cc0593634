// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "lint_priv.h"

#include <stdio.h>

#include "config_boot.h"

/* Who walks the rules, and what for. */
struct walk {
	const struct plan *plan;
	enum lint_level level;
	struct config_error *err; /* of an error: the walk ends with it */
	lint_tell_fn tell;	  /* of warnings */
	void *context;
};

static void write_line(const struct walk *walk, const struct lint_rule *rule,
		       const struct lint_place *place, struct config_error *out)
{
	const char *quote = place->given ? "\"" : "";

	config__error(out, walk->plan->config->path, place->line, "%s: %s%s%s%s%s: %s; legal: %s",
		      place->key, quote, place->given ? place->given : "", quote,
		      place->given ? " " : "", rule->wrong, rule->breaks, rule->legal);
}

/* Return: false when an error was found */
static bool apply(const struct walk *walk, const struct lint_rule *rules, size_t index,
		  const struct lint_place *subject)
{
	const struct lint_rule *rule;
	struct config_error line;

	for (rule = rules; rule->finds; rule++) {
		struct lint_place place = *subject;

		if (rule->level != walk->level || !rule->finds(walk->plan, index, &place))
			continue;
		write_line(walk, rule, &place, walk->err ? walk->err : &line);
		if (walk->level == LINT_ERROR)
			return false;
		walk->tell(line.text, walk->context);
	}
	return true;
}

/* Codes that share a name are one subject: the first of them. */
static bool is_subject(const struct config *config, size_t code)
{
	const struct config_arch *arch = config_arch__get(code);

	return arch && config->boot[code] &&
	       !(config_arch__codes(arch->name) & ((1ULL << code) - 1));
}

static bool walk_rules(const struct walk *walk)
{
	const struct config *config = walk->plan->config;
	struct lint_place place = { .line = 0 };
	size_t i;

	snprintf(place.key, sizeof(place.key), "web");
	place.line = config->web.line;
	if (!apply(walk, lint_web_rules, 0, &place))
		return false;
	if (config->mode == CONFIG_MODE_TFTP)
		return true; /* nobody is told anything */
	for (i = 0; i < walk->plan->network_count; i++) {
		snprintf(place.key, sizeof(place.key), "networks[%zu]", i);
		place.line = config->networks[i].line;
		if (!apply(walk, lint_network_rules, i, &place))
			return false;
	}
	for (i = 0; i < XDPXE_ARCHES; i++) {
		if (!is_subject(config, i))
			continue;
		snprintf(place.key, sizeof(place.key), "boot.%s", config_arch__get(i)->name);
		place.line = config->boot_line[i];
		if (!apply(walk, lint_boot_rules, i, &place))
			return false;
	}
	return true;
}

bool lint__refuse(const struct plan *plan, struct config_error *err)
{
	return walk_rules(&(struct walk){ .plan = plan, .level = LINT_ERROR, .err = err });
}

void lint__warn(const struct plan *plan, lint_tell_fn tell, void *context)
{
	walk_rules(&(struct walk){
		.plan = plan, .level = LINT_WARNING, .tell = tell, .context = context });
}
