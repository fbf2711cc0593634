/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The parameters of a request, checked. */
#ifndef XDPXE_WEB_QUERY_H
#define XDPXE_WEB_QUERY_H

#include "web_priv.h"

/* What can be given; bits, for which of them a request may have, and has. */
enum {
	QUERY_STAGE = 1 << 0,
	QUERY_NETWORK = 1 << 1,
	QUERY_TEXT = 1 << 2, /* q */
	QUERY_LIMIT = 1 << 3,
	QUERY_OFFSET = 1 << 4,
	QUERY_AFTER = 1 << 5,
	QUERY_MAC = 1 << 6,
	QUERY_SINCE = 1 << 7,
	QUERY_WHAT = 1 << 8,
};

/* What a stream has. */
enum { QUERY_STEPS = 1, QUERY_MACHINES = 2, QUERY_TOTALS = 4 };

/**
 * struct web_query - the values; those that are not given are as web_query__read() found them
 * @given: QUERY_* that were given
 * @filter: of machines: stage, network, text
 * @client: @after: @since_ms: @limit: @offset: @what: of the parameter with that name
 */
struct web_query {
	unsigned int given;
	struct machine_filter filter;
	struct xdpxe_client client;
	uint64_t after;
	int64_t since_ms;
	size_t limit, offset;
	unsigned int what;
};

/**
 * web_query__read() - the parameters of @request
 * @legal: QUERY_* that it may have @most: of the limit
 * Return: true; false when one is wrong, with @answer what was answered
 */
bool web_query__read(const struct web_request *request, unsigned int legal, size_t most,
		     struct web_query *query, web_result *answer);

/** web_query__mac() - a hardware address of 1 to 16 bytes. Return: it is one */
bool web_query__mac(const char *text, struct xdpxe_client *client);

#endif
