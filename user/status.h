/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the pinned maps say about every instance and every counter. */
#ifndef XDPXE_STATUS_H
#define XDPXE_STATUS_H

#include "view.h"
#include "xdpxe/reasons.h"

struct status_network {
	char subnet[VIEW_NETWORK_TEXT];
	char server[INET_ADDRSTRLEN];
	__be32 address, mask;
	uint32_t leases, offered; /* bound and offered addresses that have not expired */
};

struct status_instance {
	char name[IF_NAMESIZE];
	char ports[XDPXE_PORTS_MAX][IF_NAMESIZE];
	int port_count;
	struct xdpxe_meta meta;
	bool running;	       /* the daemon that meta names */
	struct rows networks;  /* struct status_network */
	uint64_t files, bytes; /* served from the cache */
	uint64_t tids, sessions;
	struct xdpxe_lease_store store; /* its texts end in NUL */
	uint32_t now_s;			/* clock of leases, when it was read */
};

struct status {
	struct rows instances;		     /* struct status_instance */
	uint64_t counters[XDPXE_REASON_MAX]; /* of all CPUs and instances */
};

/** status__add() - read one instance; for view__each(), with struct status as @context. Return: 0, negative errno */
int status__add(const struct view *view, void *context);

void status__free(struct status *status);

#endif
