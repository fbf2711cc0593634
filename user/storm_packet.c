// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "storm_packet.h"

#include <arpa/inet.h>
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <string.h>

#define IP_DONT_FRAGMENT 0x4000

struct arp_body {
	uint16_t hardware, protocol;
	uint8_t hardware_len, protocol_len;
	uint16_t operation;
	uint8_t sender_mac[6];
	uint8_t sender[4];
	uint8_t target_mac[6];
	uint8_t target[4];
} __attribute__((packed));

/* Four bytes at a time: 2^32 is 1 where sums wrap at 65,535, and 64 bits hold all carries. */
uint64_t storm_packet__sum(const void *data, size_t len, uint64_t sum)
{
	const uint8_t *at = data;
	uint32_t word;

	for (; len >= sizeof(word); len -= sizeof(word), at += sizeof(word)) {
		memcpy(&word, at, sizeof(word));
		sum += word;
	}
	word = 0;
	memcpy(&word, at, len);
	return sum + word;
}

uint16_t storm_packet__fold(uint64_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)sum;
}

/* The pseudo header of UDP, RFC 768. */
static uint64_t pseudo_sum(uint32_t source, uint32_t target, uint16_t udp_len)
{
	uint64_t sum = storm_packet__sum(&source, 4, htons(IPPROTO_UDP));

	return storm_packet__sum(&target, 4, sum + htons(udp_len));
}

static void parse_arp(const uint8_t *body, size_t len, struct storm_packet *out)
{
	const struct arp_body *arp = (const struct arp_body *)body;

	out->kind = STORM_PACKET_MALFORMED;
	if (len < sizeof(*arp) || arp->hardware != htons(ARPHRD_ETHER) ||
	    arp->protocol != htons(ETH_P_IP) || arp->hardware_len != 6 || arp->protocol_len != 4)
		return;
	out->kind = STORM_PACKET_ARP;
	out->operation = ntohs(arp->operation);
	out->arp_mac = arp->sender_mac;
	memcpy(&out->source, arp->sender, 4);
	memcpy(&out->target, arp->target, 4);
}

static bool checksum_is_right(const struct storm_packet *packet, const uint8_t *udp, uint16_t len)
{
	uint64_t pseudo = pseudo_sum(packet->source, packet->target, len);
	uint16_t check;

	memcpy(&check, udp + offsetof(struct udphdr, check), sizeof(check));
	if (check == 0 || check == storm_packet__fold(pseudo))
		return true; /* none; or of a local sender, which leaves it to the NIC */
	return storm_packet__fold(storm_packet__sum(udp, len, pseudo)) == 0xffff;
}

static void parse_ip(const uint8_t *body, size_t len, struct storm_packet *out)
{
	struct iphdr ip;
	struct udphdr udp;
	size_t head, total;

	out->kind = STORM_PACKET_MALFORMED;
	if (len < sizeof(ip))
		return;
	memcpy(&ip, body, sizeof(ip));
	head = ip.ihl * 4u;
	total = ntohs(ip.tot_len);
	if (ip.version != 4 || head < sizeof(ip) || total < head || total > len || ip.ttl == 0)
		return;
	out->source = ip.saddr;
	out->target = ip.daddr;
	if (ip.protocol != IPPROTO_UDP) {
		out->kind = STORM_PACKET_OTHER;
		return;
	}
	if (ip.frag_off & htons((uint16_t)~IP_DONT_FRAGMENT) || total - head < sizeof(udp))
		return;
	memcpy(&udp, body + head, sizeof(udp));
	if (ntohs(udp.len) != total - head)
		return;
	out->source_port = udp.source;
	out->target_port = udp.dest;
	out->payload = body + head + sizeof(udp);
	out->len = total - head - sizeof(udp);
	out->kind = storm_packet__fold(storm_packet__sum(body, head, 0)) == 0xffff &&
				    checksum_is_right(out, body + head, ntohs(udp.len))
			    ? STORM_PACKET_UDP
			    : STORM_PACKET_CHECKSUM;
}

