/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Machines and steps as doc/api.md has them. */
#ifndef XDPXE_WEB_JSON_H
#define XDPXE_WEB_JSON_H

#include "happenings.h"
#include "text.h"

/** web_json__machine() - the members of a machine, without braces */
void web_json__machine(struct text *text, const struct machine_view *view);

/** web_json__boot() - an entry of a machine's history, an object */
void web_json__boot(struct text *text, const struct machine_boot *boot);

/** web_json__step() - an object */
void web_json__step(struct text *text, const struct happening *happening);

/** web_json__stages() - machines by stage, an object */
void web_json__stages(struct text *text, const size_t counts[MACHINE_STAGES]);

#endif
