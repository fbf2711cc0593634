/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where machines come from, and how many addresses they have taken: a part of `xdpxe status`. */
#ifndef XDPXE_STATUS_SOURCES_H
#define XDPXE_STATUS_SOURCES_H

#include <jansson.h>

#include "table.h"
#include "view.h"

#define STATUS_SOURCES_SHOWN 10 /* in the table; with --json all of them */

struct status_source {
	char interface[IF_NAMESIZE];
	char network[VIEW_NETWORK_TEXT];
	char relay[INET_ADDRSTRLEN]; /* "-" for none, as the next */
	char circuit[12];	     /* hash of option 82 */
	uint32_t offers, leases;
};

/** status_sources__read() - those that have any, most offers first. Return: 0, negative errno; rows__free() after */
int status_sources__read(const struct view *view, struct rows *sources);

/** status_sources__json() - an array */
json_t *status_sources__json(const struct rows *sources);

/** status_sources__cells() - a row for each of the first */
void status_sources__cells(const struct rows *sources, struct table *table);

#endif
