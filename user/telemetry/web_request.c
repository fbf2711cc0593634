// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// From a request to the one who answers it, and from an answer to libmicrohttpd.
#include "web_priv.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MACHINES_PATH "/api/v1/machines/"
#define JSON_TYPE "application/json"

static const struct route {
	const char *path;
	web_result (*get)(const struct web_request *request);
} routes[] = {
	{ "/", web_page__get },
	{ "/metrics", web_metrics__get },
	{ "/api/v1/status", web_status__get },
	{ "/api/v1/machines", web_machines__get },
	{ "/api/v1/events", web_events__get },
	{ "/api/v1/stream", web_stream__get },
};

web_result web_request__respond(const struct web_request *request, struct MHD_Response *response,
				const char *type)
{
	web_result result;

	if (!response)
		return MHD_NO;
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
	MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	result = MHD_queue_response(request->connection, MHD_HTTP_OK, response);
	MHD_destroy_response(response);
	return result;
}

web_result web_request__error(const struct web_request *request, unsigned int code,
			      const char *format, ...)
{
	struct MHD_Response *response;
	struct text text = { 0 };
	char words[512];
	va_list args;
	web_result result;

	va_start(args, format);
	vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	text__add(&text, "{\"error\": ");
	text__json(&text, words);
	text__add(&text, "}\n");
	if (text.failed) {
		text__free(&text);
		return MHD_NO;
	}
	response = MHD_create_response_from_buffer(text.len, text.bytes, MHD_RESPMEM_MUST_FREE);
	if (!response) {
		text__free(&text);
		return MHD_NO;
	}
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, JSON_TYPE);
	if (code == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	result = MHD_queue_response(request->connection, code, response);
	MHD_destroy_response(response);
	return result;
}

web_result web_request__send(const struct web_request *request, struct text *text, const char *type)
{
	struct MHD_Response *response;

	if (text->failed) {
		text__free(text);
		return web_request__error(request, MHD_HTTP_INTERNAL_SERVER_ERROR, "out of memory");
	}
	response = MHD_create_response_from_buffer(text->len, text->bytes, MHD_RESPMEM_MUST_FREE);
	if (!response)
		text__free(text);
	return web_request__respond(request, response, type);
}

/* "localhost", or an address: no name that somebody else's DNS could give to this machine. */
static bool is_plain_host(const char *host)
{
	char name[64];
	struct in6_addr address;
	size_t len = host[0] == '[' ? strcspn(host, "]") : strcspn(host, ":");

	if (host[0] == '[') {
		host++;
		len--;
	}
	if (len >= sizeof(name))
		return false;
	memcpy(name, host, len);
	name[len] = '\0';
	return strcasecmp(name, "localhost") == 0 || inet_pton(AF_INET, name, &address) == 1 ||
	       inet_pton(AF_INET6, name, &address) == 1;
}

/*
 * A page of a stranger, in a browser on this machine, can give its own name this machine's loopback address, and would then
 * read all that is here: so by loopback only those are answered who ask for an address.
 */
static bool is_rebound(const struct web_request *request)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_DAEMON);
	const char *host = MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND,
						       MHD_HTTP_HEADER_HOST);

	return request->web->address.loopback && info && info->daemon == request->web->tcp &&
	       host && !is_plain_host(host);
}

static web_result route(struct web_request *request, const char *url)
{
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++)
		if (strcmp(url, routes[i].path) == 0)
			return routes[i].get(request);
	if (strncmp(url, MACHINES_PATH, strlen(MACHINES_PATH)) == 0) {
		request->rest = url + strlen(MACHINES_PATH);
		return web_machine__get(request);
	}
	return web_request__error(request, MHD_HTTP_NOT_FOUND,
				  "\"%.100s\" is not here; legal: /, /metrics, /api/v1/status, "
				  "/api/v1/machines, /api/v1/machines/MAC, /api/v1/events, "
				  "/api/v1/stream",
				  url);
}

web_result web_request__handle(void *context, struct MHD_Connection *connection, const char *url,
			       const char *method, const char *version, const char *upload,
			       size_t *upload_size, void **state)
{
	static char seen;
	struct web_request request = { .web = context, .connection = connection };

	(void)version;
	(void)upload;
	if (strcmp(method, MHD_HTTP_METHOD_GET) && strcmp(method, MHD_HTTP_METHOD_HEAD)) {
		if (*state)
			return MHD_NO; /* a body that goes on: it has had its answer */
		*state = &seen;
		return web_request__error(&request, MHD_HTTP_METHOD_NOT_ALLOWED,
					  "method %.20s; legal: GET", method);
	}
	if (!*state) { /* its head has come; answered when all of it has */
		*state = &seen;
		return MHD_YES;
	}
	if (*upload_size) { /* a GET with a body, which means nothing */
		*upload_size = 0;
		return MHD_YES;
	}
	if (is_rebound(&request))
		return web_request__error(&request, MHD_HTTP_BAD_REQUEST,
					  "the Host of the request is a name; legal: an address, "
					  "or localhost");
	return route(&request, url);
}
