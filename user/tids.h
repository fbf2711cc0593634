/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The TID ports: one for each combination of file version, blksize and windowsize that was asked for (`tids`, `tid_of`). */
#ifndef XDPXE_TIDS_H
#define XDPXE_TIDS_H

#include <stdint.h>

#include "maps.h"
#include "xdpxe/abi.h"

/**
 * tids__get() - the port for @params, made when there is none
 * `tids` is written before `tid_of`, so that a port the program finds always has its meaning.
 * Return: UDP port; -ENOSPC when all XDPXE_TID_COUNT are taken; other negative errno.
 */
int tids__get(const struct maps *maps, const struct xdpxe_params *params,
	      const struct xdpxe_name *name, uint64_t size);

/** tids__drop_image() - forget every TID of a file version. Return: how many; negative errno */
int tids__drop_image(const struct maps *maps, uint32_t image);

#define TIDS_PRELOADED 8 /* block sizes, and windows, that firmware asks for */

/**
 * tids__preload() - make the TIDs that the firmware in the field asks for, so that it needs no daemon
 * (512 without options, 1024 GRUB, 1408 pxelinux, 1432 iPXE, 1456 BIOS ROMs, 1468 U-Boot, and EDK2, in windows of 4).
 * A room that is switched on at once would otherwise ask the daemon for the same one hundreds of times.
 * @blksize_max: none above this
 * Return: 0, also for a file that is passed up; -ENOENT for a name that is not in `files`; other negative errno.
 */
int tids__preload(const struct maps *maps, const struct xdpxe_name *name, uint16_t blksize_max);

#endif
