// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// /api/v1/events: the latest steps of all machines, or of one.
#include <stdlib.h>

#include "web_json.h"
#include "web_query.h"

#define LIMIT_DEFAULT 1000

static void write_steps(struct text *text, const struct happening *steps, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i)
			text__add(text, ", ");
		web_json__step(text, &steps[i]);
	}
}

web_result web_events__get(const struct web_request *request)
{
	struct web_query query = { .limit = LIMIT_DEFAULT };
	struct text text = { 0 };
	struct happening *steps;
	uint64_t missed = 0, next = 0;
	web_result result;
	size_t count;

	if (!web_query__read(request, QUERY_AFTER | QUERY_MAC | QUERY_SINCE | QUERY_LIMIT,
			     WEB_EVENTS_MOST, &query, &result))
		return result;
	steps = calloc(query.limit + 1, sizeof(*steps));
	if (!steps)
		return web_request__error(request, MHD_HTTP_INTERNAL_SERVER_ERROR, "out of memory");
	count = happenings__read(request->web->sources.happenings, query.after,
				 query.given & QUERY_MAC ? &query.client : NULL, query.since_ms,
				 steps, query.limit, &missed, &next);
	if (!(query.given & QUERY_AFTER))
		missed = 0; /* nobody has asked for what was before */
	text__add(&text, "{\"events\": [");
	write_steps(&text, steps, count);
	text__add(&text, "], \"missed\": %llu, \"next\": %llu}\n", (unsigned long long)missed,
		  (unsigned long long)next);
	free(steps);
	return web_request__send(request, &text, "application/json");
}
