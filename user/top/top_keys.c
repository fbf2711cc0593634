// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <ncurses.h>
#include <string.h>

#include "top/top.h"

#define KEY_ESCAPE 27
#define KEY_DELETE 127
#define KEY_CONTROL_H 8

static const struct api_machine *machine_at(const struct top_data *data, size_t index)
{
	return index >= data->offset ? rows__at(&data->machines, index - data->offset) : NULL;
}

static void keep_in_sight(struct top_view *view)
{
	if (view->cursor < view->offset)
		view->offset = view->cursor;
	if (view->page && view->cursor >= view->offset + view->page)
		view->offset = view->cursor - view->page + 1;
}

static void choose(struct top_view *view, const struct top_data *data, size_t cursor)
{
	const struct api_machine *machine;

	view->cursor = data->matching && cursor >= data->matching ? data->matching - 1 : cursor;
	machine = machine_at(data, view->cursor);
	memset(view->chosen, 0, sizeof(view->chosen));
	if (machine)
		memcpy(view->chosen, machine->mac, sizeof(machine->mac));
	keep_in_sight(view);
}

void top_view__settle(struct top_view *view, const struct top_data *data)
{
	size_t cursor = view->cursor;

	/* At the top the user looks at the worst, whoever that is. */
	for (size_t i = 0; cursor && view->chosen[0] && i < data->machines.count; i++) {
		const struct api_machine *machine = rows__at(&data->machines, i);

		if (strcmp(machine->mac, view->chosen) == 0)
			cursor = data->offset + i;
	}
	choose(view, data, cursor);
	if (view->offset + view->page > data->matching)
		view->offset = data->matching > view->page ? data->matching - view->page : 0;
}

static void from_the_top(struct top_view *view)
{
	view->offset = view->cursor = 0;
	view->chosen[0] = '\0';
}

static void filter_stage(struct top_view *view, enum machine_stage stage)
{
	view->stage = stage == view->stage ? MACHINE_STAGES : stage;
	from_the_top(view);
}

static void drop_last_character(char *text)
{
	size_t len = strlen(text);

	while (len && ((unsigned char)text[len - 1] & 0xc0) == 0x80)
		len--;
	text[len ? len - 1 : 0] = '\0';
}

static void type(struct top_view *view, int key)
{
	size_t len = strlen(view->search);

	if (key == '\n' || key == '\r' || key == KEY_ENTER) {
		view->typing = false;
		return;
	}
	if (key == KEY_ESCAPE) {
		view->typing = false;
		view->search[0] = '\0';
	} else if (key == KEY_BACKSPACE || key == KEY_DELETE || key == KEY_CONTROL_H) {
		drop_last_character(view->search);
	} else if (key >= ' ' && key < 256 && len + 1 < sizeof(view->search)) {
		view->search[len] = (char)key;
		view->search[len + 1] = '\0';
	}
	from_the_top(view);
}

static bool move_cursor(struct top_view *view, const struct top_data *data, int key)
{
	size_t cursor = view->cursor, page = view->page ? view->page : 1;

	switch (key) {
	case KEY_UP:
	case 'k':
		choose(view, data, cursor ? cursor - 1 : 0);
		return true;
	case KEY_DOWN:
	case 'j':
		choose(view, data, cursor + 1);
		return true;
	case KEY_PPAGE:
		choose(view, data, cursor > page ? cursor - page : 0);
		return true;
	case KEY_NPAGE:
	case ' ':
		choose(view, data, cursor + page);
		return true;
	case KEY_HOME:
		choose(view, data, 0);
		return true;
	case KEY_END:
		choose(view, data, data->matching ? data->matching - 1 : 0);
		return true;
	default:
		return false;
	}
}

static void list_key(struct top_view *view, const struct top_data *data, int key)
{
	if (move_cursor(view, data, key))
		return;
	if (key >= '1' && key < '1' + MACHINE_STAGES) {
		filter_stage(view, key - '1');
	} else if (key == 'f') {
		filter_stage(view, (view->stage + 1) % (MACHINE_STAGES + 1));
	} else if (key == 'n') {
		view->network = (view->network + 1) % (data->networks.count + 1);
		from_the_top(view);
	} else if (key == '0' || key == 'a' || key == KEY_ESCAPE) {
		view->stage = MACHINE_STAGES;
		view->network = 0;
		view->search[0] = '\0';
		from_the_top(view);
	} else if (key == '/') {
		view->typing = true;
	} else if ((key == '\n' || key == '\r' || key == KEY_ENTER) && view->chosen[0]) {
		view->mode = TOP_STORY;
		view->scroll = 0;
	} else if (key == 'q') {
		view->over = true;
	}
}

static void story_key(struct top_view *view, const struct top_data *data, int key)
{
	size_t last = data->story.count ? data->story.count - 1 : 0;
	size_t page = view->page ? view->page : 1, to = view->scroll;

	if (key == 'q' || key == KEY_ESCAPE || key == KEY_LEFT || key == KEY_BACKSPACE ||
	    key == KEY_DELETE)
		view->mode = TOP_LIST;
	else if (key == KEY_UP || key == 'k')
		to -= to ? 1 : 0;
	else if (key == KEY_DOWN || key == 'j')
		to++;
	else if (key == KEY_PPAGE)
		to -= to > page ? page : to;
	else if (key == KEY_NPAGE || key == ' ')
		to += page;
	else if (key == KEY_HOME)
		to = 0;
	else if (key == KEY_END)
		to = last;
	view->scroll = to < last ? to : last;
}

void top_view__key(struct top_view *view, const struct top_data *data, int key)
{
	if (view->typing)
		type(view, key);
	else if (view->mode == TOP_HELP)
		view->mode = TOP_LIST;
	else if (key == 'h' || key == '?' || key == KEY_F(1))
		view->mode = TOP_HELP;
	else if (view->mode == TOP_STORY)
		story_key(view, data, key);
	else
		list_key(view, data, key);
}
