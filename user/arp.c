// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "arp.h"

#include <arpa/inet.h>
#include <net/if_arp.h>
#include <netinet/if_ether.h>
#include <string.h>

#define TPID_QINQ 0x88a8
#define TPID_OLD_QINQ 0x9100
#define VID_MASK 0x0fff
#define FRAME_MIN 60

struct tag_wire {
	__be16 tci, type;
};

size_t arp__probe(const struct arp_link *link, const uint8_t mac[6], uint32_t address,
		  uint8_t frame[ARP_PROBE_MAX])
{
	struct ether_arp arp = {
		.ea_hdr = { .ar_hrd = htons(ARPHRD_ETHER),
			    .ar_pro = htons(ETHERTYPE_IP),
			    .ar_hln = ETH_ALEN,
			    .ar_pln = sizeof(uint32_t),
			    .ar_op = htons(ARPOP_REQUEST) },
	};
	const __be32 target = htonl(address);
	struct ether_header ether = { .ether_type = htons(ETHERTYPE_ARP) };
	size_t at = sizeof(ether);

	memset(frame, 0, ARP_PROBE_MAX);
	memset(ether.ether_dhost, 0xff, ETH_ALEN);
	memcpy(ether.ether_shost, mac, ETH_ALEN);
	for (uint8_t i = 0; i < link->tag_count; i++) {
		bool last = i + 1 == link->tag_count;
		struct tag_wire tag = {
			.tci = htons(link->tags[i].vid & VID_MASK),
			.type = htons(last ? ETHERTYPE_ARP : link->tags[i + 1].tpid),
		};

		memcpy(frame + at, &tag, sizeof(tag));
		at += sizeof(tag);
	}
	if (link->tag_count)
		ether.ether_type = htons(link->tags[0].tpid);
	memcpy(frame, &ether, sizeof(ether));
	memcpy(arp.arp_sha, mac, ETH_ALEN);
	memcpy(arp.arp_tpa, &target, sizeof(target));
	memcpy(frame + at, &arp, sizeof(arp));
	return FRAME_MIN + link->tag_count * sizeof(struct tag_wire);
}

static bool is_tag(uint16_t type)
{
	return type == ETHERTYPE_VLAN || type == TPID_QINQ || type == TPID_OLD_QINQ;
}

/* Walk over the tags in the frame. Return: where ARP begins, 0 when it does not */
static size_t read_tags(const uint8_t *frame, size_t len, struct arp_claim *claim)
{
	size_t at = 2 * ETH_ALEN;
	struct tag_wire tag;
	__be16 type;

	for (; at + sizeof(type) <= len; at += sizeof(tag)) {
		memcpy(&type, frame + at, sizeof(type));
		if (ntohs(type) == ETHERTYPE_ARP)
			return at + sizeof(type);
		if (!is_tag(ntohs(type)) || claim->tag_count == ARP_TAGS_MAX ||
		    at + sizeof(type) + sizeof(tag) > len)
			return 0;
		memcpy(&tag, frame + at + sizeof(type), sizeof(tag));
		claim->tags[claim->tag_count++] =
			(struct arp_tag){ ntohs(type), ntohs(tag.tci) & VID_MASK };
	}
	return 0;
}

bool arp__parse(const void *frame, size_t len, const struct arp_tag *stripped,
		struct arp_claim *claim)
{
	struct ether_arp arp;
	__be32 sender;
	size_t at;

	memset(claim, 0, sizeof(*claim));
	if (stripped)
		claim->tags[claim->tag_count++] =
			(struct arp_tag){ stripped->tpid, stripped->vid & VID_MASK };
	at = read_tags(frame, len, claim);
	if (!at || at + sizeof(arp) > len)
		return false;
	memcpy(&arp, (const uint8_t *)frame + at, sizeof(arp));
	if (arp.ea_hdr.ar_hrd != htons(ARPHRD_ETHER) || arp.ea_hdr.ar_pro != htons(ETHERTYPE_IP) ||
	    arp.ea_hdr.ar_hln != ETH_ALEN || arp.ea_hdr.ar_pln != sizeof(sender))
		return false;
	if (arp.ea_hdr.ar_op != htons(ARPOP_REQUEST) && arp.ea_hdr.ar_op != htons(ARPOP_REPLY))
		return false;
	memcpy(&sender, arp.arp_spa, sizeof(sender));
	memcpy(claim->mac, arp.arp_sha, ETH_ALEN);
	claim->address = ntohl(sender);
	return sender && !(arp.arp_sha[0] & 1);
}

bool arp__is_on(const struct arp_claim *claim, const struct arp_link *link)
{
	if (claim->tag_count != link->tag_count)
		return false;
	for (uint8_t i = 0; i < link->tag_count; i++)
		if (claim->tags[i].vid != link->tags[i].vid)
			return false;
	return true;
}
