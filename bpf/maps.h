/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Every map. Structures and sizes: include/xdpxe/abi.h. Those up to `counters` are shared by all interfaces of a daemon
 * and pinned; the others belong to one interface.
 */
#ifndef XDPXE_BPF_MAPS_H
#define XDPXE_BPF_MAPS_H

/* Holds who wrote the maps. Written and read by the daemon and the commands only. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct xdpxe_meta);
} meta SEC(".maps");

/* Holds the served interfaces by port number. Written by the daemon before it attaches and by reload. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, XDPXE_PORTS_MAX);
	__type(key, __u32);
	__type(value, struct xdpxe_port);
} ports SEC(".maps");

/* Holds networks in two halves; reload writes the half that no port names, then switches the ports over. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, XDPXE_NETWORK_SLOTS);
	__type(key, __u32);
	__type(value, struct xdpxe_network);
} networks SEC(".maps");

/* Holds the VLANs that are served, by port and tags, in two halves as `networks`. Written by the daemon. Never full. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, XDPXE_NETWORK_SLOTS);
	__type(key, struct xdpxe_vlan);
	__type(value, __u32);
} vlans SEC(".maps");

/* Holds the network of an address, in two halves as `networks`. Written by the daemon. Never full. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, XDPXE_NETWORK_SLOTS);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct xdpxe_subnet);
	__type(value, __u32);
} subnets SEC(".maps");

/*
 * Holds boot instructions by a hash of what they say. Reload adds those that are new before anything names them, and
 * those that nothing names any more go a second after. More than half of the entries are refused by the configuration
 * check, so there is always room for the next. Memory is taken as they come.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, XDPXE_BOOT_ENTRIES);
	__type(key, __u64);
	__type(value, struct xdpxe_boot);
} boots SEC(".maps");

/*
 * Holds reservations by hardware address. Written by the daemon: reload touches only those that changed. More than fit
 * are refused by the check. Memory is taken as they come.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, XDPXE_HOSTS_MAX);
	__type(key, struct xdpxe_client);
	__type(value, struct xdpxe_host);
} hosts SEC(".maps");

struct free_addresses {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, 1);
	__uint(key_size, 0);
	__uint(value_size, sizeof(__be32));
};

/*
 * Holds a queue of free addresses for each network slot. Filled by the daemon, where it probes addresses by and by; the
 * program takes from it and returns withdrawn offers to it. It is a hint, never the truth (that is `owners`): an address
 * may stand in it twice or be missing. Empty: DHCP_POOL_EMPTY asks the daemon, which probes on, or reclaims expired
 * leases. Full: the address is dropped here and found again when the queue is next filled.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, XDPXE_NETWORK_SLOTS);
	__type(key, __u32);
	__array(values, struct free_addresses);
} pools SEC(".maps");

/* Holds leases by machine. Made by the program, removed by it and by the reaper. Full: DHCP_LEASES_FULL. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, XDPXE_LEASES_MAX);
	__type(key, struct xdpxe_client);
	__type(value, struct xdpxe_lease);
} leases SEC(".maps");

/*
 * Holds who owns an address. An insert that may not overwrite goes before every lease, so no address can have two
 * owners whatever the queues say. An owner without a lease is an address that is set aside: see XDPXE_QUARANTINE_S.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, XDPXE_LEASES_MAX);
	__type(key, __be32);
	__type(value, struct xdpxe_client);
} owners SEC(".maps");

/* Holds the clock of leases. Written by the daemon before any program runs. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct xdpxe_lease_clock);
} lease_clock SEC(".maps");

/*
 * Carries changed leases to the daemon: of one that was acknowledged what it says, of all others the daemon looks up in
 * `leases` and `owners` what they are now. Full: LEASE_EVENT_LOST; the daemon then reads all of `leases`.
 */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, XDPXE_LEASE_RING_BYTES);
} lease_events SEC(".maps");

struct member_addresses {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_INNER_MAP);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
};

/*
 * Holds the addresses of each pool, for each network slot: host byte order, ascending, as many as its limits say.
 * Written by the daemon. Read for a REQUEST after an offer that held no address.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, XDPXE_NETWORK_SLOTS);
	__type(key, __u32);
	__array(values, struct member_addresses);
} members SEC(".maps");

/* Holds how much one may take, by network slot, in two halves as `networks`. Written by the daemon. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, XDPXE_NETWORK_SLOTS);
	__type(key, __u32);
	__type(value, struct xdpxe_limits);
} limits SEC(".maps");

/*
 * Holds who has taken how much: sets of XDPXE_SOURCE_WAYS, by hash of the way. Written by the program. A full set: the
 * machine counts with the whole of its network. The first place is never used, so that 0 is no place.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, XDPXE_SOURCES);
	__type(key, __u32);
	__type(value, struct xdpxe_source);
} sources SEC(".maps");

/*
 * Holds when each bucket will be full again, CLOCK_MONOTONIC in nanoseconds, by kind and hash of whose it is. Written
 * by the program. Two that meet in one bucket share what is in it: there is enough for several.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, XDPXE_BUCKET_KINDS *XDPXE_BUCKETS);
	__type(key, __u32);
	__type(value, __u64);
} buckets SEC(".maps");

/* Holds how long replies wait, by prefix of the hardware address. Written by the daemon. */
struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, XDPXE_DELAYS_MAX);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct xdpxe_mac_prefix);
	__type(value, __u32);
} delays SEC(".maps");

