/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Between the parts of images: the slots (images.c), the folder (images_walk.c), one file (images_load.c), second names
 * (images_alias.c), what was told (images_told.c), sync (images_sync.c, images_place.c).
 */
#ifndef XDPXE_IMAGES_PRIV_H
#define XDPXE_IMAGES_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "images.h"
#include "rows.h"

#define IMAGE_NONE UINT32_MAX

struct image_slot {
	uint64_t bytes;
	bool used;
};

/* A second name. */
struct alias {
	struct xdpxe_name name, file;
	bool shadowed; /* in this sync: there is a file of that name */
	bool there;    /* in this sync: @file is there */
};

struct images {
	const struct maps *maps;
	struct image_slot slots[XDPXE_IMAGES_MAX];
	uint64_t held; /* file bytes of all used slots */
	uint32_t
		next; /* where the search for a free slot begins: slots, and so TIDs, are reused late */
	uint64_t quiet_ns;
	struct rows aliases; /* struct alias, ascending by name */
	struct rows told;    /* uint64_t: hashes of warnings that were given */
};

/** images__take() - a free slot for @bytes, counted as held. Return: slot, IMAGE_NONE when all are used */
uint32_t images__take(struct images *images, uint64_t bytes);

/** images__give_back() - a slot from images__take() that was not filled */
void images__give_back(struct images *images, uint32_t slot);

/** told__warn() - log_warn(), unless the same line was given before. @told: NULL: always */
void told__warn(struct rows *told, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A regular file below the root. */
struct found {
	struct xdpxe_name name;
	struct xdpxe_file file; /* @image IMAGE_NONE */
	uint64_t ctime_ns;	/* latest change of any kind (CLOCK_REALTIME) */
	uint32_t rank;		/* boot files first, in their order; UINT32_MAX for all others */
	bool hot;		/* being written, perhaps: not read in this sync */
};

struct walk {
	int root;
	struct rows *told;   /* or NULL */
	struct rows rows;    /* struct found */
	struct found *found; /* those of @rows, once walk__run() is done: */
	size_t count;
	uint32_t folders; /* visited */
	uint32_t skipped; /* names that cannot be served */
	bool partial; /* a folder could not be read for now: a name that is missing may still exist */
};

/**
 * walk__run() - all files below @root, ascending by name
 * @told: warnings given before, or NULL
 * Return: 0, negative errno; walk__close() in any case
 */
int walk__run(struct walk *walk, const char *root, struct rows *told);

/** walk__find() - the file of that name, or NULL; only while @walk->found is in the order walk__run() left */
struct found *walk__find(const struct walk *walk, const char *path);

void walk__close(struct walk *walk);

/**
 * walk__open() - open @path below the root
 * Symbolic links are followed as long as they stay inside the root.
 * Return: file descriptor, negative errno.
 */
int walk__open(const struct walk *walk, const char *path, int flags);

/* An entry of `files`. */
struct named {
	struct xdpxe_name name;
	struct xdpxe_file file;
};

/** names__read() - the map @files as it is now, ascending by name. Return: 0, negative errno; rows__free() in any case */
int names__read(struct rows *names, int files);

/** names__find() - the entry of that name, or NULL */
const struct named *names__find(const struct rows *names, const char *path);

/** file__describe() - what identifies a version of a file */
void file__describe(struct xdpxe_file *file, const struct stat *st);

/** file__same() - whether two descriptions are of the same version */
bool file__same(const struct xdpxe_file *a, const struct xdpxe_file *b);

/**
 * image__read() - read an open file into a new inner map
 * @limit: bytes it may have
 * @out:   description of the version read
 * @file should be closed soon after: writers may be waiting for it.
 * Return: map, -EFBIG when it is larger than @limit, -EAGAIN when it is being written, other negative errno.
 */
int image__read(int file, uint64_t limit, struct xdpxe_file *out);

/** file__stamp_ns() - a time of a file as the maps and this module count it */
static inline uint64_t file__stamp_ns(const struct timespec *stamp)
{
	return (uint64_t)stamp->tv_sec * 1000000000u + (uint64_t)stamp->tv_nsec;
}

#define PENDING_MAX 128u

/* One images__sync(). */
struct sync {
	struct images *images;
	const struct maps *maps;
	uint64_t cache_bytes;
	uint64_t began_ns; /* CLOCK_REALTIME */
	struct images_report *report;
	struct walk walk;
	struct rows known; /* struct named: `files` as it was */
	uint32_t pending;  /* versions read and not yet in place: */
	uint32_t slots[PENDING_MAX];
	int inner[PENDING_MAX];
	struct found *found[PENDING_MAX];
};

/** sync__pass() - leave a name to the host's TFTP server. Return: 0, negative errno */
int sync__pass(struct sync *sync, struct found *found);

/** sync__has() - whether a file's current version is in the kernel already */
bool sync__has(const struct sync *sync, const struct found *found);

/** sync__load_all() - read what is not in the kernel yet, and put it in place. Return: 0, negative errno */
int sync__load_all(struct sync *sync);

/** sync__match_aliases() - what became of second names and their files; before the walk is sorted anew */
void sync__match_aliases(struct sync *sync);

/** sync__place_aliases() - second names to the versions their files have now. Return: 0, negative errno */
int sync__place_aliases(struct sync *sync);

/** alias__find() - the second name @name, or NULL */
struct alias *alias__find(const struct images *images, const char *name);

#endif
