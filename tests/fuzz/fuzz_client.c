// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What a daemon sends, as the commands read it: a stream in pieces, JSON of any kind; no text that comes out drives a terminal.
#include <stdlib.h>
#include <string.h>

#include "client/api_read.h"
#include "client/machine_story.h"
#include "client/sse.h"
#include "must.h"
#include "top/top.h"

static void check_text(const char *text, size_t size)
{
	must(strnlen(text, size) < size);
	for (; *text; text++)
		must((unsigned char)*text >= ' ' && *text != 0x7f &&
		     !((unsigned char)*text == 0xc2 && (unsigned char)text[1] < 0xa0));
}

static void check_machine(const json_t *json)
{
	struct api_machine machine;
	struct api_step step;

	api_read__machine(json, &machine);
	check_text(machine.mac, sizeof(machine.mac));
	check_text(machine.file, sizeof(machine.file));
	check_text(machine.reason, sizeof(machine.reason));
	must(machine.since_ms >= 0 && machine.stage <= MACHINE_STAGES);
	api_read__step(json, &step);
	check_text(step.detail, sizeof(step.detail));
	must(step.time_ms >= 0);
}

static void on_message(const char *event, const char *data, size_t len, void *context)
{
	struct rows lines = { .size = sizeof(struct machine_story_line) };
	json_t *json = json_loadb(data, len, JSON_DECODE_ANY, NULL);

	check_text(context, 2);
	must(strlen(event) < SSE_NAME && strlen(data) == len);
	check_machine(json);
	if (json && machine_story__lines(json, 1790000000000, &lines) == 0)
		for (size_t i = 0; i < lines.count; i++)
			check_text(((struct machine_story_line *)rows__at(&lines, i))->text,
				   MACHINE_STORY_TEXT);
	rows__free(&lines);
	json_decref(json);
}

static void read_list(const uint8_t *data, size_t size)
{
	json_t *json = json_loadb((const char *)data, size, JSON_DECODE_ANY, NULL);
	struct top_data top;

	top_data__init(&top);
	top_data__set_machines(&top, json, 0);
	top_data__set_status(&top, json);
	top_data__add_totals(&top, json);
	check_text(top.interfaces, sizeof(top.interfaces));
	top_data__free(&top);
	json_decref(json);
}

/* The first byte is the size of the pieces. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sse sse = {};
	size_t piece = size ? data[0] + 1 : 1;

	read_list(data, size);
	for (size_t at = 1; at < size; at += piece)
		must(sse__feed(&sse, (const char *)data + at, size - at < piece ? size - at : piece,
			       on_message, "") == 0);
	sse__free(&sse);
	return 0;
}
