// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * /api/v1/stream: server-sent events (the HTML standard, section 9.2). A stream holds a place in the ring of steps and in the
 * changes of the table, and what it says next is made when the client has taken what was said before: so a slow one costs
 * no memory, and misses steps, which it is told. One that has nothing to say sleeps until web_stream__tick().
 */
#include <stdlib.h>
#include <string.h>

#include "web_json.h"
#include "web_list.h"
#include "web_query.h"

#define PIECE_BYTES 32768
#define STEPS_AT_ONCE 128
#define TOTALS_MS 1000
#define BEAT_MS 10000 /* a comment, so that both ends see that the other is there */

/**
 * struct web_stream - a client that listens
 * @before: @behind: in the list of all @of: the listener it came by
 * @client: with @of_one: only its steps @after: number of the last step that was seen
 * @change: of the table when @list was made @machines_ms: when it may be looked at again
 * @text: what is being sent, up to @sent @asleep: suspended
 */
struct web_stream {
	struct web *web;
	struct MHD_Connection *connection;
	const struct MHD_Daemon *of;
	struct web_stream *before, *behind;
	unsigned int what;
	bool of_one;
	struct xdpxe_client client;
	uint64_t after, change;
	struct web_list list;
	bool listing;
	int64_t machines_ms, totals_ms, beat_ms;
	struct text text;
	size_t sent;
	bool asleep;
	struct happening steps[STEPS_AT_ONCE];
};

static void say_steps(struct web_stream *stream)
{
	uint64_t missed = 0, next = stream->after;
	size_t count = happenings__read(stream->web->sources.happenings, stream->after,
					stream->of_one ? &stream->client : NULL, 0, stream->steps,
					STEPS_AT_ONCE, &missed, &next);

	stream->after = next;
	if (missed)
		text__add(&stream->text, "event: missed\ndata: {\"steps\": %llu}\n\n",
			  (unsigned long long)missed);
	for (size_t i = 0; i < count; i++) {
		text__add(&stream->text, "event: step\ndata: ");
		web_json__step(&stream->text, &stream->steps[i]);
		text__add(&stream->text, "\n\n");
	}
}

/* Those that changed since the last time; the first time all. A page of them at a time. */
static void say_machines(struct web_stream *stream, int64_t now_ms)
{
	struct machines *machines = stream->web->sources.machines;
	struct machine_filter filter = { .stage = MACHINE_STAGES, .since = stream->change };
	uint64_t change = machines__change(machines);
	bool first = !stream->change, more;

	if (!stream->listing) {
		if (now_ms < stream->machines_ms || (!first && change == stream->change))
			return;
		web_list__gather(&stream->list, machines, &filter, 0, MACHINES_MAX);
		stream->change = change;
		stream->machines_ms = now_ms + WEB_TICK_MS;
		if (!stream->list.count && !first)
			return;
	}
	text__add(&stream->text, "event: machines\ndata: {\"change\": %llu, \"machines\": [",
		  (unsigned long long)stream->change);
	more = web_list__write(&stream->list, machines, &stream->text);
	text__add(&stream->text, "], \"more\": %s}\n\n", more ? "true" : "false");
	stream->listing = more;
}

static void say_totals(struct web_stream *stream, int64_t now_ms)
{
	const struct web_rates *rates = &stream->web->facts.rates;
	struct web_sources *sources = &stream->web->sources;
	size_t counts[MACHINE_STAGES];

	if (now_ms < stream->totals_ms)
		return;
	stream->totals_ms = now_ms + TOTALS_MS;
	machines__count(sources->machines, counts);
	text__add(&stream->text, "event: totals\ndata: {\"stages\": ");
	web_json__stages(&stream->text, counts);
	text__add(&stream->text,
		  ", \"rates\": {\"offers\": %llu, \"acks\": %llu, \"blocks\": %llu, "
		  "\"bytes\": %llu, \"misses\": %llu}, \"dropped\": %llu}\n\n",
		  (unsigned long long)rates->offers, (unsigned long long)rates->acks,
		  (unsigned long long)rates->blocks, (unsigned long long)rates->bytes,
		  (unsigned long long)rates->misses,
		  (unsigned long long)happenings__dropped(sources->happenings));
}

