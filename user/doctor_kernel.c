// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What the kernel of this machine has of what the program needs. */
#include "doctor.h"

#include <errno.h>
#include <linux/bpf.h>
#include <string.h>
#include <sys/utsname.h>

#include <bpf/libbpf.h>

#include "bpffs.h"
#include "require.h"
#include "xdpxe/limits.h"

static void look_at_version(struct doctor *doctor)
{
	struct utsname name;

	if (uname(&name) < 0)
		return;
	if (require__kernel(name.release))
		doctor__add(doctor, DOCTOR_GOOD, "kernel", NULL, NULL, "%s (%s or later)",
			    name.release, REQUIRE_KERNEL);
	else
		doctor__add(doctor, DOCTOR_BAD, "kernel", "all: the program cannot be loaded",
			    "boot a newer kernel", "%s, too old (%s or later)", name.release,
			    REQUIRE_KERNEL);
}

static void look_at_privileges(struct doctor *doctor)
{
	if (require__permission())
		doctor__add(doctor, DOCTOR_GOOD, "privileges", NULL, NULL, "enough");
	else
		doctor__add(doctor, DOCTOR_BAD, "privileges",
			    "all: XDP programs may not be loaded, and most below is not known",
			    "sudo xdpxe doctor",
			    "neither root nor CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN, CAP_NET_RAW");
}

static void look_at_bpffs(struct doctor *doctor)
{
	const char *path = bpffs__path(false);

	if (path)
		doctor__add(doctor, DOCTOR_GOOD, "bpffs", NULL, NULL, "mounted at " BPFFS "%s",
			    strcmp(path, BPFFS) ? " outside this mount namespace" : "");
	else
		doctor__add(doctor, DOCTOR_NOTE, "bpffs", NULL, "mount -t bpf bpf /sys/fs/bpf",
			    "not mounted; `xdpxe run` mounts it");
}

/* A helper of the kernel that the program calls, and the version that brought it. */
struct helper {
	enum bpf_func_id id;
	const char *name;
	const char *since;
};

static const struct helper helpers[] = {
	{ BPF_FUNC_xdp_adjust_tail, "bpf_xdp_adjust_tail", "4.18" },
	{ BPF_FUNC_redirect_map, "bpf_redirect_map", "4.14" },
	{ BPF_FUNC_csum_diff, "bpf_csum_diff", "4.6" },
	{ BPF_FUNC_ktime_get_coarse_ns, "bpf_ktime_get_coarse_ns", "5.11" },
	{ BPF_FUNC_ringbuf_reserve, "bpf_ringbuf_reserve", "5.8" },
	{ BPF_FUNC_map_pop_elem, "bpf_map_pop_elem", "4.20" },
	{ BPF_FUNC_loop, "bpf_loop", "5.17" },
	{ BPF_FUNC_xdp_load_bytes, "bpf_xdp_load_bytes", "5.18" },
	{ BPF_FUNC_xdp_store_bytes, "bpf_xdp_store_bytes", "5.18" },
	{ BPF_FUNC_xdp_get_buff_len, "bpf_xdp_get_buff_len", "5.18" },
};
#define HELPERS (sizeof(helpers) / sizeof(helpers[0]))

static void look_at_helpers(struct doctor *doctor)
{
	unsigned int there = 0;

	for (size_t i = 0; i < HELPERS; i++) {
		if (libbpf_probe_bpf_helper(BPF_PROG_TYPE_XDP, helpers[i].id, NULL) == 1)
			there++;
		else
			doctor__add(doctor, DOCTOR_BAD, "helper",
				    "all: the program cannot be loaded", NULL,
				    "%s() is missing (since %s)", helpers[i].name,
				    helpers[i].since);
	}
	if (there == HELPERS)
		doctor__add(doctor, DOCTOR_GOOD, "helpers", NULL, NULL, "all %zu that are used",
			    HELPERS);
}

struct map_type {
	enum bpf_map_type type;
	const char *name;
};

static const struct map_type map_types[] = {
	{ BPF_MAP_TYPE_HASH, "hash" },		 { BPF_MAP_TYPE_PERCPU_ARRAY, "array by CPU" },
	{ BPF_MAP_TYPE_LRU_HASH, "LRU hash" },	 { BPF_MAP_TYPE_QUEUE, "queue" },
	{ BPF_MAP_TYPE_RINGBUF, "ring buffer" }, { BPF_MAP_TYPE_ARRAY_OF_MAPS, "array of maps" },
	{ BPF_MAP_TYPE_DEVMAP, "device map" },
};
#define MAP_TYPES (sizeof(map_types) / sizeof(map_types[0]))

static void look_at_maps(struct doctor *doctor)
{
	unsigned int there = 0;

	for (size_t i = 0; i < MAP_TYPES; i++) {
		if (libbpf_probe_bpf_map_type(map_types[i].type, NULL) == 1)
			there++;
		else
			doctor__add(doctor, DOCTOR_BAD, "map type",
				    "all: the program cannot be loaded", NULL, "no %s",
				    map_types[i].name);
	}
	if (there == MAP_TYPES)
		doctor__add(doctor, DOCTOR_GOOD, "maps", NULL, NULL, "all %zu types that are used",
			    MAP_TYPES);
}

static void look_at_port_range(struct doctor *doctor)
{
	char type[DOCTOR_TEXT];
	unsigned int first, last;

	if (!require__local_ports(&first, &last))
		return;
	if (!require__meets_tids(first, last)) {
		doctor__add(doctor, DOCTOR_GOOD, "local ports", NULL, NULL, "%u-%u", first, last);
		return;
	}
	snprintf(type, sizeof(type), "sysctl net.ipv4.ip_local_port_range='%d %d'",
		 XDPXE_TID_FIRST + XDPXE_TID_COUNT, 60999);
	doctor__add(doctor, DOCTOR_POOR, "local ports",
		    "a local program may be given a port that transfers are answered from", type,
		    "%u-%u meets the TID ports %u-%u", first, last, XDPXE_TID_FIRST,
		    XDPXE_TID_FIRST + XDPXE_TID_COUNT - 1);
}

void doctor__machine(struct doctor *doctor)
{
	libbpf_print_fn_t quiet = libbpf_set_print(NULL);

	look_at_version(doctor);
	look_at_privileges(doctor);
	look_at_bpffs(doctor);
	if (require__permission()) {
		look_at_helpers(doctor);
		look_at_maps(doctor);
	}
	look_at_port_range(doctor);
	libbpf_set_print(quiet);
}
