// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Warnings about the TFTP root, each once: the root is looked at again and again. */
#include <stdarg.h>
#include <stdio.h>

#include "images_priv.h"
#include "log.h"

#define TOLD_MAX 1024

/* FNV-1a */
static uint64_t hash_line(const char *line)
{
	uint64_t hash = 14695981039346656037ull;

	for (; *line; line++)
		hash = (hash ^ (uint8_t)*line) * 1099511628211ull;
	return hash;
}

/* Whether @hash is among those told; it is from now on. */
static bool told__before(struct rows *told, uint64_t hash)
{
	uint64_t *fresh;

	for (size_t i = 0; i < told->count; i++)
		if (*(const uint64_t *)rows__at(told, i) == hash)
			return true;
	if (told->count == TOLD_MAX)
		rows__free(told);
	fresh = rows__add(told);
	if (fresh)
		*fresh = hash;
	return false;
}

void told__warn(struct rows *told, const char *format, ...)
{
	char line[512];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (!told || !told__before(told, hash_line(line)))
		log_warn("%s", line);
}
