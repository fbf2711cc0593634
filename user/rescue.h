/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Transfers that stall. A client that lost the last DATA asks again, but not all do: GRUB never repeats an ACK. The
 * daemon then runs the ACK that it would have sent through the program, with back-off and an end. Of a window the last
 * block goes out the first time, and all of it later.
 */
#ifndef XDPXE_RESCUE_H
#define XDPXE_RESCUE_H

#include "engine.h"

#define RESCUE_TICK_MS 250 /* how often to look */
#define RESCUE_ATTEMPTS 5  /* after 1, 2, 4, 8, 16 times the timeout */

struct rescue;

struct rescue *rescue__new(struct engine *engine);

void rescue__free(struct rescue *rescue);

/**
 * rescue__run() - look at every transfer, and help those that are due
 * Does next to nothing while no TFTP frame comes and nobody is stalled. Return: rescues; negative errno.
 */
int rescue__run(struct rescue *rescue);

/**
 * rescue__open_transfers() - transfers of which the client was heard within @seconds
 */
int rescue__open_transfers(const struct maps *maps, unsigned int seconds);

#endif
