/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The interface of a storm: a packet socket for what goes out, the program for what comes in. */
#ifndef XDPXE_STORM_PORT_H
#define XDPXE_STORM_PORT_H

#include "storm_engine.h"

/** storm_port__open() - a socket that sends, and keeps the interface promiscuous. Return: 0, negative errno, told */
int storm_port__open(struct storm_engine *engine);

/**
 * storm_port__attach() - in the driver if @mode allows; with AUTO, only where frames that XDP sends do arrive: a veth
 * drops them when its other end has no XDP program
 * Return: 0; negative errno with a message logged
 */
int storm_port__attach(struct storm_engine *engine, enum storm_xdp mode);

void storm_port__close(struct storm_engine *engine);

#endif
