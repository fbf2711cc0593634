// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Ethernet, IPv4 and UDP: bpf/frame.h over bpf/cursor.h, the checksums of bpf/payload.h, the tags of bpf/vlan.h, ARP of
// bpf/arp_message.h.
#include "shim.h"

#include "cursor.h"
#include "csum.h"
#include "frame.h"
#include "payload.h"
#include "vlan.h"
#include "arp_message.h"

#define IP_AT 14
#define UDP_AT 34

static __u32 be16_at(const __u8 *data, size_t at)
{
	return (__u32)data[at] << 8 | data[at + 1];
}

/* What must hold of a frame that the parser took for UDP over IPv4. */
static void check_facts(const __u8 *data, size_t size, const struct frame *frame)
{
	__u32 total = be16_at(data, IP_AT + 2), udp_len = be16_at(data, UDP_AT + 4);

	must(size >= HEADERS_LEN && frame->len == size && frame->payload == HEADERS_LEN);
	must(be16_at(data, 12) == ETH_P_IP && data[IP_AT] == 0x45 && data[IP_AT + 8] != 0);
	must(data[IP_AT + 9] == IPPROTO_UDP && !(be16_at(data, IP_AT + 6) & 0x3fff));
	must(plain_sum(data + IP_AT, 20) == 0xffff);
	must(IP_AT + total <= size && 20 + udp_len <= total && udp_len >= 8);
	must(frame->payload_len == udp_len - 8);
	must((size_t)frame->payload + frame->payload_len <= size);
	must(!memcmp(frame->dst, data, 6) && !memcmp(frame->src, data + 6, 6));
	must(!memcmp(&frame->saddr, data + IP_AT + 12, 4));
	must(!memcmp(&frame->daddr, data + IP_AT + 16, 4));
	must(!memcmp(&frame->sport, data + UDP_AT, 2) &&
	     !memcmp(&frame->dport, data + UDP_AT + 2, 2));
}

/* RFC 768 word for word: pseudo header, UDP header and payload; none and the half-made one are right. */
static bool plain_udp_ok(const __u8 *data)
{
	__u32 udp_len = be16_at(data, UDP_AT + 4);
	__u8 pseudo[12] = { [9] = IPPROTO_UDP, [10] = udp_len >> 8, [11] = udp_len & 0xff };
	__u8 half[2];
	__u16 sum;

	memcpy(pseudo, data + IP_AT + 12, 8);
	sum = plain_sum(pseudo, sizeof(pseudo));
	memcpy(half, &sum, sizeof(half));
	if (be16_at(data, UDP_AT + 6) == 0 || !memcmp(half, data + UDP_AT + 6, 2))
		return true;
	return csum__fold((__u64)sum + plain_sum(data + UDP_AT, udp_len)) == 0xffff;
}

static void check_payload(struct xdp_md *ctx, const struct frame *frame)
{
	struct scratch *scratch = scratch__new(ctx->data, 0, 0xa5);
	int reason = payload__load(ctx, frame, scratch);

	if (frame->payload_len == 0 || frame->payload_len > XDPXE_FRAME_MAX) {
		must(reason == XDPXE_R_UDP_MALFORMED);
	} else {
		must(reason == (plain_udp_ok(ctx->data) ? GO_ON : XDPXE_R_UDP_CHECKSUM));
		must(!memcmp(scratch->payload, ctx->data + HEADERS_LEN, frame->payload_len));
		must(payload__sum(scratch, frame->payload_len) ==
		     plain_sum(ctx->data + HEADERS_LEN, frame->payload_len));
	}
	free(scratch);
}

