/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The frame that a client which fell silent would have sent. */
#ifndef XDPXE_RESCUE_ACK_H
#define XDPXE_RESCUE_ACK_H

#include <linux/if_ether.h>

#include "maps.h"
#include "sessions.h"

/* With its tags, if the client's frames have some. */
struct rescue_ack {
	uint8_t frame[ETH_ZLEN + sizeof(((struct xdpxe_story *)0)->tags)];
	size_t len;
};

/** rescue_ack__build() - an ACK of what was acknowledged last. Return: 0, -ENOENT when port or TID is no longer there */
int rescue_ack__build(const struct maps *maps, const struct transfer *waiting,
		      struct rescue_ack *out);

#endif
