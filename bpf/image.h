/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where a block of a file lies. */
#ifndef XDPXE_BPF_IMAGE_H
#define XDPXE_BPF_IMAGE_H

/** image__chunk() - the chunk that holds the block at @offset, or NULL when the version has been freed */
static __always_inline const struct xdpxe_chunk *image__chunk(__u32 image, __u64 offset)
{
	__u32 index = offset >> XDPXE_CHUNK_SHIFT;
	void *chunks = bpf_map_lookup_elem(&images, &image);

	return chunks ? bpf_map_lookup_elem(chunks, &index) : NULL;
}

#endif
