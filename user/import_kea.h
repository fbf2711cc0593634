/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Kea's JSON while it is read. */
#ifndef XDPXE_IMPORT_KEA_H
#define XDPXE_IMPORT_KEA_H

#include <jansson.h>

#include "import.h"

/* Where a member of an object stands. */
struct kea_place {
	const json_t *object;
	const char *key;
	unsigned int line;
};

struct kea {
	struct import *import;
	struct rows places;	   /* struct kea_place */
	const json_t *definitions; /* option-def */
};

/** import_kea__strip() - turn the comments of Kea's dialect ("//", "#", and C's) into blanks; lines stay where they are */
void import_kea__strip(char *text);

/** import_kea__locate() - find the line of every member. @text: what @root was read from */
void import_kea__locate(struct kea *kea, const char *text, const json_t *root);

/** import_kea__note() - that member @key of @object is not carried over */
void import_kea__note(struct kea *kea, const json_t *object, const char *key, const char *why);

/** import_kea__option() - an entry of option-data */
void import_kea__option(struct kea *kea, const json_t *option, struct import_settings *settings);

/** import_kea__class() - an entry of client-classes: a test, and what those boot that pass it */
void import_kea__class(struct kea *kea, const json_t *class);

#endif
