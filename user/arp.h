/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* ARP over Ethernet (RFC 826, 5227): probes as bytes, and who says that it has an address. Pure. */
#ifndef XDPXE_ARP_H
#define XDPXE_ARP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARP_TAGS_MAX 2
/* Bytes of the longest probe, padded. */
#define ARP_PROBE_MAX (60 + 4 * ARP_TAGS_MAX)

/* A VLAN tag; host byte order. */
struct arp_tag {
	uint16_t tpid; /* 0x8100, or 0x88a8 for an outer one */
	uint16_t vid;
};

/**
 * struct arp_link - the segment a network is on
 * @ifindex:   where its frames come and go
 * @tags:      outermost first
 * @reachable: its machines hear ARP: false behind a relay
 */
struct arp_link {
	unsigned int ifindex;
	bool reachable;
	uint8_t tag_count;
	struct arp_tag tags[ARP_TAGS_MAX];
};

/* Somebody who says that it has an address. */
struct arp_claim {
	uint32_t address; /* host byte order */
	uint8_t mac[6];
	uint8_t tag_count;
	struct arp_tag tags[ARP_TAGS_MAX];
};

/**
 * arp__probe() - ask whether anybody has @address, without claiming it (RFC 5227 section 2.1.1: sender IP 0.0.0.0)
 * @mac: of our interface
 * Return: bytes of @frame
 */
size_t arp__probe(const struct arp_link *link, const uint8_t mac[6], uint32_t address,
		  uint8_t frame[ARP_PROBE_MAX]);

/**
 * arp__parse() - the claim in a frame: a reply, a request or an announcement, from a sender with an address
 * A probe of somebody else claims nothing yet: whoever keeps an address announces it.
 * @stripped: the outermost tag, where the kernel took it out of the frame; else NULL
 * Return: false when there is none, or the frame is malformed
 */
bool arp__parse(const void *frame, size_t len, const struct arp_tag *stripped,
		struct arp_claim *claim);

/** arp__is_on() - did a claim come from the segment @link? Whichever TPID a switch made of it. */
bool arp__is_on(const struct arp_claim *claim, const struct arp_link *link);

#endif
