/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One daemon for a database: a lock file beside it. SQLite's own locks keep out nobody for long enough. */
#ifndef XDPXE_LEASE_LOCK_H
#define XDPXE_LEASE_LOCK_H

/**
 * lease_lock__take() - claim the database at @path, which need not exist; its folder is made
 * @fd: out: to be closed in the end; -1 where no lock file can be made, as on a read-only file system
 * Return: 0; -EBUSY with a message logged when another process has it; -ENOMEM
 */
int lease_lock__take(const char *path, int *fd);

#endif
