/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The Internet checksum (RFC 1071): ones'-complement sums of 16-bit words as they stand in memory. */
#ifndef XDPXE_BPF_CSUM_H
#define XDPXE_BPF_CSUM_H

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "prefix sums mask the low bytes of a word: little-endian hosts only"
#endif

/** csum__fold() - a sum of any width, folded to 16 bits and not inverted */
static __always_inline __u16 csum__fold(__u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + ((sum >> 16) & 0xffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	return (sum & 0xffff) + (sum >> 16);
}

/** csum__word() - the sum of the eight bytes of @word */
static __always_inline __u32 csum__word(__u64 word)
{
	return csum__fold(word);
}

/** csum__udp() - what stands in the UDP header for @sum: zero means "none", so it is sent as all ones (RFC 768) */
static __always_inline __u16 csum__udp(__u64 sum)
{
	__u16 inverted = ~csum__fold(sum);

	return inverted ? inverted : 0xffff;
}

/** csum__pseudo() - the pseudo header of UDP; @udp_len in host byte order */
static __always_inline __u32 csum__pseudo(__be32 saddr, __be32 daddr, __u16 udp_len)
{
	return csum__fold((__u64)saddr + daddr + bpf_htons(IPPROTO_UDP) + bpf_htons(udp_len));
}

/** csum__ip() - an IPv4 header of 20 bytes, its checksum field included */
static __always_inline __u16 csum__ip(const struct iphdr *ip)
{
	const __u32 *words = (const __u32 *)ip;

	return csum__fold((__u64)words[0] + words[1] + words[2] + words[3] + words[4]);
}

/* The sum of data[0..offset) of a chunk: a stored sum, and the words between it and the offset. */
static __always_inline __u32 csum__prefix(const struct xdpxe_chunk *chunk, __u32 offset)
{
	__u32 stride = offset / XDPXE_SUM_STRIDE;
	const __u64 *words = (const __u64 *)&chunk->data[stride * XDPXE_SUM_STRIDE];
	__u32 rest = offset % XDPXE_SUM_STRIDE;
	__u32 sum = chunk->sums[stride];
	__u64 word;

	if (rest == 0)
		return sum;
	word = words[0];
	if (rest >= 8) {
		sum += csum__word(word);
		word = words[1];
		rest -= 8;
	}
	return sum + csum__word(word & ((1ULL << (rest * 8)) - 1));
}

/**
 * csum__range() - the sum of data[offset .. offset + len) of a chunk as if it stood at an even place
 * Two look-ups whatever its length; never sums over the data.
 */
static __always_inline __u32 csum__range(const struct xdpxe_chunk *chunk, __u32 offset, __u32 len)
{
	__u16 before = csum__fold(csum__prefix(chunk, offset));
	__u16 sum = csum__fold((__u64)csum__prefix(chunk, offset + len) + (__u16)~before);

	return offset & 1 ? __builtin_bswap16(sum) : sum;
}

/**
 * csum__block() - the sum of the block of @blksize bytes that begins at @offset of a chunk, as it is stored
 * @first: where in block_sums those of @blksize begin, or XDPXE_NONE
 * Return: the sum, which is never 0; 0 where none is stored
 */
static __always_inline __u32 csum__block(const struct xdpxe_chunk *chunk, __u16 first, __u32 offset,
					 __u16 blksize)
{
	__u32 index;

	if (first == XDPXE_NONE)
		return 0;
	index = first + offset / blksize;
	return is_at_most(&index, XDPXE_BLOCK_SUMS - 1) ? chunk->block_sums[index] : 0;
}

#endif
