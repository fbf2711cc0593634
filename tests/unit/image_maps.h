/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Real maps as bpf/maps.h declares them, for the tests of images and TIDs. */
#ifndef XDPXE_TEST_IMAGE_MAPS_H
#define XDPXE_TEST_IMAGE_MAPS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <bpf/bpf.h>
#include <string.h>
#include <unistd.h>

#include "maps.h"
#include "xdpxe/abi.h"

static inline int image_maps__new_inner(uint32_t chunks)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_INNER_MAP);

	return bpf_map_create(BPF_MAP_TYPE_ARRAY, "inner", sizeof(uint32_t),
			      sizeof(struct xdpxe_chunk), chunks, &options);
}

static inline void image_maps__open(struct maps *maps)
{
	int inner = image_maps__new_inner(1);
	LIBBPF_OPTS(bpf_map_create_opts, outer, .inner_map_fd = (uint32_t)inner);

	memset(maps, 0xff, sizeof(*maps));
	maps->files = bpf_map_create(BPF_MAP_TYPE_HASH, "files", sizeof(struct xdpxe_name),
				     sizeof(struct xdpxe_file), XDPXE_FILES_MAX, NULL);
	maps->images = bpf_map_create(BPF_MAP_TYPE_ARRAY_OF_MAPS, "images", sizeof(uint32_t),
				      sizeof(uint32_t), XDPXE_IMAGES_MAX, &outer);
	maps->tids = bpf_map_create(BPF_MAP_TYPE_ARRAY, "tids", sizeof(uint32_t),
				    sizeof(struct xdpxe_tid), XDPXE_TID_COUNT, NULL);
	maps->tid_of = bpf_map_create(BPF_MAP_TYPE_HASH, "tid_of", sizeof(struct xdpxe_params),
				      sizeof(uint16_t), XDPXE_TID_COUNT, NULL);
	maps->sessions =
		bpf_map_create(BPF_MAP_TYPE_ARRAY, "sessions", sizeof(uint32_t),
			       sizeof(struct xdpxe_session_set), XDPXE_SESSION_SETS + 1, NULL);
	maps->stories = bpf_map_create(BPF_MAP_TYPE_ARRAY, "stories", sizeof(uint32_t),
				       sizeof(struct xdpxe_story_set), XDPXE_SESSION_SETS, NULL);
	close(inner);
	assert_true(maps->files >= 0 && maps->images >= 0 && maps->tids >= 0 && maps->tid_of >= 0 &&
		    maps->sessions >= 0 && maps->stories >= 0);
}

static inline void image_maps__close(struct maps *maps)
{
	close(maps->files);
	close(maps->images);
	close(maps->tids);
	close(maps->tid_of);
	close(maps->sessions);
	close(maps->stories);
}

static inline struct xdpxe_name image_maps__name(const char *path)
{
	struct xdpxe_name name = {};

	memcpy(name.path, path, strnlen(path, sizeof(name.path) - 1));
	return name;
}

#endif
