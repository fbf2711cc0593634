/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * HTTP over a daemon's Unix socket, as doc/api.md has it. Nothing blocks but api_client__wait(), which runs what was asked for
 * and calls back from within. What comes is bounded, and is not trusted.
 */
#ifndef XDPXE_API_CLIENT_H
#define XDPXE_API_CLIENT_H

#include <stdbool.h>

#include <jansson.h>

#define API_ANSWER_MAX (64u << 20) /* bytes of an answer */
#define API_TARGET 512		   /* of a request: path and query, with its NUL */
#define API_ERROR 160

struct api_client;

/**
 * struct api_answer - what became of a request
 * @status: of HTTP; 0: there was no answer
 * @json:   NULL when it has none
 * @error:  why it is not what was asked for, one line fit for a terminal; empty: @status is 200 and @json is there
 */
struct api_answer {
	long status;
	json_t *json;
	char error[API_ERROR];
};

/** api_answer_fn - all of an answer; it is the caller's until the return: take what is to be kept */
typedef void (*api_answer_fn)(const struct api_answer *answer, void *context);

/** api_message_fn - a message of a stream; @data likewise */
typedef void (*api_message_fn)(const char *event, json_t *data, void *context);

/** api_client__new() - for the daemon that listens at @path. Return: NULL without memory */
struct api_client *api_client__new(const char *path);

/** api_client__free() - ends what runs, without a call back */
void api_client__free(struct api_client *client);

/** api_client__ask() - GET @target; @fn is called once. Return: 0, -ENOMEM */
int api_client__ask(struct api_client *client, const char *target, api_answer_fn fn, void *context);

/**
 * api_client__follow() - GET the stream @target; @fn is called for each message, @end once when it ends or cannot be had
 * @quiet_s: so many seconds of silence are its end, too; 0: it may be silent
 * Return: 0, -ENOMEM
 */
int api_client__follow(struct api_client *client, const char *target, unsigned int quiet_s,
		       api_message_fn fn, api_answer_fn end, void *context);

/** api_client__wait() - run all until something came, at most @ms. @fd: -1 or what else ends it. Return: is @fd readable? */
bool api_client__wait(struct api_client *client, int fd, int ms);

/**
 * api_client__get() - GET @target and wait for @answer, whose json is to be released
 * Return: 0; -ENOMEM; -ENOTCONN: it is not what was asked for, and its error says why
 */
int api_client__get(struct api_client *client, const char *target, struct api_answer *answer);

#endif