/* Holds the same by code of option 93, 0 for none. Written by the daemon. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, XDPXE_ARCHES);
	__type(key, __u32);
	__type(value, __u32);
} class_delays SEC(".maps");

/* Holds when the daemon was last seen alive, CLOCK_MONOTONIC in nanoseconds. Written by it, several times a second. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} pulse SEC(".maps");

/* Holds what the daemon's database is and how it does. Written by the daemon, read by the commands only. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct xdpxe_lease_store);
} lease_store SEC(".maps");

/* Holds the file names. Written by the daemon. A name that does not fit is left to the host and logged. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, XDPXE_FILES_MAX);
	__type(key, struct xdpxe_name);
	__type(value, struct xdpxe_file);
} files SEC(".maps");

struct image_chunks {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_INNER_MAP);
	__uint(key_size, sizeof(__u32));
	__uint(value_size,
	       sizeof(struct
		      xdpxe_chunk)); /* clang 14 emits no BTF for a type that stands only here */
};

/* Holds file versions, an array of chunks each. Written by the daemon up to the configured cache. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, XDPXE_IMAGES_MAX);
	__type(key, __u32);
	__array(values, struct image_chunks);
} images SEC(".maps");

/* Holds the TID of each combination of file version, blksize and windowsize. Written by the daemon. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, XDPXE_TID_COUNT);
	__type(key, struct xdpxe_params);
	__type(value, __u16);
} tid_of SEC(".maps");

/* Holds what each TID means, by port - XDPXE_TID_FIRST. Written by the daemon, before `tid_of`. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, XDPXE_TID_COUNT);
	__type(key, __u32);
	__type(value, struct xdpxe_tid);
} tids SEC(".maps");

/*
 * Holds where transfers are, and a mark; see struct xdpxe_session_set. Written by the program. A set that is full
 * forgets its oldest transfer, harmlessly. An array, since a look-up then costs one cache miss where a hash costs three.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, XDPXE_SESSION_SETS + 1);
	__type(key, __u32);
	__type(value, struct xdpxe_session_set);
} sessions SEC(".maps");

/* Holds what else is known of each transfer, at the same place. Written by the program. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, XDPXE_SESSION_SETS);
	__type(key, __u32);
	__type(value, struct xdpxe_story_set);
} stories SEC(".maps");

/* Holds what was done for stalled transfers. Written by the daemon. Full: the least recently used goes, harmlessly. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, XDPXE_RESCUES_MAX);
	__type(key, struct xdpxe_session_key);
	__type(value, struct xdpxe_rescue);
} rescues SEC(".maps");

/* Holds what was lost of late, by port number. Written by the program, without locks: it is a measure, not an account. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, XDPXE_PORTS_MAX);
	__type(key, __u32);
	__type(value, struct xdpxe_loss);
} losses SEC(".maps");

/* Carries frames without an answer to the daemon. Full: MISS_RING_FULL; the client asks again. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, XDPXE_MISS_RING_BYTES);
} misses SEC(".maps");

/*
 * Carries what machines do to the daemon, which looks several times a second. A ring for each CPU, since one for all, with
 * its lock, cost an OFFER a tenth of its time. Full: EVENT_LOST; what is shown then lacks these steps, and nothing else
 * depends on them.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, XDPXE_EVENTS);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct xdpxe_event);
} events SEC(".maps");

/* Holds how far each CPU's part of `events` is written, by the program, and read, by the daemon; and XDPXE_EVENT_ORDER. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, XDPXE_EVENT_CPUS + 1);
	__uint(map_flags, BPF_F_MMAPABLE);
	__type(key, __u32);
	__type(value, struct xdpxe_event_head);
} event_heads SEC(".maps");

/* Holds a counter for each row of reasons.def. Written by the program, and by the daemon through its replays. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, XDPXE_REASON_MAX);
	__type(key, __u32);
	__type(value, __u64);
} counters SEC(".maps");

struct copies {
	__uint(type, BPF_MAP_TYPE_DEVMAP);
	__uint(max_entries, 2);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct bpf_devmap_val));
};

/*
 * Holds, for each number of frames, a device map with as many entries, which all name the interface itself: a broadcast
 * to it makes that many frames but one as clones, in order, and the last of the original. Written by the daemon before
 * it attaches. See emit__shape() for which of them are sent.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, XDPXE_FRAMES_MAX + 1);
	__type(key, __u32);
	__array(values, struct copies);
} clones SEC(".maps");

/*
 * Holds replies from decision to writing. A cloned frame is written after the driver's poll has handed over at most 16
 * frames (the kernel's bulk queue), by the same CPU: so a ring of XDPXE_JOBS per CPU never overtakes itself.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, XDPXE_JOBS);
	__type(key, __u32);
	__type(value, struct job);
} jobs SEC(".maps");

/* Holds the UDP payload under inspection and what is parsed from it, one for each CPU; lives within one frame. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct scratch);
} scratches SEC(".maps");

#endif
