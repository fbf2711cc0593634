/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Checksums that are made once, when a file is read, so that no packet waits for one: see struct xdpxe_chunk. */
#ifndef XDPXE_IMAGE_SUMS_H
#define XDPXE_IMAGE_SUMS_H

#include <stdint.h>

#include "xdpxe/abi.h"

/**
 * image_sums__fill() - fill sums and block_sums of a chunk from its data
 * @start: where in the file the chunk begins, bytes
 */
void image_sums__fill(struct xdpxe_chunk *chunk, uint64_t start);

/** image_sums__first() - index in block_sums of the first of blocks of @blksize bytes; XDPXE_NONE: there are none */
uint16_t image_sums__first(uint16_t blksize);

#endif
