// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "web_list.h"

#include <stdlib.h>
#include <string.h>

#include "web_json.h"

static bool note(const struct machine_view *view, void *context)
{
	struct web_list *list = context;

	if (list->count == list->room) {
		size_t room = list->room ? 2 * list->room : 64;
		struct xdpxe_client *clients =
			realloc(list->clients, room * sizeof(*list->clients));

		if (!clients) {
			list->failed = true;
			return false;
		}
		list->clients = clients;
		list->room = room;
	}
	list->clients[list->count++] = view->client;
	return true;
}

size_t web_list__gather(struct web_list *list, struct machines *machines,
			const struct machine_filter *filter, size_t skip, size_t most)
{
	list->count = list->at = 0;
	list->stage = filter->stage;
	return machines__visit(machines, filter, skip, most, note, list);
}

bool web_list__write(struct web_list *list, struct machines *machines, struct text *text)
{
	size_t end =
		list->at + WEB_LIST_PAGE < list->count ? list->at + WEB_LIST_PAGE : list->count;
	size_t begin = text->len;
	struct machine_view view;

	for (; list->at < end; list->at++) {
		if (machines__find(machines, &list->clients[list->at], &view, NULL) < 0 ||
		    (list->stage != MACHINE_STAGES && view.stage != list->stage))
			continue; /* forgotten, or elsewhere by now */
		text__add(text, text->len == begin ? "{" : ", {");
		web_json__machine(text, &view);
		text__add(text, "}");
	}
	return list->at < list->count;
}

void web_list__free(struct web_list *list)
{
	free(list->clients);
	*list = (struct web_list){ 0 };
}
