/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The UDP payload under inspection, its checksum, and the headers of a reply. */
#ifndef XDPXE_BPF_PAYLOAD_H
#define XDPXE_BPF_PAYLOAD_H

#define REPLY_TTL 64
#define CSUM_DIFF_MAX 512 /* Verifier: bpf_csum_diff() takes no more before kernel 6.13 */

/**
 * scratch__get() - this CPU's scratch; NULL never happens
 * Verifier: a global function gets memory, not a map value, from its caller, and before kernel 6.2 memory is no good as
 * a map's key or value. Who needs that looks the scratch up again.
 */
static __always_inline struct scratch *scratch__get(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&scratches, &zero);
}

/** payload__sum() - the ones'-complement sum of the first @len bytes; zeroes the bytes behind them */
CHECKED_ALONE __u32 payload__sum(struct scratch *scratch, __u32 len)
{
	__u64 sum = 0;

	if (!scratch || !is_some(&len, XDPXE_FRAME_MAX))
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

	if (!is_some(&len, XDPXE_FRAME_MAX))
		return XDPXE_R_UDP_MALFORMED;
	if (bpf_xdp_load_bytes(ctx, HEADERS_LEN, scratch->payload, len) < 0)
		return XDPXE_R_UDP_MALFORMED;
	if (frame->check && !frame__checksum_ok(frame, payload__sum(scratch, len)))
		return XDPXE_R_UDP_CHECKSUM;
	return GO_ON;
}

static __always_inline void words__swap(__u16 *a, __u16 *b)
{
	__u16 word = *a;

	*a = *b;
	*b = word;
}

/* The sum of two addresses, as they stand in a header that is only aligned to 2. */
static __always_inline __u32 headers__address_sum(const struct reply_headers *headers)
{
	const __u16 *words = (const __u16 *)&headers->ip.saddr;

	return (__u32)words[0] + words[1] + words[2] + words[3];
}

/**
 * headers__finish() - complete the headers of a reply: all but the addresses and ports
 * @payload_len: bytes behind the UDP header
 * @payload_sum: their ones'-complement sum
 */
static __always_inline void headers__finish(struct reply_headers *headers, __u32 payload_len,
					    __u32 payload_sum)
{
	__u32 addresses = headers__address_sum(headers);
	__be16 udp_len = bpf_htons(sizeof(headers->udp) + payload_len);
	__u16 *ip = (__u16 *)&headers->ip; /* RFC 791 section 3.1, by 16-bit words */

	headers->eth.h_proto = bpf_htons(ETH_P_IP);
	ip[0] = bpf_htons(0x4500); /* version 4, five words, no TOS */
	ip[1] = bpf_htons(sizeof(headers->ip) + sizeof(headers->udp) + payload_len);
	ip[2] = 0; /* an atomic datagram needs no identification (RFC 6864 section 4.1) */
	ip[3] = bpf_htons(IP_DF);
	ip[4] = bpf_htons(REPLY_TTL << 8 | IPPROTO_UDP);
	ip[5] = ~csum__fold((__u64)ip[0] + ip[1] + ip[3] + ip[4] + addresses);
	headers->udp.len = udp_len;
	headers->udp.check =
		csum__udp((__u64)addresses + bpf_htons(IPPROTO_UDP) + udp_len + udp_len +
			  headers->udp.source + headers->udp.dest + payload_sum);
}

/** headers__answer() - address a reply of @port to the sender of @frame, from UDP port @sport */
static __always_inline void headers__answer(struct reply_headers *headers,
					    const struct xdpxe_port *port,
					    const struct frame *frame, __be16 sport)
{
	__builtin_memcpy(headers->eth.h_dest, frame->src, 6);
	__builtin_memcpy(headers->eth.h_source, port->mac, 6);
	headers->ip.saddr = frame->daddr;
	headers->ip.daddr = frame->saddr;
	headers->udp.source = sport;
	headers->udp.dest = frame->sport;
}

/** headers__turn() - make the headers of a frame those of the answer of @port */
static __always_inline void headers__turn(struct reply_headers *headers,
					  const struct xdpxe_port *port)
{
	__u16 *words = (__u16 *)headers; /* as wide as the headers are aligned */
	const __u16 *mac = (const __u16 *)port->mac;

	for (int i = 0; i < 3; i++) {
		words[i] = words[i + 3];
		words[i + 3] = mac[i];
	}
	words = (__u16 *)&headers->ip.saddr;
	words__swap(&words[0], &words[2]);
	words__swap(&words[1], &words[3]);
	words__swap(&words[4], &words[5]); /* the ports follow the addresses */
}

#endif
