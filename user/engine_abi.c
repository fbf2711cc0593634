// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Maps that another version of xdpxe has pinned: there may be other maps, and their values other structures.
#include "engine_priv.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "handover.h"
#include "log.h"

#define META_MAX 4096 /* bytes that any version's may have */

/* What an instance says of itself, all zero where it cannot be read. Of another layout only the number is read. */
static void read_pinned(const struct instance *instance, struct xdpxe_meta *meta)
{
	uint8_t value[META_MAX];
	struct bpf_map_info info = {};
	uint32_t zero = 0, len = sizeof(info);
	char path[2 * PINS_PATH];
	int map;

	memset(meta, 0, sizeof(*meta));
	snprintf(path, sizeof(path), "%s/meta", instance->dir);
	map = bpf_obj_get(path);
	if (map < 0)
		return;
	if (bpf_obj_get_info_by_fd(map, &info, &len) == 0 && info.value_size <= META_MAX &&
	    info.value_size >= sizeof(meta->abi) && bpf_map_lookup_elem(map, &zero, value) == 0)
		memcpy(meta, value,
		       info.value_size == sizeof(*meta) ? sizeof(*meta) : sizeof(meta->abi));
	close(map);
}

bool engine__replaces(struct engine *engine)
{
	struct xdpxe_meta meta;

	read_pinned(&engine->instance, &meta);
	if (meta.abi == 0 || meta.abi == XDPXE_ABI_VERSION)
		return false;
	handover__open(&engine->instance, meta.abi, &engine->old);
	log_warn("%s: the maps of xdpxe %.31s (ABI %u, this is %u) cannot be adopted: they are "
		 "replaced, leases stay%s, TFTP transfers under way end",
		 engine->instance.first, meta.version[0] ? meta.version : "of another version",
		 meta.abi, XDPXE_ABI_VERSION,
		 engine->old.leases < 0 ? " as far as the database has them" : "");
	engine->replaces = true;
	return true;
}
