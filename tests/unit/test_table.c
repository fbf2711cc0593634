// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "table.h"

static const struct table_column columns[] = { { "NAME", false },
					       { "SIZE", true },
					       { "WHAT", false } };

#define COLUMNS (sizeof(columns) / sizeof(columns[0]))

static void assert_prints(const struct table *table, const char *expected)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	assert_int_equal(table__print(table, out), 0);
	fclose(out);
	assert_string_equal(text, expected);
	free(text);
}

static void columns_are_as_wide_as_their_widest_cell(void **state)
{
	struct table *table = table__new(columns, COLUMNS);

	(void)state;
	assert_non_null(table);
	table__cell(table, "a");
	table__cell(table, "%d", 12345);
	table__cell(table, "first");
	table__cell(table, "ipxe.efi");
	table__cell(table, "%d", 7);
	table__cell(table, "second");
	assert_prints(table, "NAME       SIZE  WHAT\n"
			     "a         12345  first\n"
			     "ipxe.efi      7  second\n");
	table__free(table);
}

static void width_counts_characters_not_bytes(void **state)
{
	struct table *table = table__new(columns, COLUMNS);

	(void)state;
	table__cell(table, "n\xc3\xb6tig");
	table__cell(table, "1");
	table__cell(table, "x");
	assert_prints(table, "NAME   SIZE  WHAT\n"
			     "n\xc3\xb6tig     1  x\n");
	table__free(table);
}

static void a_name_cannot_drive_the_terminal(void **state)
{
	struct table *table = table__new(columns, COLUMNS);

	(void)state;
	table__cell(table, "a\033[2Jb");
	table__cell(table, "\n");
	table__cell(table, "\xc2\x9b\x7f");
	assert_prints(table, "NAME    SIZE  WHAT\n"
			     "a?[2Jb     ?  ???\n");
	table__free(table);
}

static void a_row_that_is_not_whole_is_left_out(void **state)
{
	struct table *table = table__new(columns, COLUMNS);

	(void)state;
	table__cell(table, "unfinished");
	assert_prints(table, "NAME  SIZE  WHAT\n");
	table__free(table);
}

static void sizes_are_readable(void **state)
{
	char text[TABLE_TEXT];

	(void)state;
	assert_string_equal(table__size(text, 0), "0 B");
	assert_string_equal(table__size(text, 1023), "1023 B");
	assert_string_equal(table__size(text, 1024), "1.0 KiB");
	assert_string_equal(table__size(text, 1536), "1.5 KiB");
	assert_string_equal(table__size(text, (1u << 20) - 1), "1.0 MiB");
	assert_string_equal(table__size(text, 64u << 20), "64.0 MiB");
	assert_string_equal(table__size(text, UINT64_MAX), "16.0 EiB");
}

static void durations_are_readable(void **state)
{
	char text[TABLE_TEXT];

	(void)state;
	assert_string_equal(table__duration(text, 0), "0s");
	assert_string_equal(table__duration(text, 59), "59s");
	assert_string_equal(table__duration(text, 185), "3m 05s");
	assert_string_equal(table__duration(text, 7620), "2h 07m");
	assert_string_equal(table__duration(text, 86400 * 5 + 3 * 3600), "5d 03h");
}

static void progress_is_full_only_at_the_end(void **state)
{
	char text[TABLE_TEXT];

	(void)state;
	assert_string_equal(table__progress(text, 0, 10), "[..........]   0%");
	assert_string_equal(table__progress(text, 4, 10), "[####......]  40%");
	assert_string_equal(table__progress(text, 99999, 100000), "[#########.]  99%");
	assert_string_equal(table__progress(text, 10, 10), "[##########] 100%");
	assert_string_equal(table__progress(text, 11, 10), "[##########] 100%");
	assert_string_equal(table__progress(text, 0, 0), "[##########] 100%");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_are_as_wide_as_their_widest_cell),
		cmocka_unit_test(width_counts_characters_not_bytes),
		cmocka_unit_test(a_name_cannot_drive_the_terminal),
		cmocka_unit_test(a_row_that_is_not_whole_is_left_out),
		cmocka_unit_test(sizes_are_readable),
		cmocka_unit_test(durations_are_readable),
		cmocka_unit_test(progress_is_full_only_at_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
