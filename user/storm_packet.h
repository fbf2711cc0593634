/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Frames taken apart, with every length and checksum looked at, and frames put together. Addresses and ports are in
 * network byte order.
 */
#ifndef XDPXE_STORM_PACKET_H
#define XDPXE_STORM_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STORM_HEADERS 42 /* Ethernet, IPv4, UDP */
#define STORM_ETHERNET_MIN 60

enum storm_packet_kind {
	STORM_PACKET_OTHER,
	STORM_PACKET_ARP,
	STORM_PACKET_UDP,
	STORM_PACKET_MALFORMED, /* IPv4 or ARP with a length or a field that cannot be */
	STORM_PACKET_CHECKSUM,	/* a checksum is wrong; ports and payload are set all the same */
};

/**
 * struct storm_packet - a frame taken apart; @payload points into it
 * @operation: of ARP: 1 asks, 2 tells; @source: @target: are its protocol addresses, then
 */
struct storm_packet {
	enum storm_packet_kind kind;
	const uint8_t *mac_to, *mac_from;
	uint32_t source, target;
	uint16_t source_port, target_port;
	uint16_t operation;
	const uint8_t *arp_mac;
	const uint8_t *payload;
	size_t len;
};

/** storm_packet__parse() - any bytes at all may stand in @frame */
void storm_packet__parse(const uint8_t *frame, size_t len, struct storm_packet *out);

/** struct storm_ends - both ends of a frame to be built */
struct storm_ends {
	uint8_t mac_to[6], mac_from[6];
	uint32_t source, target;
	uint16_t source_port, target_port;
	uint8_t ttl;
	bool plain_ip; /* UDP checksum 0 and "don't fragment", as U-Boot sends it */
	uint16_t ident;
};

/**
 * storm_packet__udp() - write the headers before @payload bytes that stand at @frame + STORM_HEADERS
 * Return: bytes of the frame, padded with zeros to Ethernet's least
 */
size_t storm_packet__udp(uint8_t *frame, const struct storm_ends *ends, size_t payload);

/** storm_packet__arp() - an ARP frame of @ends' machine; @arp_target: its target hardware address */
size_t storm_packet__arp(uint8_t *frame, const struct storm_ends *ends, uint16_t operation,
			 const uint8_t arp_target[6]);

/** storm_packet__sum() - RFC 1071 over @len bytes, added to @sum; not folded, not inverted */
uint64_t storm_packet__sum(const void *data, size_t len, uint64_t sum);

/** storm_packet__fold() - to 16 bits, not inverted */
uint16_t storm_packet__fold(uint64_t sum);

#endif
