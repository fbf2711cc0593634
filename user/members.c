// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "members.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

/* In one call: one for each address takes as long as all the rest of a start. */
static int write_all(int list, const struct plan_network *network)
{
	uint32_t count = (uint32_t)network->address_count;
	uint32_t *keys = calloc(count + 1, sizeof(*keys));
	int err = keys ? 0 : -ENOMEM;

	for (uint32_t i = 0; keys && i < count; i++)
		keys[i] = i;
	if (!err && count && bpf_map_update_batch(list, keys, network->addresses, &count, NULL))
		err = -errno;
	free(keys);
	return err;
}

int members__create(const struct maps *maps, uint32_t slot, const struct plan_network *network)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_INNER_MAP);
	uint32_t entries = network->address_count ? (uint32_t)network->address_count : 1;
	int list = bpf_map_create(BPF_MAP_TYPE_ARRAY, "xdpxe_members", sizeof(uint32_t),
				  sizeof(uint32_t), entries, &options);
	int err;

	if (list < 0)
		return -errno;
	err = write_all(list, network);
	if (!err && bpf_map_update_elem(maps->members, &slot, &list, BPF_ANY) < 0)
		err = -errno;
	close(list);
	return err;
}

int members__share(const struct maps *maps, uint32_t from, uint32_t to)
{
	uint32_t id;
	int list, err = 0;

	if (bpf_map_lookup_elem(maps->members, &from, &id) < 0)
		return -errno;
	list = bpf_map_get_fd_by_id(id);
	if (list < 0)
		return list;
	if (bpf_map_update_elem(maps->members, &to, &list, BPF_ANY) < 0)
		err = -errno;
	close(list);
	return err;
}
