// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "top/top_feed.h"

#include <stdio.h>
#include <string.h>

#include "client/machine_story.h"
#include "client/plain.h"

#define STATUS "/api/v1/status"
#define TOTALS "/api/v1/stream?what=totals"
#define QUIET_S 5 /* totals come each second */

/* What could not be had: no answer at all, or one that says why. */
static void note_failure(struct top_feed *feed, const struct api_answer *answer)
{
	struct top_data *data = feed->data;

	feed->changed = true;
	if (answer->status) {
		memcpy(data->refusal, answer->error, sizeof(data->refusal));
		return;
	}
	if (!data->trouble[0])
		data->trouble_ms = plain__now();
	snprintf(data->trouble, sizeof(data->trouble), "%s",
		 answer->error[0] ? answer->error : "it has ended");
}

static void on_totals(const char *event, json_t *message, void *context)
{
	struct top_feed *feed = context;

	if (strcmp(event, "totals") != 0)
		return;
	feed->data->trouble[0] = '\0';
	feed->changed = true;
	top_data__add_totals(feed->data, message);
}

static void on_stream_end(const struct api_answer *answer, void *context)
{
	struct api_answer gone = *answer;
	struct top_feed *feed = context;

	feed->streaming = false;
	feed->status = false; /* the next daemon may serve other networks */
	if (!answer->error[0])
		gone.status = 0;
	note_failure(feed, &gone);
}

static void on_status(const struct api_answer *answer, void *context)
{
	struct top_feed *feed = context;

	feed->changed = true;
	if (answer->error[0])
		feed->status = false;
	else
		top_data__set_status(feed->data, answer->json);
}

/* Return: is this what is wanted? */
static bool take(struct top_feed *feed, struct top_request *request,
		 const struct api_answer *answer)
{
	bool stale = request->stale;

	request->running = request->stale = false;
	feed->again |= stale;
	feed->changed = true;
	if (answer->error[0])
		note_failure(feed, answer);
	else if (!stale)
		feed->data->refusal[0] = '\0';
	return !stale && !answer->error[0];
}

static void on_machines(const struct api_answer *answer, void *context)
{
	struct top_feed *feed = context;

	if (take(feed, &feed->list, answer))
		top_data__set_machines(feed->data, answer->json, feed->offset);
}

static void on_story(const struct api_answer *answer, void *context)
{
	struct top_feed *feed = context;

	if (!take(feed, &feed->story, answer))
		return;
	feed->data->story.count = 0;
	machine_story__lines(answer->json, plain__now(), &feed->data->story);
}

/* RFC 3986, section 2.1: all but letters and digits. */
static void escape(char *to, size_t size, const char *text)
{
	size_t used = 0;

	to[0] = '\0';
	for (; *text && used + 4 <= size; text++)
		used += (size_t)snprintf(to + used, size - used,
					 (*text >= '0' && *text <= '9') ||
							 (*text >= 'a' && *text <= 'z') ||
							 (*text >= 'A' && *text <= 'Z')
						 ? "%c"
						 : "%%%02X",
					 (unsigned char)*text);
}

static void list_target(const struct top_feed *feed, const struct top_view *view,
			char target[API_TARGET])
{
	const struct top_network *network =
		view->network ? rows__at(&feed->data->networks, view->network - 1) : NULL;
	char search[3 * TOP_SEARCH], subnet[3 * API_WORD];
	bool by_stage = view->stage < MACHINE_STAGES;

	escape(search, sizeof(search), view->search);
	escape(subnet, sizeof(subnet), network ? network->subnet : "");
	snprintf(target, API_TARGET, "/api/v1/machines?limit=%zu&offset=%zu%s%s%s%s%s%s",
		 view->page < TOP_ROWS_MAX ? view->page : TOP_ROWS_MAX, view->offset,
		 by_stage ? "&stage=" : "", by_stage ? machines__stage_name(view->stage) : "",
		 subnet[0] ? "&network=" : "", subnet, search[0] ? "&q=" : "", search);
}

/* Return: the request is made now */
static bool ask(struct top_feed *feed, struct top_request *request, const char *target,
		api_answer_fn fn)
{
	bool same = strcmp(request->target, target) == 0;

	if (request->running) {
		request->stale = !same;
		return false;
	}
	memcpy(request->target, target, strlen(target) + 1);
	request->running = !api_client__ask(feed->client, target, fn, feed);
	return true;
}

static void ask_list(struct top_feed *feed, const struct top_view *view)
{
	char target[API_TARGET];

	list_target(feed, view, target);
	if (ask(feed, &feed->list, target, on_machines))
		feed->offset = view->offset;
}

static void ask_story(struct top_feed *feed, const struct top_view *view)
{
	char target[API_TARGET];

	if (view->chosen[strspn(view->chosen, "0123456789abcdef:")])
		return;
	snprintf(target, sizeof(target), "/api/v1/machines/%s", view->chosen);
	if (strcmp(target, feed->story.target) != 0)
		feed->data->story.count = 0;
	ask(feed, &feed->story, target, on_story);
}

void top_feed__ask(struct top_feed *feed, const struct top_view *view)
{
	if (!feed->streaming)
		feed->streaming = !api_client__follow(feed->client, TOTALS, QUIET_S, on_totals,
						      on_stream_end, feed);
	if (!feed->status)
		feed->status = !api_client__ask(feed->client, STATUS, on_status, feed);
	if (view->mode == TOP_STORY)
		ask_story(feed, view);
	else
		ask_list(feed, view);
}

int top_feed__begin(struct top_feed *feed, char why[API_ERROR])
{
	struct api_answer answer;
	int err = api_client__get(feed->client, STATUS, &answer);

	if (!err)
		top_data__set_status(feed->data, answer.json);
	feed->status = !err;
	memcpy(why, answer.error, API_ERROR);
	json_decref(answer.json);
	return err;
}
