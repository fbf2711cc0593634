/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the kernel gives the headers of bpf/, for a native build that includes them unchanged.
 *
 * Input lies in heap memory of exactly its size, so that AddressSanitizer sees every byte read or written beyond it.
 */
#ifndef XDPXE_FUZZ_SHIM_H
#define XDPXE_FUZZ_SHIM_H

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/types.h>
#include <linux/udp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf_endian.h>

#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif
#ifndef IP_DF
#define IP_DF 0x4000
#endif
#define ARPHRD_ETHER 1

#include "xdpxe/abi.h"
#include "xdpxe/reasons.h"

#include "types.h"
#include "must.h"

/* The frame of a program under test; the kernel's own type holds 32-bit addresses. */
struct xdp_md {
	const __u8 *data;
	const __u8 *data_end;
};

/* A macro, so that the step keeps its own argument type. */
#define bpf_loop(count, step, context, flags)                                                      \
	({                                                                                         \
		__u32 step_count = 0;                                                              \
                                                                                                   \
		while (step_count < (count) && !(step)(step_count, (context)))                     \
			step_count++;                                                              \
		(void)(flags);                                                                     \
		step_count;                                                                        \
	})

/* The parsers read no map; what looks one up is compiled, but not called. */
#define bpf_map_lookup_elem(map, key) ((void)(map), (void)(key), (void *)NULL)
static inline void count(__u32 reason)
{
	(void)reason;
}
static int scratches __attribute__((unused));
static int vlans __attribute__((unused));
static __u32 port_number __attribute__((unused));

static inline long bpf_xdp_load_bytes(struct xdp_md *ctx, __u32 offset, void *to, __u32 len)
{
	if (offset > (__u64)(ctx->data_end - ctx->data) ||
	    len > (__u64)(ctx->data_end - ctx->data) - offset)
		return -EINVAL;
	memcpy(to, ctx->data + offset, len);
	return 0;
}

static inline long bpf_xdp_store_bytes(struct xdp_md *ctx, __u32 offset, void *from, __u32 len)
{
	if (offset > (__u64)(ctx->data_end - ctx->data) ||
	    len > (__u64)(ctx->data_end - ctx->data) - offset)
		return -EINVAL;
	memcpy((__u8 *)ctx->data + offset, from, len);
	return 0;
}

/* Without headroom but that which was made before: what is beyond AddressSanitizer sees. */
static inline long bpf_xdp_adjust_head(struct xdp_md *ctx, int delta)
{
	if (delta > ctx->data_end - ctx->data - ETH_HLEN)
		return -EINVAL;
	ctx->data += delta;
	return 0;
}

static inline __s64 bpf_csum_diff(const __be32 *from, __u32 from_size, const __be32 *to,
				  __u32 to_size, __u32 seed)
{
	__u64 sum = seed;

	must(!from && from_size == 0 && to_size % 4 == 0 && to_size <= 512);
	for (__u32 i = 0; i < to_size / 4; i++)
		sum += to[i];
	while (sum >> 32)
		sum = (sum & 0xffffffff) + (sum >> 32);
	return (__s64)sum;
}

/* The Internet checksum as RFC 1071 tells it: 16-bit words, an odd last byte padded with zero. */
static inline __u16 plain_sum(const __u8 *data, size_t len)
{
	__u64 sum = 0;

	for (size_t i = 0; i < len; i++)
		sum += i & 1 ? (__u32)data[i] << 8 : data[i];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (__u16)sum;
}

/* A scratch whose payload begins with @data; every other byte is @fill, as an earlier packet might have left it. */
static inline struct scratch *scratch__new(const __u8 *data, size_t len, int fill)
{
	struct scratch *scratch = malloc(sizeof(*scratch));

	must(scratch && len <= PAYLOAD_MAX);
	memset(scratch, fill, sizeof(*scratch));
	memcpy(scratch->payload, data, len);
	return scratch;
}

#endif
