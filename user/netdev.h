/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a driver says it can do for XDP: the kernel's generic netlink family "netdev" (since 6.3). */
#ifndef XDPXE_NETDEV_H
#define XDPXE_NETDEV_H

#include <stdint.h>

/* Bits of the kernel's enum netdev_xdp_act, which Debian 12's headers do not have yet. */
#define NETDEV_XDP_ACT_BASIC 1	  /* pass, drop, transmit */
#define NETDEV_XDP_ACT_NDO_XMIT 4 /* takes what is redirected to it */

/** netdev__xdp_features() - bits of interface @ifindex. Return: 0; -EOPNOTSUPP before 6.3; other negative errno */
int netdev__xdp_features(unsigned int ifindex, uint64_t *features);

#endif
