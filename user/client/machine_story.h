/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The story of a machine in lines: what it is at, then its boots, the latest first, step by step. */
#ifndef XDPXE_MACHINE_STORY_H
#define XDPXE_MACHINE_STORY_H

#include <jansson.h>

#include "rows.h"
#include "client/paint.h"

#define MACHINE_STORY_TEXT 400

struct machine_story_line {
	enum paint paint;
	char text[MACHINE_STORY_TEXT];
};

/**
 * machine_story__lines() - of a machine as in doc/api.md, with its history
 * @lines: { .size = sizeof(struct machine_story_line) }
 * Return: 0, -ENOMEM
 */
int machine_story__lines(const json_t *machine, int64_t now_ms, struct rows *lines);

#endif
