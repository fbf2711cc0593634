/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Facts about this machine's interfaces. */
#ifndef XDPXE_NET_H
#define XDPXE_NET_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NET_ADDRESSES_MAX 1024

/**
 * struct net_address - an IPv4 address of this machine, as one of its interfaces sees it
 * @address: @mask: host byte order
 * @vlan:      outer and inner identifier, when it is on a VLAN of the interface; 0: no tag
 * @elsewhere: it is on another interface, such as a bridge
 */
struct net_address {
	uint32_t address, mask;
	uint16_t vlan[2];
	bool elsewhere;
};

/**
 * struct net_interface - one interface
 * @ethernet: frames have an Ethernet header; @mac is valid only then
 * @driver:   name, "unknown" where the kernel does not tell
 * @rxvlan:    it takes VLAN tags out of the frames before XDP sees them
 * @addresses: first its own, in the kernel's order, then those of its VLANs, then all others; those beyond
 *             NET_ADDRESSES_MAX are left out
 */
struct net_interface {
	char name[IF_NAMESIZE];
	unsigned int ifindex;
	uint32_t mtu;
	bool ethernet;
	uint8_t mac[6];
	char driver[32];
	bool rxvlan;
	struct net_address addresses[NET_ADDRESSES_MAX];
	size_t address_count;
};

/**
 * net__read() - facts of interface @name in this network namespace. Return: 0, -ENODEV, other
 * negative errno
 */
int net__read(const char *name, struct net_interface *out);

/** net__names() - the names of all interfaces, comma-separated, cut to @size */
void net__names(char *out, size_t size);

#endif
