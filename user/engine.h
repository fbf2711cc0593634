/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Programs and maps in the kernel: open, load, fill, pin, attach last; replace; adopt; detach.
 *
 * Each interface has a program of its own (its number is compiled in) and all share one set of maps. What stays when the
 * daemon dies is pinned; the next daemon adopts the maps, loads programs of its own and swaps them in by
 * bpf_link_update(), without a moment in which nobody answers.
 */
#ifndef XDPXE_ENGINE_H
#define XDPXE_ENGINE_H

#include <stdint.h>

#include "maps.h"
#include "pins.h"
#include "plan.h"

struct xdpxe_bpf;

/* Set in the environment by a daemon that starts anew since an interface of its was deleted and made again. */
#define ENGINE_RETURNED "XDPXE_INTERFACE_RETURNED"

struct engine_port {
	char name[IF_NAMESIZE];
	uint32_t number; /* index in `ports` */
	unsigned int ifindex;
	struct xdpxe_bpf *skel;
	int link;    /* -1: not attached */
	bool native; /* in the driver; else generic */
};

struct engine {
	struct instance instance;
	struct maps maps;
	bool adopted;	/* the maps were there already */
	bool telemetry; /* programs that are loaded from now on tell what machines do */
	bool replaces; /* there are maps of another version, which serve until the new program is attached */
	struct maps old; /* of them: see handover__open(); -1 where not open */
	struct engine_port ports[XDPXE_PORTS_MAX];
	size_t port_count;
};

/**
 * engine__open() - find the pinned maps of an earlier daemon for any interface of @plan, or prepare for new ones
 * Return: 0; negative errno with a message logged
 */
int engine__open(struct engine *engine, const struct plan *plan);

/** engine__load() - load a program for @port, which creates the maps if there are none. Return: 0, negative errno */
int engine__load(struct engine *engine, const struct plan_port *port);

/** engine__pin() - pin the maps. Return: 0, negative errno */
int engine__pin(struct engine *engine);

/** engine__attach() - attach, or swap in, the program of every port, and pin it. Return: 0, negative errno */
int engine__attach(struct engine *engine);

/**
 * engine__check_free() - may @port be attached to?
 * Return: 0; -EBUSY with a message logged when somebody else's XDP program is there
 */
int engine__check_free(const struct engine *engine, const struct plan_port *port);

/** engine__port() - the port of an interface, or NULL */
const struct engine_port *engine__port(const struct engine *engine, unsigned int ifindex);

/** engine__ingress() - descriptor of a port's program for received frames */
int engine__ingress(const struct engine_port *port);

/** engine__egress() - descriptor of a port's program for frames from its devmap */
int engine__egress(const struct engine_port *port);

/**
 * engine__reap() - remove a lease, unless its word has changed
 * @addr: out: the address that has no owner now, network byte order
 * Return: 1 removed, 0 it stays, negative errno
 */
int engine__reap(const struct engine *engine, const struct xdpxe_client *client, uint64_t word,
		 uint32_t *addr);

/** engine__detach() - unpin everything, which detaches */
int engine__detach(struct engine *engine);

/** engine__close() - free what this process holds; pinned programs go on */
void engine__close(struct engine *engine);

/** engine__generation() - the generation that follows the adopted one; 0 for new maps */
uint64_t engine__generation(const struct engine *engine);

#endif
