/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * `xdpxe top`, what it knows and what its user wants to see. feed asks the daemon and fills struct top_data; keys changes
 * struct top_view; draw shows both on a terminal, plain in lines.
 */
#ifndef XDPXE_TOP_H
#define XDPXE_TOP_H

#include "rows.h"
#include "client/api_client.h"
#include "client/api_place.h"
#include "client/api_read.h"
#include "client/paint.h"

#define TOP_HISTORY 60 /* seconds of each rate */
#define TOP_SEARCH 64
#define TOP_ROWS_MAX 1000 /* machines asked for at once */

enum top_rate { TOP_OFFERS, TOP_ACKS, TOP_BLOCKS, TOP_BYTES, TOP_MISSES, TOP_RATES };

struct top_network {
	char subnet[API_WORD];
};

/**
 * struct top_data - what the daemon says
 * @networks: struct top_network. @started_ms: of the daemon, 0: not known
 * @rates:    a second each, the latest at [TOP_HISTORY - 1]; @seconds: how many have come
 * @machines: struct api_machine, a part of the list from its @offset-th on; @matching: how long that is
 * @story:    struct machine_story_line; of the machine that was asked for
 * @trouble:  why the daemon does not answer, since @trouble_ms; empty: it does
 * @refusal:  what it says against the last request; empty: nothing
 */
struct top_data {
	char interfaces[API_PLACE_PATH];
	int64_t started_ms;
	struct rows networks;
	uint64_t stages[MACHINE_STAGES];
	uint64_t rates[TOP_RATES][TOP_HISTORY];
	unsigned int seconds;
	uint64_t total, matching;
	size_t offset;
	struct rows machines, story;
	char trouble[API_ERROR], refusal[API_ERROR];
	int64_t trouble_ms;
};

enum top_mode { TOP_LIST, TOP_STORY, TOP_HELP };

/**
 * struct top_view - what the user wants to see
 * @stage: MACHINE_STAGES: all. @network: index + 1, 0: all. @search: part of a MAC, an address or a file's name
 * @offset: the first machine in the list that is shown; @cursor: the one that is chosen; @chosen: its MAC
 * @scroll: first line of the story
 * @page:   lines that the list has room for
 * @typing: the search is being typed
 */
struct top_view {
	enum top_mode mode;
	enum machine_stage stage;
	size_t network;
	char search[TOP_SEARCH];
	bool typing, over;
	size_t offset, cursor, scroll, page;
	char chosen[API_MAC];
};

/** top_data__stage_label() - "handed over" */
const char *top_data__stage_label(enum machine_stage stage);

/** top_data__stage_paint() - its colour */
enum paint top_data__stage_paint(enum machine_stage stage);

/** top_data__add_totals() - a message `totals` of the stream, each second */
void top_data__add_totals(struct top_data *data, const json_t *totals);

/** top_data__set_status() - an answer of /api/v1/status */
void top_data__set_status(struct top_data *data, const json_t *status);

/** top_data__set_machines() - an answer of /api/v1/machines that begins with the @offset-th */
void top_data__set_machines(struct top_data *data, const json_t *list, size_t offset);

/** top_data__rate() - the latest second's */
uint64_t top_data__rate(const struct top_data *data, enum top_rate rate);

void top_data__init(struct top_data *data);
void top_data__free(struct top_data *data);

/** top_view__settle() - after a change of the list: follow the machine that was chosen; keep cursor and offset within */
void top_view__settle(struct top_view *view, const struct top_data *data);

/** top_view__key() - one key, as ncurses names it */
void top_view__key(struct top_view *view, const struct top_data *data, int key);

#endif
