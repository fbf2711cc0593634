/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What `xdpxe doctor` finds out: one line for each thing that serving needs, and what to type where it lacks. */
#ifndef XDPXE_DOCTOR_H
#define XDPXE_DOCTOR_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "net.h"
#include "rows.h"

enum doctor_level {
	DOCTOR_GOOD, /* as it should be */
	DOCTOR_NOTE, /* worth knowing */
	DOCTOR_POOR, /* something is lost */
	DOCTOR_BAD,  /* nothing is served */
};

#define DOCTOR_TEXT 200

/**
 * struct doctor_line - one finding
 * @check: what was looked at
 * @found: how it is
 * @lost:  what that costs; empty where nothing
 * @type:  the command that mends it; empty where none does
 */
struct doctor_line {
	enum doctor_level level;
	char interface[IF_NAMESIZE]; /* empty: of the machine */
	char check[24];
	char found[DOCTOR_TEXT];
	char lost[DOCTOR_TEXT];
	char type[DOCTOR_TEXT];
};

struct doctor {
	struct rows lines;     /* struct doctor_line */
	const char *interface; /* that is looked at, NULL for the machine */
};

/**
 * doctor__add() - a finding
 * @lost: @type: NULL for none
 * Without memory the line is missing.
 */
void doctor__add(struct doctor *doctor, enum doctor_level level, const char *check,
		 const char *lost, const char *type, const char *found_format, ...)
	__attribute__((format(printf, 6, 7)));

/** doctor__worst() - the worst level of all lines */
enum doctor_level doctor__worst(const struct doctor *doctor);

/** doctor__print() - for people */
void doctor__print(const struct doctor *doctor, FILE *out);

/** doctor__json() - for machines: an array of objects. Return: NULL without memory */
json_t *doctor__json(const struct doctor *doctor);

/** doctor__machine() - kernel, privileges, bpffs, and each feature of the kernel that is used */
void doctor__machine(struct doctor *doctor);

/** doctor__interface() - address, MTU, offloads, queues of an interface */
void doctor__interface(struct doctor *doctor, const struct net_interface *facts);

/** doctor__driver() - what the driver can do for XDP, and who uses it now */
void doctor__driver(struct doctor *doctor, const struct net_interface *facts);

/** doctor__ports() - who listens on the UDP ports of DHCP and TFTP in this network namespace */
void doctor__ports(struct doctor *doctor);

/**
 * doctor__segment() - which DHCP servers answer on the segment
 * Sends a DISCOVER of a machine that does not exist, and listens for @seconds; no address is taken, an offer runs out.
 */
void doctor__segment(struct doctor *doctor, const struct net_interface *facts,
		     unsigned int seconds);

#endif
