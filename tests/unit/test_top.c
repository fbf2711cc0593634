// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What `xdpxe top` chooses when keys are pressed and the list changes, without a terminal.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <ncurses.h>

#include "top/screen.h"
#include "top/top.h"

#define PAGE 10

/* Machines @from to @to of so many in all. */
static void list(struct top_data *data, int from, int to, int matching)
{
	json_t *machines = json_array(), *answer;

	for (int i = from; i < to; i++) {
		char mac[API_MAC];

		snprintf(mac, sizeof(mac), "52:54:00:00:00:%02x", i);
		json_array_append_new(machines, json_pack("{s:s}", "mac", mac));
	}
	answer = json_pack("{s:i, s:i, s:o}", "total", matching, "matching", matching, "machines",
			   machines);
	top_data__set_machines(data, answer, (size_t)from);
	json_decref(answer);
}

static void press(struct top_view *view, const struct top_data *data, const char *keys)
{
	for (; *keys; keys++)
		top_view__key(view, data, (unsigned char)*keys);
}

static void test_the_cursor_stays_within_the_list(void **state)
{
	struct top_view view = { .stage = MACHINE_STAGES, .page = PAGE };
	struct top_data data;

	(void)state;
	top_data__init(&data);
	top_view__key(&view, &data, KEY_DOWN); /* of nothing */
	top_view__key(&view, &data, KEY_END);
	top_view__settle(&view, &data);
	list(&data, 0, PAGE, 25);
	top_view__settle(&view, &data);
	assert_int_equal(view.cursor, 0);
	top_view__key(&view, &data, KEY_UP);
	assert_int_equal(view.cursor, 0);
	top_view__key(&view, &data, KEY_NPAGE);
	assert_true(view.cursor == PAGE && view.offset == 1 && !view.chosen[0]);
	top_view__key(&view, &data, KEY_END);
	assert_true(view.cursor == 24 && view.offset == 15);
	list(&data, 15, 25, 25);
	top_view__settle(&view, &data);
	assert_string_equal(view.chosen, "52:54:00:00:00:18");
	top_view__key(&view, &data, KEY_HOME);
	assert_true(view.cursor == 0 && view.offset == 0);
	list(&data, 0, 3, 3); /* the others have gone */
	view.cursor = view.offset = 20;
	top_view__settle(&view, &data);
	assert_true(view.cursor == 2 && view.offset == 0);
	top_data__free(&data);
}

static void test_a_chosen_machine_is_followed(void **state)
{
	struct top_view view = { .stage = MACHINE_STAGES, .page = PAGE };
	struct top_data data;

	(void)state;
	top_data__init(&data);
	list(&data, 5, 15, 30);
	view.offset = 5;
	top_view__key(&view, &data, KEY_DOWN);
	view.cursor = 8;
	top_view__settle(&view, &data);
	memcpy(view.chosen, "52:54:00:00:00:0c", 18);
	top_view__settle(&view, &data);
	assert_int_equal(view.cursor, 12);
	top_data__free(&data);
}

static void test_filters(void **state)
{
	struct top_view view = { .stage = MACHINE_STAGES, .page = PAGE };
	struct top_data data;
	json_t *status = json_pack("{s:[{s:s}]}", "networks", "subnet", "10.77.0.0/16");

	(void)state;
	top_data__init(&data);
	top_data__set_status(&data, status);
	press(&view, &data, "6");
	assert_int_equal(view.stage, MACHINE_STUCK);
	press(&view, &data, "6");
	assert_int_equal(view.stage, MACHINE_STAGES);
	press(&view, &data, "ff");
	assert_int_equal(view.stage, MACHINE_LEASED);
	press(&view, &data, "n");
	assert_int_equal(view.network, 1);
	press(&view, &data, "n");
	assert_int_equal(view.network, 0);
	press(&view, &data, "/q1\303\274");
	assert_true(view.typing && !view.over);
	assert_string_equal(view.search, "q1\303\274");
	top_view__key(&view, &data, KEY_BACKSPACE);
	assert_string_equal(view.search, "q1");
	press(&view, &data, "\r");
	assert_false(view.typing);
	press(&view, &data, "\033");
	assert_true(view.stage == MACHINE_STAGES && !view.search[0]);
	press(&view, &data, "q");
	assert_true(view.over);
	json_decref(status);
	top_data__free(&data);
}

static void test_a_search_is_bounded(void **state)
{
	struct top_view view = { .stage = MACHINE_STAGES };
	struct top_data data;

	(void)state;
	top_data__init(&data);
	press(&view, &data, "/");
	for (int i = 0; i < 1000; i++)
		press(&view, &data, "x");
	assert_int_equal(strlen(view.search), TOP_SEARCH - 1);
	for (int i = 0; i < 1000; i++)
		top_view__key(&view, &data, KEY_BACKSPACE);
	assert_string_equal(view.search, "");
	top_data__free(&data);
}

static void test_curves_and_bars(void **state)
{
	const struct screen ascii = {}, utf8 = { .utf8 = true };
	uint64_t values[TOP_HISTORY] = { 0 };
	char text[SCREEN_BAR];

	(void)state;
	assert_string_equal(screen__spark(&ascii, text, 10, values, TOP_HISTORY), "          ");
	values[TOP_HISTORY - 1] = 1;
	assert_string_equal(screen__spark(&ascii, text, 10, values, TOP_HISTORY), "         #");
	values[0] = UINT64_MAX;
	assert_string_equal(screen__spark(&ascii, text, 60, values, TOP_HISTORY) + 59, "_");
	assert_int_equal(strlen(screen__spark(&utf8, text, 1000, values, TOP_HISTORY)), 3 + 58 + 3);
	assert_string_equal(screen__spark(&ascii, text, 0, values, TOP_HISTORY), "#");
	assert_string_equal(screen__bar(&ascii, text, 10, 42, 100), "####......");
	assert_string_equal(screen__bar(&ascii, text, 4, 5, 0), "####");
	assert_string_equal(screen__bar(&ascii, text, 4, UINT64_MAX, UINT64_MAX), "####");
	assert_int_equal(strlen(screen__bar(&utf8, text, 1000, 1, 2)), 3 * SCREEN_BAR_CELLS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_cursor_stays_within_the_list),
		cmocka_unit_test(test_a_chosen_machine_is_followed),
		cmocka_unit_test(test_filters),
		cmocka_unit_test(test_a_search_is_bounded),
		cmocka_unit_test(test_curves_and_bars),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
