/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What `xdpxe top` asks the daemon for: one stream of totals, and as much of the list as is shown, or one story. No more, so that
 * it costs the daemon the same with 20,000 machines.
 */
#ifndef XDPXE_TOP_FEED_H
#define XDPXE_TOP_FEED_H

#include "top/top.h"

/* A request that is made again and again. @stale: while it runs, something else has come to be wanted */
struct top_request {
	bool running, stale;
	char target[API_TARGET];
};

/**
 * struct top_feed - all zero but for @client and @data
 * @streaming: the stream runs. @status: it has been asked for. @offset: that the list was asked for from
 * @changed: something came since this was last set to false. @again: what came is not what is wanted by now
 */
struct top_feed {
	struct api_client *client;
	struct top_data *data;
	struct top_request list, story;
	size_t offset;
	bool streaming, status, changed, again;
};

/** top_feed__begin() - ask for the status, and wait. @why: of a failure. Return: what api_client__get() returns */
int top_feed__begin(struct top_feed *feed, char why[API_ERROR]);

/**
 * top_feed__ask() - ask for what @view shows, and for the stream when there is none
 * A request that is under way is waited for, and asked again when it was for something else.
 */
void top_feed__ask(struct top_feed *feed, const struct top_view *view);

#endif
