/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The UDP payload under inspection, its checksum, and the headers of a reply. */
#ifndef XDPXE_BPF_PAYLOAD_H
#define XDPXE_BPF_PAYLOAD_H

#define REPLY_TTL 64
#define CSUM_DIFF_MAX 512 /* Verifier: bpf_csum_diff() takes no more before kernel 6.13 */

/** payload__sum() - the ones'-complement sum of the first @len bytes; zeroes the bytes behind them */
CHECKED_ALONE __u32 payload__sum(struct scratch *scratch, __u32 len)
{
	__u64 sum = 0;

	if (!scratch || len == 0 || len > XDPXE_FRAME_MAX)
		return 0;
	for (__u32 i = 0; i < 4; i++)
		scratch->payload[len + i] = 0;
	for (__u32 i = 0; i < XDPXE_FRAME_MAX / CSUM_DIFF_MAX; i++) {
		__u32 size = len - i * CSUM_DIFF_MAX;

		if (len <= i * CSUM_DIFF_MAX)
			break;
		size = size > CSUM_DIFF_MAX ? CSUM_DIFF_MAX : (size + 3) & ~3u;
		if (size > CSUM_DIFF_MAX)
			break;
		sum += (__u32)bpf_csum_diff(NULL, 0, (__be32 *)&scratch->payload[i * CSUM_DIFF_MAX],
					    size, 0);
	}
	return csum__fold(sum);
}

/**
 * payload__load() - copy the payload of @frame into the scratch
 * Return: GO_ON; UDP_MALFORMED when it is empty or too long for us; UDP_CHECKSUM
 */
static __always_inline int payload__load(struct xdp_md *ctx, const struct frame *frame,
					 struct scratch *scratch)
{
	__u32 len = frame->payload_len;

	if (len == 0 || len > XDPXE_FRAME_MAX)
		return XDPXE_R_UDP_MALFORMED;
	if (bpf_xdp_load_bytes(ctx, HEADERS_LEN, scratch->payload, len) < 0)
		return XDPXE_R_UDP_MALFORMED;
	if (frame->check && !frame__checksum_ok(frame, payload__sum(scratch, len)))
		return XDPXE_R_UDP_CHECKSUM;
	return GO_ON;
}

/**
 * headers__finish() - complete the headers of a reply: all but the addresses and ports
 * @payload_len: bytes behind the UDP header
 * @payload_sum: their ones'-complement sum
 */
static __always_inline void headers__finish(struct reply_headers *headers, __u32 payload_len,
					    __u32 payload_sum)
{
	__u16 udp_len = sizeof(headers->udp) + payload_len;
	struct iphdr ip = {
		.version = 4,
		.ihl = 5,
		.tot_len = bpf_htons(sizeof(ip) + udp_len),
		.frag_off = bpf_htons(IP_DF),
		.ttl = REPLY_TTL,
		.protocol = IPPROTO_UDP,
		.saddr = headers->ip.saddr,
		.daddr = headers->ip.daddr,
	};

	ip.check = ~csum__ip(&ip);
	headers->eth.h_proto = bpf_htons(ETH_P_IP);
	headers->udp.len = bpf_htons(udp_len);
	headers->udp.check =
		csum__udp((__u64)csum__pseudo(ip.saddr, ip.daddr, udp_len) + headers->udp.source +
			  headers->udp.dest + headers->udp.len + payload_sum);
	headers->ip = ip;
}

/** headers__answer() - address a reply to the sender of @frame, from UDP port @sport */
static __always_inline void headers__answer(struct reply_headers *headers,
					    const struct frame *frame, __be16 sport)
{
	__builtin_memcpy(headers->eth.h_dest, frame->src, 6);
	__builtin_memcpy(headers->eth.h_source, frame->dst, 6);
	headers->ip.saddr = frame->daddr;
	headers->ip.daddr = frame->saddr;
	headers->udp.source = sport;
	headers->udp.dest = frame->sport;
}

#endif
