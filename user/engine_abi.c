// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Maps that another version of xdpxe has pinned: there may be other maps, and their values other structures.
#include "engine_priv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "log.h"

/* What an instance says of itself, all zero where it cannot be read. */
static void read_pinned(const struct instance *instance, struct xdpxe_meta *meta)
{
	struct bpf_map_info info = {};
	uint32_t zero = 0, len = sizeof(info);
	char path[2 * PINS_PATH];
	int map;

	memset(meta, 0, sizeof(*meta));
	snprintf(path, sizeof(path), "%s/meta", instance->dir);
	map = bpf_obj_get(path);
	if (map < 0)
		return;
	if (bpf_obj_get_info_by_fd(map, &info, &len) == 0 && info.value_size == sizeof(*meta))
		bpf_map_lookup_elem(map, &zero, meta);
	close(map);
}

int engine__check_abi(const struct engine *engine)
{
	struct xdpxe_meta meta;

	read_pinned(&engine->instance, &meta);
	if (meta.abi == 0 || meta.abi == XDPXE_ABI_VERSION)
		return 0;
	log_error("%s is served by xdpxe %.31s with other maps (ABI %u, this is %u); "
		  "run `xdpxe detach %s` first",
		  engine->instance.first, meta.version, meta.abi, XDPXE_ABI_VERSION,
		  engine->instance.first);
	return -EPROTO;
}