/* What there is to say now; nothing leaves @stream->text empty. */
static void say(struct web_stream *stream)
{
	int64_t now_ms = web__now_ms();

	text__clear(&stream->text);
	stream->sent = 0;
	if (stream->what & QUERY_STEPS)
		say_steps(stream);
	if (stream->what & QUERY_MACHINES)
		say_machines(stream, now_ms);
	if (stream->what & QUERY_TOTALS)
		say_totals(stream, now_ms);
	if (!stream->text.len && now_ms >= stream->beat_ms)
		text__add(&stream->text, ": here\n\n");
	if (stream->text.len)
		stream->beat_ms = now_ms + BEAT_MS;
}

static ssize_t read_stream(void *context, uint64_t position, char *buffer, size_t room)
{
	struct web_stream *stream = context;
	size_t len;

	(void)position;
	if (stream->web->ending == stream->of)
		return MHD_CONTENT_READER_END_OF_STREAM;
	if (stream->sent == stream->text.len)
		say(stream);
	if (stream->text.failed || stream->list.failed)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	len = stream->text.len - stream->sent;
	if (len == 0) {
		stream->asleep = true;
		MHD_suspend_connection(stream->connection);
		return 0;
	}
	len = len < room ? len : room;
	memcpy(buffer, stream->text.bytes + stream->sent, len);
	stream->sent += len;
	return (ssize_t)len;
}

static void wake(struct web_stream *stream)
{
	stream->asleep = false;
	MHD_resume_connection(stream->connection);
}

void web_stream__tick(struct web *web)
{
	for (struct web_stream *stream = web->streams; stream; stream = stream->behind) {
		if (!stream->asleep)
			continue;
		say(stream);
		if (stream->text.len)
			wake(stream);
	}
}

void web_stream__end_all(struct web *web, const struct MHD_Daemon *of)
{
	web->ending = of;
	for (struct web_stream *stream = web->streams; stream; stream = stream->behind)
		if (stream->asleep && stream->of == of)
			wake(stream);
}

static void free_stream(void *context)
{
	struct web_stream *stream = context;

	if (stream->before)
		stream->before->behind = stream->behind;
	else
		stream->web->streams = stream->behind;
	if (stream->behind)
		stream->behind->before = stream->before;
	stream->web->stream_count--;
	web_list__free(&stream->list);
	text__free(&stream->text);
	free(stream);
}

static struct web_stream *make_stream(const struct web_request *request,
				      const struct web_query *query)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_DAEMON);
	struct web_stream *stream = calloc(1, sizeof(*stream));
	struct web *web = request->web;
	uint64_t missed;

	if (!stream)
		return NULL;
	stream->web = web;
	stream->connection = request->connection;
	stream->of = info->daemon;
	stream->what = query->what;
	stream->of_one = query->given & QUERY_MAC;
	stream->client = query->client;
	stream->after = query->after;
	if (!(query->given & QUERY_AFTER)) /* from now on */
		happenings__read(web->sources.happenings, UINT64_MAX, NULL, 0, stream->steps, 0,
				 &missed, &stream->after);
	stream->beat_ms = web__now_ms(); /* at once: the client sees that it is served */
	stream->behind = web->streams;
	if (web->streams)
		web->streams->before = stream;
	web->streams = stream;
	web->stream_count++;
	return stream;
}

web_result web_stream__get(const struct web_request *request)
{
	struct web_query query = { .what = QUERY_STEPS | QUERY_MACHINES | QUERY_TOTALS };
	struct MHD_Response *response;
	struct web_stream *stream;
	web_result result;

	if (!web_query__read(request, QUERY_MAC | QUERY_AFTER | QUERY_WHAT, 0, &query, &result))
		return result;
	if (request->web->stream_count >= WEB_STREAMS)
		return web_request__error(request, MHD_HTTP_SERVICE_UNAVAILABLE,
					  "%d streams are open already; close one", WEB_STREAMS);
	stream = make_stream(request, &query);
	if (!stream)
		return MHD_NO;
	response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, PIECE_BYTES, read_stream,
						     stream, free_stream);
	if (!response)
		free_stream(stream);
	return web_request__respond(request, response, "text/event-stream");
}
