// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "counters.h"

#include <stdint.h>
#include <stdlib.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

void counters__add(int map, enum xdpxe_reason reason)
{
	counters__add_many(map, reason, 1);
}

void counters__add_many(int map, enum xdpxe_reason reason, uint64_t count)
{
	int cpus = libbpf_num_possible_cpus();
	uint32_t key = reason;
	uint64_t *values;

	if (cpus <= 0 || !count)
		return;
	values = calloc(cpus, sizeof(*values));
	if (values && bpf_map_lookup_elem(map, &key, values) == 0) {
		values[0] += count;
		bpf_map_update_elem(map, &key, values, BPF_ANY);
	}
	free(values);
}

uint64_t counters__read(int map, enum xdpxe_reason reason)
{
	int cpus = libbpf_num_possible_cpus();
	uint64_t *values = cpus > 0 ? calloc(cpus, sizeof(*values)) : NULL;
	uint32_t key = reason;
	uint64_t sum = 0;

	if (values && bpf_map_lookup_elem(map, &key, values) == 0)
		for (int i = 0; i < cpus; i++)
			sum += values[i];
	free(values);
	return sum;
}
