/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Sending and hearing ARP on an interface, by a packet socket. XDP passes ARP up, so the socket sees it. */
#ifndef XDPXE_ARP_SOCKET_H
#define XDPXE_ARP_SOCKET_H

#include "arp.h"

#define ARP_SOCKET_BATCH 64 /* frames for one system call */

struct arp_frame {
	uint8_t bytes[ARP_PROBE_MAX];
	size_t len;
};

enum arp_hearing {
	ARP_HEAR_NOTHING,
	ARP_HEAR_PLAIN, /* frames without a tag */
	ARP_HEAR_TAGGED, /* those with tags too; the socket then looks at every frame that XDP passed up */
};

/** arp_socket__open() - a socket that hears nothing yet. Return: descriptor, negative errno */
int arp_socket__open(void);

/** arp_socket__hear() - from now on hear ARP on an interface. Return: 0, negative errno */
int arp_socket__hear(int fd, unsigned int ifindex, enum arp_hearing hearing);

/** arp_socket__is_up() - interface up and carrier there: what is sent goes out */
bool arp_socket__is_up(int fd, unsigned int ifindex);

/** arp_socket__send() - send up to ARP_SOCKET_BATCH frames. Return: how many went out, negative errno */
int arp_socket__send(int fd, unsigned int ifindex, const struct arp_frame *frames, size_t count);

/**
 * arp_socket__receive() - the next frame that was heard
 * @claim: out; its address is 0 when the frame claims nothing
 * Return: false when there is none
 */
bool arp_socket__receive(int fd, struct arp_claim *claim);

#endif
