/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a daemon serves: a configuration in force, the engine, the files, the resolver. */
#ifndef XDPXE_SERVICE_H
#define XDPXE_SERVICE_H

#include <stddef.h>

#include "conflict.h"
#include "engine.h"
#include "images.h"
#include "leases.h"
#include "plan.h"
#include "rescue.h"
#include "resolver.h"
#include "telemetry/telemetry.h"

struct service {
	struct plan *plan; /* in force */
	struct engine engine;
	struct images *images; /* NULL: no TFTP */
	struct images_report files;
	bool boots_stale; /* boot instructions of @plan are not in the maps as they should be */
	struct leases *leases;	   /* NULL: no database */
	bool boots_swept;	   /* none are there that @plan does not have */
	struct conflict *conflict; /* probes addresses before they are given */
	struct resolver *resolver;
	struct rescue *rescue;
	struct telemetry *telemetry; /* NULL: it is not followed what machines do */
	uint64_t generation;
	bool gone[XDPXE_PORTS_MAX]; /* interfaces of the plan that do not exist now */
	struct service_lock {
		char name[IF_NAMESIZE];
		int fd;
	} locks[XDPXE_PORTS_MAX + 1]; /* of the interfaces, and of the instance */
	size_t lock_count;
};

/** service__start() - read @path, load, fill, attach. Return: 0, or -1 with a message logged and nothing attached */
int service__start(struct service *service, const char *path);

/** service__print_ready() - the line that says what is attached, and what it may cost */
void service__print_ready(const struct service *service);

/**
 * service__reload() - read configuration and files again; what is wrong changes nothing
 * @reply: "ok ..." or the error
 */
void service__reload(struct service *service, char *reply, size_t size);

/**
 * service__refresh() - files under the TFTP root have changed: make the maps say what the root says
 * Return: whether it is to be called again soon, for files that are being written
 */
bool service__refresh(struct service *service);

/** service__tick() - once a second; @count of them so far */
void service__tick(struct service *service, unsigned int count);

/** service__probe() - hear and send ARP; give addresses to those that wait */
void service__probe(struct service *service);

/** service__probe_wake() - when that is due next (CLOCK_MONOTONIC, nanoseconds); UINT64_MAX: when ARP is heard */
uint64_t service__probe_wake(const struct service *service);

enum service_ports { SERVICE_PORTS_SAME, SERVICE_PORTS_RETURNED };

/**
 * service__look_at_ports() - are the interfaces still those that were attached to?
 * One that is gone is told once. Return: SERVICE_PORTS_RETURNED when one was deleted and made again: only a new start
 * can attach to it
 */
enum service_ports service__look_at_ports(struct service *service);

/**
 * service__drain() - begin no new transfer, and wait until those under way are done, at most DRAIN_SECONDS
 * For mode tftp, where the host's own TFTP server takes over.
 */
void service__drain(const struct service *service);

/** service__stop() - detach, or with @persist leave the fast path serving */
void service__stop(struct service *service, bool persist);

/** service__close() - free what this process holds */
void service__close(struct service *service);

#endif
