/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Between the parts of images: the slots (images.c), the folder (images_walk.c), one file (images_load.c), sync. */
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

struct images {
	const struct maps *maps;
	struct image_slot slots[XDPXE_IMAGES_MAX];
	uint64_t held; /* file bytes of all used slots */
	uint32_t
		next; /* where the search for a free slot begins: slots, and so TIDs, are reused late */
};

/** images__take() - a free slot for @bytes, counted as held. Return: slot, IMAGE_NONE when all are used */
uint32_t images__take(struct images *images, uint64_t bytes);

/** images__give_back() - a slot from images__take() that was not filled */
void images__give_back(struct images *images, uint32_t slot);

/* A regular file below the root. */
struct found {
	struct xdpxe_name name;
	struct xdpxe_file file; /* @image IMAGE_NONE */
	uint32_t rank;		/* boot files first, in their order; UINT32_MAX for all others */
};

struct walk {
	int root;
	struct rows rows;    /* struct found */
	struct found *found; /* those of @rows, once walk__run() is done: */
	size_t count;
	uint32_t folders; /* visited */
	uint32_t skipped; /* names that cannot be served */
	bool partial; /* a folder could not be read for now: a name that is missing may still exist */
};

/** walk__run() - all files below @root, ascending by name. Return: 0, negative errno; walk__close() in any case */
int walk__run(struct walk *walk, const char *root);

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
 * Return: map, -EFBIG when it is larger than @limit, -EAGAIN when it changes all the time, other negative errno.
 */
int image__read(int file, uint64_t limit, struct xdpxe_file *out);

#endif
