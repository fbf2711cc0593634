/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* dnsmasq.conf while it is read. */
#ifndef XDPXE_IMPORT_DNSMASQ_H
#define XDPXE_IMPORT_DNSMASQ_H

#include "import.h"

#define DNSMASQ_TAGS 64

/* A tag, and which clients have it. */
struct dnsmasq_tag {
	const char *name;
	uint64_t arches; /* bit N for code N of option 93 */
	bool ipxe;
};

struct dnsmasq {
	struct import *import;
	unsigned int line;
	const char *shown; /* the line as it stood */
	struct import_settings settings;
	struct dnsmasq_tag tags[DNSMASQ_TAGS];
	size_t tag_count;
};

/** import_dnsmasq__note() - of the line that is being read */
void import_dnsmasq__note(struct dnsmasq *dnsmasq, const char *why);

/** import_dnsmasq__note_tail() - that what follows is left out, if anything does */
void import_dnsmasq__note_tail(struct dnsmasq *dnsmasq, const char *tail);

/* A line each; they may change @value. */
void import_dnsmasq__range(struct dnsmasq *dnsmasq, char *value);
void import_dnsmasq__option(struct dnsmasq *dnsmasq, char *value);
void import_dnsmasq__host(struct dnsmasq *dnsmasq, char *value);
void import_dnsmasq__match(struct dnsmasq *dnsmasq, char *value);
void import_dnsmasq__class(struct dnsmasq *dnsmasq, char *value);
void import_dnsmasq__boot(struct dnsmasq *dnsmasq, char *value);
void import_dnsmasq__pxe_service(struct dnsmasq *dnsmasq, char *value);

#endif
