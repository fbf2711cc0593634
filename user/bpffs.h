/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which bpffs is pinned to. `ip netns exec` hides /sys of the host behind one of its own, so that what is mounted and
 * pinned there vanishes with the command: then the one outside is used, of process 1 or, where that may not be looked
 * into (containers), of the nearest process above this one that has other mounts, or of the leader of its session.
 */
#ifndef XDPXE_BPFFS_H
#define XDPXE_BPFFS_H

#include <stdbool.h>

#define BPFFS "/sys/fs/bpf"

/** bpffs__path() - path of a bpffs that outlives this process, which @mount mounts if need be. NULL with errno set */
const char *bpffs__path(bool mount);

#endif
