// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "client/follower.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "log.h"
#include "client/api_client.h"
#include "client/api_read.h"
#include "client/plain.h"

#define PAGE 1000
#define OVERLAP_MS 1000 /* steps are not quite in the order of their times */
#define LOOK_MS 1000	/* has the reader gone; is the daemon back */

/*
 * While it runs. A daemon that was restarted numbers from 1 again, so what is behind a gap is asked for by time.
 * @number: @time_ms: of the last step that was printed; @from_ms: behind a gap: steps since then
 */
struct reading {
	const struct follower *follower;
	struct api_client *client;
	uint64_t number;
	int64_t time_ms, from_ms;
	int err;
	bool ended;
};

static int64_t later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

static bool is_new(const struct reading *reading, const json_t *step)
{
	return api_read__number(step, "number") > reading->number ||
	       (int64_t)api_read__number(step, "time") > reading->time_ms;
}

static void take_step(struct reading *reading, const json_t *step)
{
	if (reading->err || !json_is_object(step) || !is_new(reading, step))
		return;
	reading->number = api_read__number(step, "number");
	reading->time_ms = later(reading->time_ms, (int64_t)api_read__number(step, "time"));
	reading->err = step_line__print(&reading->follower->printer, step);
}

static void take_missed(struct reading *reading, uint64_t missed)
{
	if (missed && !reading->err)
		reading->err = step_line__missed(&reading->follower->printer, missed);
}

static void on_message(const char *event, json_t *data, void *context)
{
	if (strcmp(event, "step") == 0)
		take_step(context, data);
	else if (strcmp(event, "missed") == 0)
		take_missed(context, api_read__number(data, "steps"));
}

static void on_end(const struct api_answer *answer, void *context)
{
	struct reading *reading = context;

	reading->ended = true;
	if (answer->status && answer->error[0] && !reading->err) {
		log_error("%s: %s", reading->follower->place.name, answer->error);
		reading->err = -EPROTO;
	}
}

/* A page of what is kept behind number @after. Return: how many, negative errno; -ENOTCONN: the daemon did not answer */
static int read_page(struct reading *reading, uint64_t *after, struct api_answer *answer)
{
	const struct follower *follower = reading->follower;
	char target[API_TARGET];
	json_t *step, *steps;
	size_t i;
	int err;

	snprintf(target, sizeof(target),
		 "/api/v1/events?limit=%d&after=%" PRIu64 "&since=%" PRId64 "%s%s", PAGE, *after,
		 reading->from_ms, follower->mac ? "&mac=" : "",
		 follower->mac ? follower->mac : "");
	err = api_client__get(reading->client, target, answer);
	if (err)
		return err;
	steps = json_object_get(answer->json, "events");
	if (*after)
		take_missed(reading, api_read__number(answer->json, "missed"));
	json_array_foreach(steps, i, step) take_step(reading, step);
	*after = api_read__number(answer->json, "next");
	return reading->err ? reading->err : (int)json_array_size(steps);
}

/* All that is kept since from_ms. @after: out: number to go on from */
static int catch_up(struct reading *reading, uint64_t *after, char why[API_ERROR])
{
	uint64_t before;
	int count = 0;

	*after = 0;
	do {
		struct api_answer answer;

		before = *after;
		count = read_page(reading, after, &answer);
		snprintf(why, API_ERROR, "%s", answer.error);
		json_decref(answer.json);
	} while (count > 0 && *after > before);
	return count < 0 ? count : 0;
}

/* A pipe that nobody reads any more says so without being written to. */
static bool reader_has_gone(const struct follower *follower)
{
	struct pollfd out = { .fd = fileno(follower->printer.out) };

	return poll(&out, 1, 0) > 0 && out.revents & (POLLERR | POLLNVAL);
}

static int wait_while(struct reading *reading, const bool *ended)
{
	while (!reading->err && !*ended) {
		api_client__wait(reading->client, -1, LOOK_MS);
		if (reader_has_gone(reading->follower))
			reading->err = -EPIPE;
	}
	return reading->err;
}

static int follow_stream(struct reading *reading, const uint64_t *after)
{
	const struct follower *follower = reading->follower;
	char target[API_TARGET], from[32] = "";
	int err;

	if (after)
		snprintf(from, sizeof(from), "&after=%" PRIu64, *after);
	snprintf(target, sizeof(target), "/api/v1/stream?what=steps%s%s%s", from,
		 follower->mac ? "&mac=" : "", follower->mac ? follower->mac : "");
	reading->ended = false;
	err = api_client__follow(reading->client, target, 0, on_message, on_end, reading);
	return err ? err : wait_while(reading, &reading->ended);
}

/* Until the daemon answers again. */
static int wait_for_daemon(struct reading *reading, uint64_t *after)
{
	char why[API_ERROR];
	int err = step_line__note(&reading->follower->printer,
				  "the daemon does not answer any more; waiting for it");

	if (!reading->time_ms)
		reading->time_ms = plain__now();
	reading->from_ms = later(reading->time_ms - OVERLAP_MS, 0);
	while (!err) {
		struct api_answer answer;

		usleep(LOOK_MS * 1000);
		if (reader_has_gone(reading->follower))
			return -EPIPE;
		err = api_client__get(reading->client, "/api/v1/events?limit=1", &answer);
		json_decref(answer.json);
		if (!err)
			break;
		err = err == -ENOTCONN ? 0 : err;
	}
	if (!err)
		err = step_line__note(&reading->follower->printer, "the daemon answers again");
	return err ? err : catch_up(reading, after, why);
}

static int read_on(struct reading *reading, uint64_t after, bool from_after)
{
	int err = follow_stream(reading, from_after ? &after : NULL);

	while (!err) {
		err = wait_for_daemon(reading, &after);
		if (!err)
			err = follow_stream(reading, &after);
		else if (err == -ENOTCONN)
			err = 0; /* gone again */
	}
	return err;
}

int follower__run(const struct follower *follower)
{
	struct reading reading = { .follower = follower, .from_ms = follower->since_ms };
	char why[API_ERROR] = "";
	uint64_t after = 0;
	int err;

	reading.client = api_client__new(follower->place.path);
	if (!reading.client)
		return -ENOMEM;
	if (follower->since_ms >= 0) {
		err = catch_up(&reading, &after, why);
	} else {
		struct api_answer answer;

		err = api_client__get(reading.client, "/api/v1/events?limit=1", &answer);
		snprintf(why, sizeof(why), "%s", answer.error);
		json_decref(answer.json);
	}
	if (err == -ENOTCONN)
		api_place__tell_silence(&follower->place, why);
	else if (!err && follower->follow)
		err = read_on(&reading, after, follower->since_ms >= 0);
	api_client__free(reading.client);
	return err;
}
