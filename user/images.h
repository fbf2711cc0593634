/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Files of the TFTP root -> image maps (`files`, `images`): chunks, checksum sums, versions, the cache bound. */
#ifndef XDPXE_IMAGES_H
#define XDPXE_IMAGES_H

#include <stdint.h>

#include "maps.h"
#include "xdpxe/abi.h"

struct images;

/* What images__sync() did, for the log and for `ready:`. */
struct images_report {
	uint32_t files;	  /* names under the root that are served from the cache */
	uint64_t bytes;	  /* of those */
	uint32_t loaded;  /* versions read in this call */
	uint32_t removed; /* names gone in this call */
	uint32_t passed;  /* names beyond the cache, left to the host's TFTP server */
	uint32_t skipped; /* names too long, unreadable, or more than XDPXE_FILES_MAX */
	uint32_t aliases; /* names of images__add_alias() that are served; not among @files */
	uint32_t hot;	  /* files that wait until they have been left alone: sync again soon */
};

/**
 * images__new() - take charge of the image maps
 * @maps: must stay open until images__free()
 * @adopted: they may hold images of an earlier daemon, which are kept. New maps are not read: before kernel 6.8 each
 * look-up in a map of maps waits for an RCU grace period.
 * Return: NULL with a message logged when memory is short or the maps cannot be read.
 */
struct images *images__new(const struct maps *maps, bool adopted);

void images__free(struct images *images);

/** images__forget_aliases() - no second names, from the next sync on */
void images__forget_aliases(struct images *images);

/**
 * images__add_alias() - serve @file as @name too, from the next sync on; both relative to the root
 * The two share one image. A file of that name goes before it. Return: 0, -ENOMEM, -ENAMETOOLONG
 */
int images__add_alias(struct images *images, const char *name, const char *file);

/**
 * images__set_quiet() - leave files alone that changed less than @ms ago (at first 0: none)
 * Somebody may be writing them: such a file keeps the version that is served, or waits when there is none.
 */
void images__set_quiet(struct images *images, unsigned int ms);

/** images__tell_again() - warnings that were given before are given again, each once */
void images__tell_again(struct images *images);

/**
 * images__sync() - make the maps say what the root says
 * @root:  folder
 * @cache_bytes: bound of file bytes held, old versions that are still in flight included
 * @first: names to load before all others (boot files), relative to the root; NULL-terminated
 *
 * An unchanged file (size, mtime, inode, device) keeps its image, and transfers of it go on. A changed one gets a new
 * image before its name is switched over. Then boot files, then all others by name, as long as they fit the cache.
 * Symbolic links that lead out of the root, and names of XDPXE_NAME_MAX bytes or more, are skipped with a log line.
 * A name that cannot be served is told once, see images__tell_again().
 * A version that fits the cache only once old ones are gone is passed until a later call: when images__collect() has
 * freed some, call this again.
 * Return: 0, negative errno.
 */
int images__sync(struct images *images, const char *root, uint64_t cache_bytes,
		 const char *const *first, struct images_report *report);

/**
 * images__collect() - free file versions that no name refers to and no transfer has used for @idle_s seconds,
 * with their TIDs; at most IMAGES_COLLECT_MAX in one call, since each one waits for the kernel to let go of it.
 * Return: how many were freed; negative errno.
 */
#define IMAGES_COLLECT_MAX 16
int images__collect(struct images *images, unsigned int idle_s);

#endif
