// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "client/api_client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "client/sse.h"
#include "client/plain.h"

#define HOST "http://xdpxe" /* a name must be given; it is not looked up */
#define CONNECT_MS 3000
#define ANSWER_MS 20000
#define HTTP_OK 200

/* A request that runs. @message: NULL: no stream. */
struct call {
	struct call *next;
	CURL *easy;
	char *body;
	size_t len, room;
	struct sse sse;
	api_message_fn message;
	api_answer_fn answer;
	void *context;
};

struct api_client {
	CURLM *multi;
	struct call *calls;
	char *path;
};

static void free_call(struct api_client *client, struct call *call)
{
	if (call->easy) {
		curl_multi_remove_handle(client->multi, call->easy);
		curl_easy_cleanup(call->easy);
	}
	sse__free(&call->sse);
	free(call->body);
	free(call);
}

void api_client__free(struct api_client *client)
{
	if (!client)
		return;
	while (client->calls) {
		struct call *call = client->calls;

		client->calls = call->next;
		free_call(client, call);
	}
	if (client->multi)
		curl_multi_cleanup(client->multi);
	free(client->path);
	free(client);
}

struct api_client *api_client__new(const char *path)
{
	struct api_client *client = calloc(1, sizeof(*client));

	if (!client)
		return NULL;
	client->path = strdup(path);
	client->multi = curl_multi_init();
	if (client->path && client->multi)
		return client;
	api_client__free(client);
	return NULL;
}

static bool keep(struct call *call, const char *data, size_t len)
{
	size_t room = call->room ? call->room : 4096;
	char *grown;

	if (call->len + len > API_ANSWER_MAX)
		return false;
	while (room < call->len + len)
		room *= 2;
	if (room != call->room) {
		grown = realloc(call->body, room);
		if (!grown)
			return false;
		call->body = grown;
		call->room = room;
	}
	memcpy(call->body + call->len, data, len);
	call->len += len;
	return true;
}

/* Messages that are no JSON are left out. */
static void on_message(const char *event, const char *data, size_t len, void *context)
{
	struct call *call = context;
	json_t *json = json_loadb(data, len, 0, NULL);

	if (json)
		call->message(event, json, call->context);
	json_decref(json);
}

/* A curl_write_callback: any other number than it was given ends the request. */
static size_t on_data(char *data, size_t size, size_t count, void *context)
{
	struct call *call = context;
	size_t len = size * count;
	long status = 0;

	curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &status);
	if (call->message && status == HTTP_OK)
		return sse__feed(&call->sse, data, len, on_message, call) ? 0 : len;
	return keep(call, data, len) ? len : 0;
}

static bool set_options(const struct api_client *client, struct call *call, const char *target,
			unsigned int quiet_s)
{
	char url[sizeof(HOST) + API_TARGET];
	CURL *easy = call->easy;
	bool good = (size_t)snprintf(url, sizeof(url), HOST "%s", target) < sizeof(url);

	good = good && !curl_easy_setopt(easy, CURLOPT_URL, url);
	good = good && !curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, client->path);
	good = good && !curl_easy_setopt(easy, CURLOPT_NOPROXY, "*"); /* of the environment */
	good = good && !curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http");
	good = good && !curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	good = good && !curl_easy_setopt(easy, CURLOPT_USERAGENT, "xdpxe/" XDPXE_VERSION);
	good = good && !curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_data);
	good = good && !curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
	good = good && !curl_easy_setopt(easy, CURLOPT_PRIVATE, call);
	good = good && !curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
	if (!call->message)
		good = good && !curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)ANSWER_MS);
	if (quiet_s) {
		good = good && !curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
		good = good && !curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)quiet_s);
	}
	return good;
}

static int start(struct api_client *client, const char *target, unsigned int quiet_s,
		 const struct call *what)
{
	struct call *call = malloc(sizeof(*call));

	if (!call)
		return -ENOMEM;
	*call = *what;
	call->easy = curl_easy_init();
	if (!call->easy || !set_options(client, call, target, quiet_s) ||
	    curl_multi_add_handle(client->multi, call->easy)) {
		free_call(client, call);
		return -ENOMEM;
	}
	call->next = client->calls;
	client->calls = call;
	return 0;
}

