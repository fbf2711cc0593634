/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is right by the letter, and breaks firmware all the same. Rules are rows of a table: what is wrong, which firmware
 * that breaks, and what to write instead. An error is refused; a warning is told, and serving goes on.
 */
#ifndef XDPXE_LINT_H
#define XDPXE_LINT_H

#include "plan.h"

/** lint__refuse() - hold @plan against the rules that are errors. Return: false with the first one in @err */
bool lint__refuse(const struct plan *plan, struct config_error *err);

/** A warning, one line: "FILE:LINE: key: ..." */
typedef void (*lint_tell_fn)(const char *line, void *context);

/** lint__warn() - tell every warning about @plan */
void lint__warn(const struct plan *plan, lint_tell_fn tell, void *context);

#endif
