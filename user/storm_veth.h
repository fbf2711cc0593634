/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How many frames left a veth through its XDP transmit function. */
#ifndef XDPXE_STORM_VETH_H
#define XDPXE_STORM_VETH_H

#include <stdint.h>

#define STORM_VETH_SENT "_xdp_xmit"
#define STORM_VETH_LOST "_xdp_xmit_errors" /* the other end had no room */

/** storm_veth__count() - the sum of its counters tx_queue_N with such an end; 0 where there are none */
uint64_t storm_veth__count(const char *interface, const char *end);

#endif
