/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The tables of rules, and what a rule is. */
#ifndef XDPXE_LINT_PRIV_H
#define XDPXE_LINT_PRIV_H

#include "lint.h"

enum lint_level { LINT_WARNING, LINT_ERROR };

/**
 * struct lint_place - where a rule found something
 * @given: what is written there
 */
struct lint_place {
	char key[64];
	unsigned int line;
	const char *given;
};

/**
 * struct lint_rule - something that breaks firmware
 * @finds: does it hold for network, or architecture, @index? @place: in: its key and line; out: @place->given
 * @wrong: what is wrong with @place->given, which goes before it in quotes where there is one
 * @breaks: which firmware it breaks, and how
 * @legal: what to write instead
 */
struct lint_rule {
	enum lint_level level;
	bool (*finds)(const struct plan *plan, size_t index, struct lint_place *place);
	const char *wrong, *breaks, *legal;
};

/* Each ends with a rule without @finds. */
extern const struct lint_rule lint_network_rules[]; /* for each network */
extern const struct lint_rule lint_web_rules[];	    /* once */
extern const struct lint_rule lint_boot_rules[];    /* for each architecture that has a boot file */

#endif
