/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* dhcpd.conf while it is read: scopes, and the conditions that boot files stand under. */
#ifndef XDPXE_IMPORT_DHCPD_H
#define XDPXE_IMPORT_DHCPD_H

#include "import.h"
#include "import_scan.h"

#define DHCPD_DEPTH 32
#define DHCPD_FILES 64 /* that a configuration includes */

/* option NAME code CODE = TYPE; */
struct dhcpd_option {
	const char *name;
	uint32_t code;
	enum import_type type;
	bool strange; /* a type that is none of ours */
};

/* For which clients a block is. */
struct dhcpd_condition {
	uint64_t arches; /* bit N for code N of option 93; 0: all */
	bool ipxe;	 /* those that already are iPXE */
	bool http;	 /* UEFI HTTP boot */
	bool others;	 /* `else` */
	bool not_ipxe;	 /* all but iPXE: who gets a first stage */
};

struct dhcpd_scope {
	struct import_settings settings;
	struct dhcpd_condition condition;
	const char *narrow; /* why its options are not its network's; NULL: they are */
	bool in_group;	    /* its `filename` is for the hosts in it */
	bool left_out;	    /* nothing of it is carried over, which has been noted */
	bool in_network;
	size_t network; /* its index, while in_network */
	struct import_host *host;
	bool host_has_mac;
};

struct dhcpd {
	struct import *import;
	struct scan scan;
	const char *arch_option; /* the name that option 93 was given, NULL for the usual ones */
	struct rows options;	 /* struct dhcpd_option: those that the file declares */
	unsigned int depth, files;
	bool negated[DHCPD_DEPTH + 2]; /* was the `if` of this depth for all but iPXE? */
	const char *next_server;       /* that was told last */
};

/** dhcpd__condition() - add what the words of a condition say to @condition. Return: false when it is not understood */
bool dhcpd__condition(struct dhcpd *dhcpd, const struct scan_statement *said, size_t from,
		      struct dhcpd_condition *condition);

/** dhcpd__declare() - note the declaration of an option. Return: false when @said is none */
bool dhcpd__declare(struct dhcpd *dhcpd, const struct scan_statement *said);

/** dhcpd__option() - `option NAME VALUE` */
void dhcpd__option(struct dhcpd *dhcpd, struct dhcpd_scope *scope,
		   const struct scan_statement *said);

/** dhcpd__include() - the text of the file that `include` names, to be freed; NULL with a note */
char *dhcpd__include(struct dhcpd *dhcpd, const struct scan_statement *said);

/** dhcpd__branch() - if, elsif or else: fill @scope from @outer. Return: false when the block is to be left out */
bool dhcpd__branch(struct dhcpd *dhcpd, const struct scan_statement *said,
		   const struct dhcpd_scope *outer, struct dhcpd_scope *scope);

/** dhcpd__boot() - `filename`, for whom the scope is */
void dhcpd__boot(struct dhcpd *dhcpd, struct dhcpd_scope *scope, const char *file);

/** dhcpd__next_server() - where files come from: this server, so another one is noted */
void dhcpd__next_server(struct dhcpd *dhcpd, const struct scan_statement *said);

#endif
