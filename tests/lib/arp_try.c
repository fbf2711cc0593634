// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Probe an address over a segment with the daemon's own ARP, and print who has it: MAC, or "nobody" after a second.
//
//     arp_try INTERFACE ADDRESS [TPID:VID [TPID:VID]]      TPID in hexadecimal, VID in decimal, outermost first
#include <arpa/inet.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "arp_socket.h"
#include "net.h"

static int listen_on(const struct arp_link *link, uint32_t address, int fd)
{
	struct pollfd readable = { .fd = fd, .events = POLLIN };
	struct arp_claim claim;

	for (int i = 0; i < 100; i++) {
		poll(&readable, 1, 10);
		while (arp_socket__receive(fd, &claim)) {
			const uint8_t *mac = claim.mac;

			if (claim.address != address || !arp__is_on(&claim, link))
				continue;
			printf("%02x:%02x:%02x:%02x:%02x:%02x\n", mac[0], mac[1], mac[2], mac[3],
			       mac[4], mac[5]);
			return 0;
		}
	}
	puts("nobody");
	return 0;
}

int main(int argc, char **argv)
{
	struct arp_link link = {};
	struct net_interface facts;
	struct arp_frame frame;
	uint32_t address;
	int fd = arp_socket__open();

	if (argc < 3 || fd < 0 || net__read(argv[1], &facts) < 0)
		return 2;
	address = ntohl(inet_addr(argv[2]));
	link.ifindex = facts.ifindex;
	for (int i = 3; i < argc && i < 3 + ARP_TAGS_MAX; i++) {
		unsigned int tpid, vid;

		if (sscanf(argv[i], "%x:%u", &tpid, &vid) != 2)
			return 2;
		link.tags[link.tag_count++] = (struct arp_tag){ (uint16_t)tpid, (uint16_t)vid };
	}
	frame.len = arp__probe(&link, facts.mac, address, frame.bytes);
	if (arp_socket__hear(fd, link.ifindex, link.tag_count ? ARP_HEAR_TAGGED : ARP_HEAR_PLAIN) ||
	    arp_socket__send(fd, link.ifindex, &frame, 1) != 1)
		return 1;
	return listen_on(&link, address, fd);
}
