// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "rescue_ack.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <string.h>

#include <bpf/bpf.h>

/* What the program is shown: the ACK that the client would have sent. */
struct ack_frame {
	struct ethhdr eth;
	struct iphdr ip;
	struct udphdr udp;
	struct tftp_header tftp;
	uint8_t padding[ETH_ZLEN - 46];
} __attribute__((packed));
_Static_assert(sizeof(struct ack_frame) == ETH_ZLEN, "the shortest frame");

static uint16_t header_checksum(struct iphdr ip)
{
	uint16_t words[sizeof(ip) / 2];
	uint32_t sum = 0;

	memcpy(words, &ip, sizeof(words));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		sum += words[i];
	sum = (sum & 0xffff) + (sum >> 16);
	return ~(sum + (sum >> 16));
}

static uint16_t block_number(const struct xdpxe_tid *tid, uint32_t acked)
{
	return acked && tid->params.rollover ? (acked - 1) % 65535 + 1 : acked;
}

static void fill_frame(struct ack_frame *frame, const struct transfer *waiting,
		       const struct xdpxe_port *port, const struct xdpxe_tid *tid)
{
	const struct xdpxe_session_key *key = &waiting->session.key;

	memset(frame, 0, sizeof(*frame));
	memcpy(frame->eth.h_dest, port->mac, ETH_ALEN);
	memcpy(frame->eth.h_source, waiting->story.mac, ETH_ALEN);
	frame->eth.h_proto = htons(ETH_P_IP);
	frame->ip = (struct iphdr){ .version = 4, .ihl = 5, .ttl = 64, .protocol = IPPROTO_UDP };
	frame->ip.tot_len = htons(sizeof(frame->ip) + sizeof(frame->udp) + sizeof(frame->tftp));
	frame->ip.saddr = key->client;
	frame->ip.daddr = waiting->story.server;
	frame->ip.check = header_checksum(frame->ip);
	frame->udp.source = key->client_port;
	frame->udp.dest = key->tid;
	frame->udp.len = htons(sizeof(frame->udp) + sizeof(frame->tftp));
	frame->tftp.opcode = htons(TFTP_ACK);
	frame->tftp.block = htons(block_number(tid, waiting->session.acked));
}

/* Put the tags of the client's frames behind the addresses. */
static void add_tags(struct rescue_ack *ack, const struct xdpxe_story *story)
{
	size_t macs = 2 * (size_t)ETH_ALEN, len = story->tags_len;

	if (len > sizeof(story->tags))
		len = 0;
	memmove(ack->frame + macs + len, ack->frame + macs, ack->len - macs);
	memcpy(ack->frame + macs, story->tags, len);
	ack->len += len;
}

int rescue_ack__build(const struct maps *maps, const struct transfer *waiting,
		      struct rescue_ack *out)
{
	uint32_t number = waiting->story.port;
	uint32_t index = ntohs(waiting->session.key.tid) - XDPXE_TID_FIRST;
	struct xdpxe_port port;
	struct ack_frame frame;
	struct xdpxe_tid tid;

	if (bpf_map_lookup_elem(maps->ports, &number, &port) < 0 ||
	    bpf_map_lookup_elem(maps->tids, &index, &tid) < 0 || tid.params.blksize == 0)
		return -ENOENT;
	fill_frame(&frame, waiting, &port, &tid);
	memcpy(out->frame, &frame, sizeof(frame));
	out->len = sizeof(frame);
	add_tags(out, &waiting->story);
	return 0;
}
