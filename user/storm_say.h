/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * DISCOVERs of many machines at once, which the program writes and sends: several times faster than a socket. What the
 * other end of a veth has no room for is lost, where a socket would have waited; so only where DHCP is all there is.
 */
#ifndef XDPXE_STORM_SAY_H
#define XDPXE_STORM_SAY_H

#include "storm_engine.h"

/** storm_say__add() - a machine says DISCOVER, as its kind's script has it, with the next storm_say__flush() */
void storm_say__add(struct storm_engine *engine, uint32_t machine);

/** storm_say__flush() - all that were added; what the interface did not take is counted as refused */
void storm_say__flush(struct storm_engine *engine);

#endif