/* The headers of a reply to this frame are right, too. */
static void check_answer(const struct frame *frame, const __u8 *payload)
{
	__u8 aligned[2 + HEADERS_LEN + XDPXE_BLKSIZE_MAX] __attribute__((aligned(4)));
	__u8 *bytes = aligned + 2; /* as below */
	__u32 len = frame->payload_len;
	struct reply_headers headers;
	struct cursor cursor = { bytes, bytes + HEADERS_LEN + len };
	struct xdpxe_port port = { .mac = { 2, 0, 0, 0, 0, 1 } };
	struct frame back = {};

	if (len > XDPXE_BLKSIZE_MAX)
		return;
	headers__answer(&headers, &port, frame, frame->dport);
	headers__finish(&headers, len, plain_sum(payload, len));
	memcpy(bytes, &headers, sizeof(headers));
	memcpy(bytes + HEADERS_LEN, payload, len);
	must(frame__parse(cursor, &back) == GO_ON);
	must(back.check != 0 && plain_udp_ok(bytes) && back.payload_len == len);
	must(back.saddr == frame->daddr && back.daddr == frame->saddr);
	must(back.sport == frame->dport && back.dport == frame->sport);
	must(!memcmp(bytes, frame->src, 6) && !memcmp(bytes + 6, port.mac, 6));
}

/* Tags are found as they stand; a frame that loses them and gets them back is the same, and between it has none. */
static void check_tags(struct xdp_md *ctx, const __u8 *data, size_t size)
{
	struct cursor cursor = { (void *)ctx->data, (void *)ctx->data_end };
	const __u8 *begin = ctx->data;
	struct tags tags = {};

	tags__parse(&cursor, &tags);
	must(tags.len <= 8 && tags.len % 4 == 0 && (const __u8 *)cursor.pos == begin + tags.len);
	must(size >= MACS_LEN + tags.len || tags.len == 0);
	must(!memcmp(tags.tag, data + MACS_LEN, tags.len));
	if (tags.len == 0 || size < ETH_HLEN + tags.len)
		return; /* the kernel refuses what leaves less than a header */
	must(tags__take_off(ctx, &tags));
	must(ctx->data == begin + tags.len && !memcmp(ctx->data, data, MACS_LEN));
	must(tags__put_on(ctx, &tags) == 0);
	must(ctx->data == begin && !memcmp(begin, data, size));
}

/* What is taken for a request is one, and its answer is as RFC 826 says; all behind it stays. */
static void check_arp(struct xdp_md *ctx, const __u8 *data, size_t size)
{
	static const __u8 ours[ETH_ALEN] = { 2, 0, 0, 0, 0, 1 };
	static const __u8 head[] = { 8, 6, 0, 1, 8, 0, 6, 4, 0, 1 };
	struct arp arp = {};
	__u8 *got = (__u8 *)ctx->data, *body;
	__u32 at;

	if (!arp__parse(ctx, &arp))
		return;
	at = 12 + arp.tags.len;
	must(size >= at + 30 && !memcmp(data + at, head, sizeof(head)));
	must(!memcmp(data + 6, data + at + 10, 6) && !(data[6] & 1));
	must(arp__answer(ctx, ours, &arp) == 0);
	body = got + at;
	must(!memcmp(got, data + 6, 6) && !memcmp(got + 6, ours, 6));
	must(!memcmp(got + 12, data + 12, arp.tags.len + 9) && body[9] == 2);
	must(!memcmp(body + 10, ours, 6) && !memcmp(body + 16, data + at + 26, 4));
	must(!memcmp(body + 20, data + 6, 6) && !memcmp(body + 26, data + at + 16, 4));
	must(!memcmp(body + 30, data + at + 30, size - at - 30));
	memcpy(got, data, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* Two bytes before the frame put its IP header at a multiple of four, as csum__ip() reads it. */
	__u8 *copy = size <= 0xffff ? malloc(size + 2) : NULL;
	struct frame frame = {};
	struct xdp_md ctx;
	int reason;

	if (!copy)
		return 0;
	memcpy(copy + 2, data, size);
	ctx.data = copy + 2;
	ctx.data_end = ctx.data + size;
	check_tags(&ctx, data, size);
	check_arp(&ctx, data, size);
	reason = frame__parse((struct cursor){ copy + 2, copy + 2 + size }, &frame);
	must(reason == GO_ON || (reason >= XDPXE_R_NOT_IPV4 && reason <= XDPXE_R_UDP_MALFORMED));
	if (reason == GO_ON) {
		frame__take_macs(&ctx, &frame);
		check_facts(ctx.data, size, &frame);
		check_payload(&ctx, &frame);
		check_answer(&frame, ctx.data + HEADERS_LEN);
	}
	free(copy);
	return 0;
}
