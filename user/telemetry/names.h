/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the numbers in an event stand for: networks, files, boot instructions, machines. */
#ifndef XDPXE_NAMES_H
#define XDPXE_NAMES_H

#include "machines_feed.h"
#include "maps.h"
#include "plan.h"

struct names;

/** names__new() - @maps must outlive it. Return: NULL without memory */
struct names *names__new(const struct maps *maps, const struct plan *plan);
void names__free(struct names *names);

/** names__follow() - another plan is in force; from another thread than the one that asks */
void names__follow(struct names *names, const struct plan *plan);

/** names__network() - the network that @addr is in: its text and subnet. Return: false where it is none of ours */
bool names__network(struct names *names, __be32 addr, char text[20], __be32 *subnet);

/**
 * names__fill() - all that an event says, in names
 * @name: that follows the event, NULL for none
 */
void names__fill(struct names *names, const struct xdpxe_event *event,
		 const struct xdpxe_name *name, struct machine_heard *out);

/** names__transfer() - file, size and blocks of a TID, as names__fill() does. Return: false where it means nothing */
bool names__transfer(struct names *names, uint16_t tid, struct machine_heard *out);

#endif
