/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Boots in the database: tables boot and step, see store_schema.c. Times are Unix time in milliseconds. */
#ifndef XDPXE_HISTORY_STORE_H
#define XDPXE_HISTORY_STORE_H

#include "history_feed.h"
#include "store.h"

struct history_store;

/** history_store__open() - to write. Return: NULL with @fault filled */
struct history_store *history_store__open(const char *path, struct store_fault *fault);
void history_store__close(struct history_store *boots);

/** history_store__is_gone() - has the file been removed or replaced? */
bool history_store__is_gone(struct history_store *boots);

/**
 * history_store__write() - a few boots in one transaction, in place of what was known of them, and forget the oldest
 * @saves: struct machine_save, from index @from to before @end. Return: 0; -1 with @fault filled and nothing changed
 */
int history_store__write(struct history_store *boots, const struct rows *saves, size_t from,
			 size_t end, struct store_fault *fault);

/** history_store__read() - as history__read(). Return: how many; 0 also where it cannot be read */
size_t history_store__read(const char *path, const struct xdpxe_client *client,
			   struct machine_boot *out, size_t most);

/** history_store__latest() - as history__latest() */
void history_store__latest(const char *path, size_t most, history_fn fn, void *context);

#endif
