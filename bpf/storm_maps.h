/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Every map of `xdpxe storm`; sizes are set before load. Nothing is pinned: all ends with the command. */
#ifndef XDPXE_BPF_STORM_MAPS_H
#define XDPXE_BPF_STORM_MAPS_H

/* Holds: transfers, by machine. Written and read by both sides, see struct storm_flow. Never full. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct storm_flow);
} flows SEC(".maps");

/* Holds: DHCP exchanges, by machine. Written and read by both sides, see struct storm_talk. Never full. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct storm_talk);
} talks SEC(".maps");

/* Holds: what is said in them, by kind. Written by the command as it learns it. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, STORM_KINDS);
	__type(key, __u32);
	__type(value, struct storm_script);
} scripts SEC(".maps");

/* Holds: machines that say DISCOVER. Written by the command before it runs storm_discover(). */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct storm_say);
} say SEC(".maps");

/* Holds: expected files. Written by the command before it attaches. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, STORM_FILES_MAX);
	__type(key, __u32);
	__type(value, struct storm_file);
} files SEC(".maps");

/* Holds: their bytes, and sums of them. Written by the command before it attaches. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct xdpxe_chunk);
} chunks SEC(".maps");

/* Holds: what the command has to look at. Full: the frame is lost, and counted. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 1 << 24);
} events SEC(".maps");

/* Holds: enum storm_tally. Read by the command. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, STORM_TALLIES);
	__type(key, __u32);
	__type(value, __u64);
} tallies SEC(".maps");

static __always_inline void tally(enum storm_tally which, __u64 count)
{
	__u32 key = which;
	__u64 *sum = bpf_map_lookup_elem(&tallies, &key);

	if (sum)
		*sum += count;
}

#endif
