/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the parts of the HTTP interface share. All of it belongs to one thread, which runs both libmicrohttpd daemons (the
 * Unix socket's and the TCP address') by hand; only what is under `lock` is touched by others.
 */
#ifndef XDPXE_WEB_PRIV_H
#define XDPXE_WEB_PRIV_H

#include <microhttpd.h>
#include <pthread.h>

#include "text.h"
#include "web.h"
#include "web_facts.h"

#define WEB_CONNECTIONS 64	   /* on each of the two, */
#define WEB_CONNECTIONS_OF_ONE 32  /* and of them from one address */
#define WEB_CONNECTION_BYTES 32768 /* memory for the head of a request and parts of an answer */
#define WEB_IDLE_S 30		   /* a connection on which nothing moves is closed */
#define WEB_STREAMS 16		   /* at a time */
#define WEB_TICK_MS 100		   /* streams are looked at this often */
#define WEB_RETRY_MS 5000	   /* an address that could not be had is tried again */
#define WEB_MACHINES_MOST 20000	   /* of one answer */
#define WEB_EVENTS_MOST 2000	   /* the same */

/**
 * struct web - the HTTP interface
 * @wanted: @has_changed: what web__follow() said last @trouble: why @address is not listened on, empty: it is
 * @wake: an eventfd, written to for the thread to look @stopping: it is to end
 */
struct web {
	struct web_sources sources;
	struct histograms no_histograms;
	bool own_tables; /* empty ones, where there are no others */
	struct web_facts facts;
	pthread_t thread;
	int wake;
	struct MHD_Daemon *local, *tcp;
	struct config_web address;
	char trouble[128];
	int64_t retry_ms;
	struct web_stream *streams;
	size_t stream_count;
	const struct MHD_Daemon *ending; /* streams of this one end */
	pthread_mutex_t lock;
	struct config_web wanted;
	bool has_changed, stopping;
};

/* A request that came whole. @rest: of the path, behind "/api/v1/machines/"; else NULL */
struct web_request {
	struct web *web;
	struct MHD_Connection *connection;
	const char *rest;
};

typedef enum MHD_Result web_result;

/** web__now_ms() - CLOCK_MONOTONIC */
int64_t web__now_ms(void);

/** web__time_ms() - Unix time */
int64_t web__time_ms(void);

/* web_listen.c: */

/** web_listen__local() - a daemon on the Unix socket @path, of this user alone. Return: NULL with errno */
struct MHD_Daemon *web_listen__local(struct web *web, const char *path);

/** web_listen__tcp() - listen on @web->address, or say in @web->trouble why not */
void web_listen__tcp(struct web *web);

/* web_request.c: */

/** web_request__handle() - libmicrohttpd's access handler: routes to those below */
web_result web_request__handle(void *context, struct MHD_Connection *connection, const char *url,
			       const char *method, const char *version, const char *upload,
			       size_t *upload_size, void **state);

/** web_request__error() - answer with {"error": "..."} */
web_result web_request__error(const struct web_request *request, unsigned int code,
			      const char *format, ...) __attribute__((format(printf, 3, 4)));

/** web_request__send() - answer with @text, which is taken over, or with 500 if it failed */
web_result web_request__send(const struct web_request *request, struct text *text,
			     const char *type);

/** web_request__respond() - answer with @response, which is taken over; NULL: no memory */
web_result web_request__respond(const struct web_request *request, struct MHD_Response *response,
				const char *type);

/* Those who answer. */
web_result web_page__get(const struct web_request *request);
web_result web_metrics__get(const struct web_request *request);
web_result web_status__get(const struct web_request *request);
web_result web_machines__get(const struct web_request *request);
web_result web_machine__get(const struct web_request *request);
web_result web_events__get(const struct web_request *request);
web_result web_stream__get(const struct web_request *request);

/* web_stream.c: */

/** web_stream__tick() - wake the streams that have something to say */
void web_stream__tick(struct web *web);

/** web_stream__end_all() - end those that came by @of, which is to be stopped */
void web_stream__end_all(struct web *web, const struct MHD_Daemon *of);

#endif
