// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Comma-separated values: RFC 4180, and what spreadsheets and people make of it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "config_csv.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What a text reads as: "LINE:cell|cell" for each line, and how it ends. */
static const struct {
	const char *text, *lines, *wrong;
} examples[] = {
	{ "", "", NULL },
	{ "a,b\n1,2\n", "1:a|b 2:1|2 ", NULL },
	{ "a,b\r\n1,2\r\n", "1:a|b 2:1|2 ", NULL },
	{ "a,b\n1,2", "1:a|b 2:1|2 ", NULL },
	{ "\xef\xbb\xbf"
	  "a,b\n",
	  "1:a|b ", NULL },
	{ "\xef\xbb"
	  "a\n",
	  "1:\xef\xbb"
	  "a ",
	  NULL },
	{ "# head\n\n  \n\t# more\na\n", "5:a ", NULL },
	{ "a #b\n", "1:a #b ", NULL },
	{ " a , b\t,\tc \n", "1:a|b|c ", NULL },
	{ "a,,\n,\n", "1:a|| 2:| ", NULL },
	{ "\"a,b\",\"\"\n", "1:a,b| ", NULL },
	{ "\"a \"\"b\"\"\" , c\n", "1:a \"b\"|c ", NULL },
	{ "a\"b\"\n", "1:a\"b\" ", NULL },
	{ "1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16\n", "1:1|2|3|4|5|6|7|8|9|10|11|12|13|14|15|16 ",
	  NULL },
	{ "a\n1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17\n", "1:a ",
	  "2:more than 16 cells; legal: one for each column" },
	{ "a\n\"b\n\"\n", "1:a ", "2:a quote that does not end in its line; legal: \"text\"" },
	{ "\"a\"\"\n", "", "1:a quote that does not end in its line; legal: \"text\"" },
	{ "\"a\"b\n", "", "1:text behind a cell in quotes; legal: a comma" },
	{ "a\x01\n", "", "1:a control character; legal: text" },
	{ "a\rb\n", "", "1:a control character; legal: text" },
};

static void read_all(const char *text, size_t size, char *lines, size_t room, char *wrong)
{
	struct config_csv csv;
	char *copy = malloc(size + 1);
	size_t len = 0, i;

	assert_non_null(copy);
	memcpy(copy, text, size);
	config_csv__init(&csv, copy, size);
	lines[0] = wrong[0] = '\0';
	while (config_csv__next(&csv)) {
		len += (size_t)snprintf(lines + len, room - len, "%u:", csv.line);
		for (i = 0; i < csv.count; i++)
			len += (size_t)snprintf(lines + len, room - len, "%s%s", i ? "|" : "",
						csv.cells[i]);
		len += (size_t)snprintf(lines + len, room - len, " ");
	}
	if (csv.wrong)
		sprintf(wrong, "%u:%s", csv.line, csv.wrong);
	free(copy);
}

static void test_examples(void **state)
{
	char lines[512], wrong[128];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(examples); i++) {
		read_all(examples[i].text, strlen(examples[i].text), lines, sizeof(lines), wrong);
		if (strcmp(lines, examples[i].lines) != 0 ||
		    strcmp(wrong, examples[i].wrong ? examples[i].wrong : "") != 0)
			fail_msg("%s\nread as %s, %s", examples[i].text, lines, wrong);
	}
}

static void test_nul_is_no_end(void **state)
{
	char lines[64], wrong[128];

	(void)state;
	read_all("a\n\0b\n", 5, lines, sizeof(lines), wrong);
	assert_string_equal(lines, "1:a ");
	assert_string_equal(wrong, "2:a control character; legal: text");
}

static void test_long_lines(void **state)
{
	static char text[CONFIG_CSV_LINE_MAX + 2], lines[CONFIG_CSV_LINE_MAX + 16];
	char wrong[128];

	(void)state;
	memset(text, 'x', sizeof(text));
	text[CONFIG_CSV_LINE_MAX] = '\n';
	read_all(text, CONFIG_CSV_LINE_MAX + 1, lines, sizeof(lines), wrong);
	assert_string_equal(wrong, "");
	text[CONFIG_CSV_LINE_MAX] = 'x';
	read_all(text, CONFIG_CSV_LINE_MAX + 1, lines, sizeof(lines), wrong);
	assert_string_equal(wrong, "1:a line of more than 2048 bytes; legal: shorter ones");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_nul_is_no_end),
		cmocka_unit_test(test_long_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
