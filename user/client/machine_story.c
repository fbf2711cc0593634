// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "client/machine_story.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "table.h"
#include "client/api_read.h"
#include "client/plain.h"

#define MS_PER_S 1000
#define TRIES 64

/* What is being written. Without memory, all that follows is left out. */
struct story {
	struct rows *lines;
	int64_t now_ms;
	int err;
};

__attribute__((format(printf, 3, 4))) static void add(struct story *story, enum paint paint,
						      const char *format, ...)
{
	struct machine_story_line *line = story->err ? NULL : rows__add(story->lines);
	va_list args;

	if (!line) {
		story->err = -ENOMEM;
		return;
	}
	line->paint = paint;
	va_start(args, format);
	vsnprintf(line->text, sizeof(line->text), format, args);
	va_end(args);
}

static const char *or_dash(const char *text)
{
	return text[0] ? text : "-";
}

static const char *age(char text[TABLE_TEXT], int64_t since_ms, int64_t now_ms)
{
	return table__duration(text, now_ms > since_ms ? (now_ms - since_ms) / MS_PER_S : 0);
}

static const char *tries_text(char text[TRIES], uint64_t tries)
{
	char number[PLAIN_NUMBER];

	text[0] = '\0';
	if (tries)
		snprintf(text, TRIES, "; asked again %s times", plain__thousands(number, tries));
	return text;
}

static void add_file(struct story *story, const struct api_machine *machine)
{
	char bar[TABLE_TEXT], rate[TABLE_TEXT];

	if (!machine->file[0])
		return;
	if (machine->stage != MACHINE_LOADING)
		add(story, PAINT_PLAIN, "  latest file: %s", machine->file);
	else if (!machine->blocks)
		add(story, PAINT_PLAIN, "  loads %s", machine->file);
	else
		add(story, PAINT_PLAIN,
		    "  loads %s %s, block %" PRIu64 " of %" PRIu64 " (%" PRIu64 " bytes), %s/s",
		    machine->file, table__progress(bar, machine->block, machine->blocks),
		    machine->block, machine->blocks, machine->blksize,
		    table__size(rate, machine->bytes_per_s));
}

static void add_state(struct story *story, const struct api_machine *machine, const char *stage)
{
	char date[PLAIN_TIME], since[TABLE_TEXT], heard[TABLE_TEXT], tries[TRIES];

	add(story, PAINT_TITLE, "%s  address %s  %s  network %s", machine->mac,
	    or_dash(machine->addr), or_dash(machine->arch), or_dash(machine->network));
	add(story, machine->stage == MACHINE_STUCK ? PAINT_BAD : PAINT_GOOD, "  %s for %s%s%s",
	    or_dash(stage), age(since, machine->since_ms, story->now_ms),
	    machine->reason[0] ? ": " : "", machine->reason);
	add_file(story, machine);
	add(story, PAINT_PLAIN, "  heard of %s ago; boots seen: %" PRIu64 "; this one since %s%s",
	    age(heard, machine->heard_ms, story->now_ms), machine->boots,
	    plain__date(date, machine->begun_ms), tries_text(tries, machine->tries));
}

/* @before_ms: time of the step before, 0 for the first. Return: its own */
static int64_t add_step(struct story *story, const json_t *json, int64_t before_ms)
{
	char time[PLAIN_TIME], gap[PLAIN_TIME], after[PLAIN_TIME + 1] = "";
	struct api_step step;

	api_read__step(json, &step);
	if (before_ms)
		snprintf(after, sizeof(after), "+%s", plain__gap(gap, step.time_ms - before_ms));
	/* The title has the day. */
	add(story, paint__of_step(step.step), "  %s %9s  %-12s  %s",
	    plain__time(time, step.time_ms, step.time_ms), after, step.step, step.detail);
	return step.time_ms;
}

static void add_boot(struct story *story, const json_t *boot)
{
	char begun[PLAIN_TIME], lasted[PLAIN_TIME], result[API_WORD], reason[MACHINES_TEXT];
	int64_t begun_ms = (int64_t)api_read__number(boot, "begun");
	int64_t ended_ms = (int64_t)api_read__number(boot, "ended"), before_ms = 0;
	json_t *step, *steps = json_object_get(boot, "steps");
	size_t i;

	api_read__text(boot, "result", result, sizeof(result));
	api_read__text(boot, "reason", reason, sizeof(reason));
	add(story, PAINT_PLAIN, "%s", "");
	if (ended_ms)
		add(story, PAINT_TITLE, "Boot of %s: %s after %s", plain__date(begun, begun_ms),
		    or_dash(result), plain__gap(lasted, ended_ms - begun_ms));
	else
		add(story, PAINT_TITLE, "Boot of %s, the latest: %s", plain__date(begun, begun_ms),
		    or_dash(result));
	if (reason[0])
		add(story, PAINT_BAD, "  %s", reason);
	json_array_foreach(steps, i, step) before_ms = add_step(story, step, before_ms);
}

int machine_story__lines(const json_t *json, int64_t now_ms, struct rows *lines)
{
	struct story story = { .lines = lines, .now_ms = now_ms };
	json_t *boot, *history = json_object_get(json, "history");
	struct api_machine machine;
	char stage[API_WORD];
	size_t i;

	api_read__machine(json, &machine);
	add_state(&story, &machine, api_read__text(json, "stage", stage, sizeof(stage)));
	json_array_foreach(history, i, boot) add_boot(&story, boot);
	return story.err;
}
