/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The daemon's HTTP interface: see doc/api.md. It runs in a thread of its own and only reads, so whatever comes to it
 * cannot hold up or change what is served.
 */
#ifndef XDPXE_WEB_H
#define XDPXE_WEB_H

#include "config_web.h"
#include "happenings.h"
#include "histograms.h"
#include "history.h"

struct engine;

/**
 * struct web_sources - what there is to show; all of it outlives the thread
 * @machines: @happenings: @histograms: NULL, all three: nobody follows what machines do, and there are none
 * @history: NULL: the boot that is under way only
 * @engine:  NULL: no maps, in a test: whatever is read from them is 0
 */
struct web_sources {
	struct machines *machines;
	struct happenings *happenings;
	struct history *history;
	struct histograms *histograms;
	const struct engine *engine;
};

struct web;

/**
 * web__start() - listen on the Unix socket @path, and on @address where that is set
 * An address that cannot be had is told, tried again by and by, and no error.
 * Return: NULL with a message logged: the daemon serves on without
 */
struct web *web__start(const struct web_sources *sources, const char *path,
		       const struct config_web *address);

/** web__follow() - listen on @address from now on; nothing happens if it is the same */
void web__follow(struct web *web, const struct config_web *address);

/** web__stop() - end all connections and the thread; NULL is allowed */
void web__stop(struct web *web);

#endif
