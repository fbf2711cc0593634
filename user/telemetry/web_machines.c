// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// /api/v1/machines: many of them, written piece by piece, or the story of one.
#include <stdlib.h>
#include <string.h>

#include "web_json.h"
#include "web_list.h"
#include "web_query.h"

#define LIMIT_DEFAULT 100
#define PIECE_BYTES 32768
#define BOOTS_TOLD 32 /* of one machine, at most, before the present one */

/* An answer under way. @sent: bytes of @text that have gone; @any: a machine has been written */
struct answer {
	struct machines *machines;
	struct web_list list;
	struct text text;
	size_t sent;
	bool any, over;
};

/* Fill @text with what comes next; nothing more comes once it stays empty. */
static void write_more(struct answer *answer)
{
	bool more = true;

	text__clear(&answer->text);
	answer->sent = 0;
	while (!answer->over && answer->text.len == 0 && more) {
		if (answer->any)
			text__add(&answer->text, ", ");
		more = web_list__write(&answer->list, answer->machines, &answer->text);
		if (answer->any && answer->text.len == 2)
			text__clear(&answer->text); /* none of them is there any more */
	}
	answer->any = answer->any || answer->text.len;
	if (!more && !answer->over) {
		text__add(&answer->text, "]}\n");
		answer->over = true;
	}
}

static ssize_t read_answer(void *context, uint64_t position, char *buffer, size_t room)
{
	struct answer *answer = context;
	size_t len;

	(void)position;
	if (answer->sent == answer->text.len)
		write_more(answer);
	if (answer->text.failed)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	len = answer->text.len - answer->sent;
	if (len == 0)
		return MHD_CONTENT_READER_END_OF_STREAM;
	len = len < room ? len : room;
	memcpy(buffer, answer->text.bytes + answer->sent, len);
	answer->sent += len;
	return (ssize_t)len;
}

static void free_answer(void *context)
{
	struct answer *answer = context;

	web_list__free(&answer->list);
	text__free(&answer->text);
	free(answer);
}

static void write_head(struct answer *answer, const struct web_query *query)
{
	size_t counts[MACHINE_STAGES], total, matching;

	matching = web_list__gather(&answer->list, answer->machines, &query->filter, query->offset,
				    query->limit);
	total = machines__count(answer->machines, counts);
	text__add(&answer->text, "{\"total\": %zu, \"matching\": %zu, \"stages\": ", total,
		  matching);
	web_json__stages(&answer->text, counts);
	text__add(&answer->text, ", \"machines\": [");
}

web_result web_machines__get(const struct web_request *request)
{
	struct web_query query = { .limit = LIMIT_DEFAULT };
	struct MHD_Response *response;
	struct answer *answer;
	web_result result;

	if (!web_query__read(request,
			     QUERY_STAGE | QUERY_NETWORK | QUERY_TEXT | QUERY_LIMIT | QUERY_OFFSET,
			     WEB_MACHINES_MOST, &query, &result))
		return result;
	answer = calloc(1, sizeof(*answer));
	if (!answer)
		return MHD_NO;
	answer->machines = request->web->sources.machines;
	write_head(answer, &query);
	if (answer->list.failed || answer->text.failed) {
		free_answer(answer);
		return web_request__error(request, MHD_HTTP_INTERNAL_SERVER_ERROR, "out of memory");
	}
	response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, PIECE_BYTES, read_answer,
						     answer, free_answer);
	if (!response)
		free_answer(answer);
	return web_request__respond(request, response, "application/json");
}

/* The boot that is under way, then those before it, the latest first. */
static void write_history(struct text *text, const struct web *web, const struct machine_boot *boot,
			  const struct xdpxe_client *client, struct machine_boot *before)
{
	size_t count = web->sources.history
			       ? history__read(web->sources.history, client, before, BOOTS_TOLD)
			       : 0;

	text__add(text, ", \"history\": [");
	web_json__boot(text, boot);
	for (size_t i = 0; i < count; i++) {
		text__add(text, ", ");
		web_json__boot(text, &before[i]);
	}
	text__add(text, "]}\n");
}

web_result web_machine__get(const struct web_request *request)
{
	struct web_query query = { 0 };
	struct machine_boot boot, *before;
	struct xdpxe_client client;
	struct machine_view view;
	struct text text = { 0 };
	web_result result;

	if (!web_query__read(request, 0, 0, &query, &result))
		return result;
	if (!web_query__mac(request->rest, &client))
		return web_request__error(request, MHD_HTTP_BAD_REQUEST,
					  "\"%.60s\"; legal: a hardware address such as "
					  "52:54:00:12:34:56",
					  request->rest);
	if (machines__find(request->web->sources.machines, &client, &view, &boot) < 0)
		return web_request__error(request, MHD_HTTP_NOT_FOUND,
					  "%.60s has not been heard of", request->rest);
	before = calloc(BOOTS_TOLD, sizeof(*before));
	if (!before)
		return MHD_NO;
	text__add(&text, "{");
	web_json__machine(&text, &view);
	write_history(&text, request->web, &boot, &view.client, before);
	free(before);
	return web_request__send(request, &text, "application/json");
}
