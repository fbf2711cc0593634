/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Many machines in an answer that is written piece by piece: which they are is noted first, 24 bytes each; what they do
 * is looked up when they are written. So tens of thousands take no more memory than a page of them.
 */
#ifndef XDPXE_WEB_LIST_H
#define XDPXE_WEB_LIST_H

#include "machines.h"
#include "text.h"

#define WEB_LIST_PAGE 256 /* machines written at a time */

/**
 * struct web_list - machines that are still to be written
 * @stage: those that have left it meanwhile are passed over; MACHINE_STAGES: none are
 */
struct web_list {
	struct xdpxe_client *clients;
	size_t count, room, at;
	enum machine_stage stage;
	bool failed;
};

/**
 * web_list__gather() - note those that match, in the order of machines__visit(); an earlier list is forgotten
 * Return: how many match; @list->failed: there was no memory
 */
size_t web_list__gather(struct web_list *list, struct machines *machines,
			const struct machine_filter *filter, size_t skip, size_t most);

/** web_list__write() - up to WEB_LIST_PAGE of them as JSON objects, commas between. Return: whether there are more */
bool web_list__write(struct web_list *list, struct machines *machines, struct text *text);

void web_list__free(struct web_list *list);

#endif
