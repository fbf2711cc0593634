/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where a block of a file lies. */
#ifndef XDPXE_BPF_IMAGE_H
#define XDPXE_BPF_IMAGE_H

/** image__offset() - where in the file block @block begins, counted from 1 */
static __always_inline __u64 image__offset(const struct data_job *data, __u32 block)
{
	return (__u64)(block - 1) * data->blksize;
}

/** image__chunk() - the chunk that holds a block, or NULL when the version has been freed */
static __always_inline const struct xdpxe_chunk *image__chunk(const struct data_job *data,
							      __u32 block)
{
	__u32 index = image__offset(data, block) >> XDPXE_CHUNK_SHIFT;
	__u32 image = data->image;
	void *chunks = bpf_map_lookup_elem(&images, &image);

	return chunks ? bpf_map_lookup_elem(chunks, &index) : NULL;
}

#endif
