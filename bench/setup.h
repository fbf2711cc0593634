/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The programs that bench_prog.c runs, and what is in xdpxe's maps. */
#ifndef XDPXE_BENCH_SETUP_H
#define XDPXE_BENCH_SETUP_H

#include <stdbool.h>
#include <stdint.h>

#include "bare.skel.h"
#include "maps.h"
#include "xdpxe.skel.h"

#define FILE_BLOCKS 30000 /* of "long" */
#define SHORT_BLOCKS 11	  /* of "file0000" and so on */

struct bench {
	struct xdpxe_bpf *xdpxe;
	struct bare_bpf *bare;
	struct maps maps;
	struct ring_buffer *lease_events; /* the daemon reads it; here it is only emptied */
	struct images *images;
	uint16_t tid; /* of "long" */
};

/** fail() - say what went wrong, with errno, and end */
void fail(const char *what) __attribute__((noreturn));

/** setup__all() - load the programs; a network, a boot file and the long file are in the maps */
void setup__all(struct bench *bench);

/** setup__read_long() - ACKs are for the one long file */
void setup__read_long(const struct bench *bench);

/** setup__read_short() - there are @count short files, and ACKs are for these */
void setup__read_short(struct bench *bench, uint32_t count);

/** setup__leases() - machines @from to @to - 1 have addresses, for an hour */
void setup__leases(const struct bench *bench, uint32_t from, uint32_t to);

/** setup__pool() - free addresses, those of machines @from to @to - 1 */
void setup__pool(const struct bench *bench, uint32_t from, uint32_t to);

#endif
