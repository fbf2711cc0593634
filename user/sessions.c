// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "sessions.h"

#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>

#include "mapread.h"

struct each {
	sessions_fn fn;
	void *context;
};

static int each_way(const void *key, const void *value, void *context)
{
	const struct xdpxe_session_set *set = value;
	const struct each *each = context;
	const __u32 *slot = key;
	int err = 0;

	for (int i = 0; i < XDPXE_SESSION_WAYS && !err && *slot < XDPXE_SESSION_SETS; i++)
		if (set->ways[i].key.tid)
			err = each->fn(&set->ways[i], each->context);
	return err;
}

int sessions__each(int map, sessions_fn fn, void *context)
{
	struct each each = { .fn = fn, .context = context };

	return mapread__each(map, each_way, &each);
}

static int count_one(const struct xdpxe_session *session, void *context)
{
	int *count = context;

	(void)session;
	(*count)++;
	return 0;
}

int sessions__count(int map)
{
	int count = 0;
	int err = sessions__each(map, count_one, &count);

	return err < 0 ? err : count;
}

bool sessions__has_mark(int map)
{
	__u32 slot = XDPXE_SESSION_SETS;
	struct xdpxe_session_set set;
	__u64 mark = 0;

	if (bpf_map_lookup_elem(map, &slot, &set) == 0)
		memcpy(&mark, &set, sizeof(mark));
	return mark != 0;
}

int sessions__set_mark(int map)
{
	__u32 slot = XDPXE_SESSION_SETS;
	struct xdpxe_session_set set = {};

	memset(&set, 0xff, sizeof(__u64));
	return bpf_map_update_elem(map, &slot, &set, BPF_ANY) < 0 ? -errno : 0;
}
