/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the commands that show the pinned maps have in common: options, instances, networks, text for JSON. */
#ifndef XDPXE_VIEW_H
#define XDPXE_VIEW_H

#include <arpa/inet.h>
#include <stdbool.h>

#include <jansson.h>

#include "maps.h"
#include "pins.h"
#include "rows.h"
#include "xdpxe/abi.h"

/* One instance, while its maps are open. */
struct view {
	const struct instance *instance;
	struct maps maps;
	struct xdpxe_meta meta; /* its texts end in NUL */
};

struct view_help {
	const char *name;
	const char *text;    /* what it shows, a paragraph */
	const char *example; /* command and output, indented as it shall stand */
};

#define VIEW_GO_ON (-1)
#define VIEW_TOLD 1

/** view__options() - --json and --help. Return: VIEW_GO_ON, or the exit code */
int view__options(int argc, char **argv, const struct view_help *help, bool *json);

/**
 * view__each() - call @fn for every instance of this network namespace
 * Says on stderr when there is none, or when one is not readable: half removed, or of another version.
 * Return: 0; VIEW_TOLD when it has said so; what @fn or pins__list() returned.
 */
int view__each(int (*fn)(const struct view *view, void *context), void *context);

/**
 * struct view_network - a network in force
 * @interface: where it is served, "?" when that has gone
 * @vlan:      outer and inner identifier, 0: no tag
 */
struct view_network {
	struct xdpxe_network wire;
	char interface[IF_NAMESIZE];
	unsigned int vlan[2];
};

/** view__networks() - struct view_network of all that are in force. Return: 0, negative errno; rows__free() after */
int view__networks(const struct view *view, struct rows *networks);

/** view__network_of() - the network that an address is in, NULL for none */
const struct view_network *view__network_of(const struct rows *networks, __be32 addr);

#define VIEW_VLAN_TEXT 24

/** view__vlan_text() - "100", "100.200", "" for none */
void view__vlan_text(char text[VIEW_VLAN_TEXT], const struct view_network *network);

#define VIEW_NETWORK_TEXT (INET_ADDRSTRLEN + 3)

/** view__network_text() - "10.77.0.0/16" */
void view__network_text(char text[VIEW_NETWORK_TEXT], __be32 subnet, __be32 mask);

#define VIEW_MAC_TEXT (3 * BOOTP_CHADDR_LEN)

/** view__mac_text() - "52:54:00:12:34:56" */
void view__mac_text(char text[VIEW_MAC_TEXT], const __u8 *bytes, unsigned int len);

/** view__tid() - what the port @tid means. Return: false when it means nothing (now) */
bool view__tid(const struct view *view, __be16 tid, struct xdpxe_tid *out);

/** view__json_text() - a string; bytes that are no UTF-8 become '?', since JSON has no place for them */
json_t *view__json_text(const char *text);

/** view__print_json() - to stdout; takes @json over, NULL means out of memory. Return: 0, negative errno */
int view__print_json(json_t *json);

/** view__exit() - the exit code for @err, a negative errno that is told here, or VIEW_TOLD */
int view__exit(const struct view_help *help, int err);

#endif
