// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Sums of strides and of whole blocks, by RFC 1071. */
#include <string.h>

#include "image_sums.h"

/* What firmware in the field asks for, see tids__preload(). All even: a block's sum is that of whole words. */
static const uint16_t sizes[] = { 512, 1024, 1408, 1432, 1456, 1468 };

#define BLOCKS(size) (XDPXE_CHUNK_BYTES / (size) + 1) /* most that begin in a chunk */
_Static_assert(BLOCKS(512) + BLOCKS(1024) + BLOCKS(1408) + BLOCKS(1432) + BLOCKS(1456) +
			       BLOCKS(1468) ==
		       XDPXE_BLOCK_SUMS,
	       "as many as there are");

static uint16_t fold(uint64_t sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)((sum & 0xffff) + (sum >> 16));
}

static void sum_strides(struct xdpxe_chunk *chunk)
{
	uint64_t sum = 0;

	/*
	 * Carries are worth 1 in ones'-complement arithmetic, so wider words may be added and folded down at the end
	 * of each stride: 2^16, 2^32 and 2^48 are all 1 modulo 2^16 - 1.
	 */
	chunk->sums[0] = 0;
	for (unsigned int i = 1; i < XDPXE_CHUNK_SUMS; i++) {
		uint32_t words[XDPXE_SUM_STRIDE / sizeof(uint32_t)];

		memcpy(words, chunk->data + (i - 1) * XDPXE_SUM_STRIDE, sizeof(words));
		for (unsigned int j = 0; j < sizeof(words) / sizeof(words[0]); j++)
			sum += words[j];
		sum = fold(sum);
		chunk->sums[i] = (uint16_t)sum;
	}
}

/* The sum of data[0..x), x even. */
static uint64_t sum_up_to(const struct xdpxe_chunk *chunk, uint32_t x)
{
	uint32_t stride = x / XDPXE_SUM_STRIDE;
	uint64_t sum = chunk->sums[stride];

	for (uint32_t at = stride * XDPXE_SUM_STRIDE; at < x; at += 2) {
		uint16_t word;

		memcpy(&word, chunk->data + at, sizeof(word));
		sum += word;
	}
	return sum;
}

/* The sum of a block; the one of the two zeros of ones'-complement that is not 0, which means "none". */
static uint16_t block_sum(const struct xdpxe_chunk *chunk, uint32_t at, uint32_t len)
{
	uint16_t sum = fold(sum_up_to(chunk, at + len) + (uint16_t)~fold(sum_up_to(chunk, at)));

	return sum ? sum : 0xffff;
}

void image_sums__fill(struct xdpxe_chunk *chunk, uint64_t start)
{
	uint16_t *sum = chunk->block_sums;

	sum_strides(chunk);
	memset(chunk->block_sums, 0, sizeof(chunk->block_sums));
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		uint32_t size = sizes[i], at = (uint32_t)((size - start % size) % size);

		for (uint32_t j = 0; at < XDPXE_CHUNK_BYTES; j++, at += size)
			sum[j] = block_sum(chunk, at, size);
		sum += BLOCKS(size);
	}
}

uint16_t image_sums__first(uint16_t blksize)
{
	uint16_t first = 0;

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		if (sizes[i] == blksize)
			return first;
		first = (uint16_t)(first + BLOCKS(sizes[i]));
	}
	return XDPXE_NONE;
}
