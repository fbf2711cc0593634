// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Rules about who can see the machines.
#include "lint_priv.h"

static bool is_open_to_others(const struct plan *plan, size_t index, struct lint_place *place)
{
	const struct config_web *web = &plan->config->web;

	(void)index;
	place->given = web->text;
	return web->line && !web->loopback;
}

const struct lint_rule lint_web_rules[] = {
	{ LINT_WARNING, is_open_to_others, "is not an address of this machine alone",
	  "anyone who reaches it can see all machines, what they boot, and their addresses; there "
	  "is no password",
	  "127.0.0.1:8067, with a web server of yours in front of it for others" },
	{ 0 },
};
