/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * DHCP that the program takes by itself: what it is told, and what it has done meanwhile. See xdpxe/storm_talk.h. None
 * of it while the network is bad on purpose, or while machines collect OFFERs: all DHCP is the command's then.
 */
#ifndef XDPXE_STORM_TALKS_H
#define XDPXE_STORM_TALKS_H

#include "storm.h"
#include "storm_dhcp.h"

/** storm_talks__new() - what has been heard, of each kind of machine. Return: NULL for want of memory */
struct storm_talks *storm_talks__new(void);

void storm_talks__free(struct storm_talks *talks);

/**
 * storm_talk__discover() - a machine asks for an OFFER: the program may take it
 * Return: and the program says the DISCOVER, too
 */
bool storm_talk__discover(struct storm *storm, uint32_t number);

/** storm_talk__request() - a machine has asked for its address: the program may take the ACK */
void storm_talk__request(struct storm *storm, uint32_t number);

#define STORM_SCOUTS 8 /* machines that are switched on before all others */

/**
 * storm_talk__is_learning() - do the scouts wait for their first addresses?
 * Where all machines are switched on at once, their OFFERs would be under way before the first one has been judged. So
 * the others follow when it has been, or after a few milliseconds.
 */
bool storm_talk__is_learning(const struct storm *storm);

/**
 * storm_talk__learn() - a reply to a machine with which nothing was wrong; the first OFFER and the first ACK become the
 * script of its kind
 */
void storm_talk__learn(struct storm *storm, uint32_t number, const struct storm_packet *packet,
		       const struct storm_dhcp_heard *heard);

/** storm_talk__sync() - has the program sent a machine's REQUEST meanwhile? Then it is in that state */
bool storm_talk__sync(struct storm *storm, uint32_t number);

/** storm_talk__bound() - the program has taken a machine's ACK. Return: what it said, NULL when nobody waits for it */
const struct storm_dhcp_heard *storm_talk__bound(struct storm *storm, uint32_t number,
						 uint32_t address);

/** storm_talk__text() - a message of @len bytes, as a script has it: what is @mac's and @uuid's own is taken out */
void storm_talk__text(struct storm_text *out, const uint8_t *message, size_t len,
		      const uint8_t mac[6], const uint8_t uuid[16]);

#endif