void storm_packet__parse(const uint8_t *frame, size_t len, struct storm_packet *out)
{
	uint16_t type;

	memset(out, 0, sizeof(*out));
	out->kind = STORM_PACKET_MALFORMED;
	if (len < ETH_HLEN)
		return;
	out->mac_to = frame;
	out->mac_from = frame + ETH_ALEN;
	memcpy(&type, frame + 2 * ETH_ALEN, sizeof(type));
	if (type == htons(ETH_P_ARP))
		parse_arp(frame + ETH_HLEN, len - ETH_HLEN, out);
	else if (type == htons(ETH_P_IP))
		parse_ip(frame + ETH_HLEN, len - ETH_HLEN, out);
	else
		out->kind = STORM_PACKET_OTHER;
}

static void write_ethernet(uint8_t *frame, const struct storm_ends *ends, uint16_t type)
{
	struct ethhdr eth = { .h_proto = htons(type) };

	memcpy(eth.h_dest, ends->mac_to, ETH_ALEN);
	memcpy(eth.h_source, ends->mac_from, ETH_ALEN);
	memcpy(frame, &eth, sizeof(eth));
}

static size_t pad(uint8_t *frame, size_t len)
{
	if (len >= STORM_ETHERNET_MIN)
		return len;
	memset(frame + len, 0, STORM_ETHERNET_MIN - len);
	return STORM_ETHERNET_MIN;
}

size_t storm_packet__udp(uint8_t *frame, const struct storm_ends *ends, size_t payload)
{
	uint16_t udp_len = (uint16_t)(sizeof(struct udphdr) + payload);
	struct iphdr ip = {
		.version = 4,
		.ihl = 5,
		.tot_len = htons((uint16_t)(sizeof(ip) + udp_len)),
		.id = htons(ends->ident),
		.frag_off = ends->plain_ip ? htons(IP_DONT_FRAGMENT) : 0,
		.ttl = ends->ttl,
		.protocol = IPPROTO_UDP,
		.saddr = ends->source,
		.daddr = ends->target,
	};
	struct udphdr udp = {
		.source = ends->source_port,
		.dest = ends->target_port,
		.len = htons(udp_len),
	};
	uint8_t *at = frame + ETH_HLEN + sizeof(ip);

	write_ethernet(frame, ends, ETH_P_IP);
	ip.check = (uint16_t)~storm_packet__fold(storm_packet__sum(&ip, sizeof(ip), 0));
	memcpy(frame + ETH_HLEN, &ip, sizeof(ip));
	memcpy(at, &udp, sizeof(udp));
	if (!ends->plain_ip) {
		uint64_t sum = pseudo_sum(ends->source, ends->target, udp_len);

		udp.check = (uint16_t)~storm_packet__fold(storm_packet__sum(at, udp_len, sum));
		udp.check = udp.check ? udp.check : 0xffff;
		memcpy(at, &udp, sizeof(udp));
	}
	return pad(frame, STORM_HEADERS + payload);
}

size_t storm_packet__arp(uint8_t *frame, const struct storm_ends *ends, uint16_t operation,
			 const uint8_t arp_target[6])
{
	struct arp_body arp = {
		.hardware = htons(ARPHRD_ETHER),
		.protocol = htons(ETH_P_IP),
		.hardware_len = 6,
		.protocol_len = 4,
		.operation = htons(operation),
	};

	write_ethernet(frame, ends, ETH_P_ARP);
	memcpy(arp.sender_mac, ends->mac_from, 6);
	memcpy(arp.target_mac, arp_target, 6);
	memcpy(arp.sender, &ends->source, 4);
	memcpy(arp.target, &ends->target, 4);
	memcpy(frame + ETH_HLEN, &arp, sizeof(arp));
	return pad(frame, ETH_HLEN + sizeof(arp));
}
