/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The maps that daemon and commands open by name. What each holds: bpf/maps.h and include/xdpxe/abi.h. */
#ifndef XDPXE_MAPS_H
#define XDPXE_MAPS_H

/* Every map that is shared by all interfaces of a daemon and pinned. */
#define XDPXE_MAPS(X)                                                                              \
	X(meta)                                                                                    \
	X(ports)                                                                                   \
	X(networks)                                                                                \
	X(vlans)                                                                                   \
	X(subnets)                                                                                 \
	X(boots)                                                                                   \
	X(hosts)                                                                                   \
	X(pools)                                                                                   \
	X(members)                                                                                 \
	X(limits)                                                                                  \
	X(sources)                                                                                 \
	X(buckets)                                                                                 \
	X(delays)                                                                                  \
	X(class_delays)                                                                            \
	X(pulse)                                                                                   \
	X(leases)                                                                                  \
	X(lease_clock)                                                                             \
	X(lease_events)                                                                            \
	X(lease_store)                                                                             \
	X(owners)                                                                                  \
	X(files)                                                                                   \
	X(images)                                                                                  \
	X(tid_of)                                                                                  \
	X(tids)                                                                                    \
	X(rescues)                                                                                 \
	X(losses)                                                                                  \
	X(stories)                                                                                 \
	X(sessions)                                                                                \
	X(misses)                                                                                  \
	X(events)                                                                                  \
	X(event_heads)                                                                             \
	X(counters)

/* File descriptors, -1 where not open. */
struct maps {
#define XDPXE_MAP_FD(name) int name;
	XDPXE_MAPS(XDPXE_MAP_FD)
#undef XDPXE_MAP_FD
};

#endif