int api_client__ask(struct api_client *client, const char *target, api_answer_fn fn, void *context)
{
	struct call call = { .answer = fn, .context = context };

	return start(client, target, 0, &call);
}

int api_client__follow(struct api_client *client, const char *target, unsigned int quiet_s,
		       api_message_fn fn, api_answer_fn end, void *context)
{
	struct call call = { .message = fn, .answer = end, .context = context };

	return start(client, target, quiet_s, &call);
}

/* Why there is no answer, as short as it can be told. */
static void tell_failure(struct call *call, CURLcode code, char error[API_ERROR])
{
	long number = 0;

	curl_easy_getinfo(call->easy, CURLINFO_OS_ERRNO, &number);
	if (code == CURLE_COULDNT_CONNECT && number)
		snprintf(error, API_ERROR, "%s", strerror((int)number));
	else if (code == CURLE_WRITE_ERROR)
		snprintf(error, API_ERROR, "its answer is too long");
	else
		snprintf(error, API_ERROR, "%s", curl_easy_strerror(code));
}

/* A 400 or 404 says why: {"error": "..."}. */
static void read_answer(struct call *call, CURLcode code, struct api_answer *answer)
{
	const char *told;

	if (code) {
		tell_failure(call, code, answer->error);
		return;
	}
	curl_easy_getinfo(call->easy, CURLINFO_RESPONSE_CODE, &answer->status);
	answer->json = call->body ? json_loadb(call->body, call->len, 0, NULL) : NULL;
	if (answer->status == HTTP_OK && (answer->json || call->message))
		return;
	told = json_string_value(json_object_get(answer->json, "error"));
	if (told)
		plain__clean(answer->error, sizeof(answer->error), told);
	else if (answer->status == HTTP_OK)
		snprintf(answer->error, sizeof(answer->error), "its answer is no JSON");
	else
		snprintf(answer->error, sizeof(answer->error), "it answers with HTTP %ld",
			 answer->status);
}

static void finish(struct api_client *client, struct call *call, CURLcode code)
{
	struct api_answer answer = {};
	struct call **link = &client->calls;

	while (*link != call)
		link = &(*link)->next;
	*link = call->next;
	read_answer(call, code, &answer);
	call->answer(&answer, call->context);
	json_decref(answer.json);
	free_call(client, call);
}

/* Run what can be run. Return: a request has ended */
static bool run_all(struct api_client *client)
{
	CURLMsg *message;
	bool ended = false;
	int left, running;

	curl_multi_perform(client->multi, &running);
	while ((message = curl_multi_info_read(client->multi, &left))) {
		CURLcode code = message->data.result;
		char *call = NULL;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &call);
		finish(client, (struct call *)call, code);
		ended = true;
	}
	return ended;
}

bool api_client__wait(struct api_client *client, int fd, int ms)
{
	struct curl_waitfd extra = { .fd = fd, .events = CURL_WAIT_POLLIN };

	if (run_all(client))
		ms = 0;
	curl_multi_poll(client->multi, &extra, fd >= 0 ? 1 : 0, ms, NULL);
	run_all(client);
	return fd >= 0 && extra.revents;
}

struct waiting {
	struct api_answer *answer;
	bool done;
};

static void take_answer(const struct api_answer *answer, void *context)
{
	struct waiting *waiting = context;

	*waiting->answer = *answer;
	json_incref(answer->json);
	waiting->done = true;
}

int api_client__get(struct api_client *client, const char *target, struct api_answer *answer)
{
	struct waiting waiting = { .answer = answer };
	int err;

	memset(answer, 0, sizeof(*answer));
	err = api_client__ask(client, target, take_answer, &waiting);
	while (!err && !waiting.done)
		api_client__wait(client, -1, CONNECT_MS);
	return err ? err : answer->error[0] ? -ENOTCONN : 0;
}
