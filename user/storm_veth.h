/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How many frames left a veth through its XDP transmit function. */
#ifndef XDPXE_STORM_VETH_H
#define XDPXE_STORM_VETH_H

#include <stdint.h>

/** storm_veth__xmitted() - the sum of its counters tx_queue_N_xdp_xmit; 0 where there are none */
uint64_t storm_veth__xmitted(const char *interface);

#endif
