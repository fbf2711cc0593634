// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The reading half of the HTTP interface: text that is fit for a terminal, times, MACs, streams, JSON of any kind.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "client/api_read.h"
#include "client/mac_name.h"
#include "client/machine_story.h"
#include "client/plain.h"
#include "client/since.h"
#include "client/sse.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define NOW_MS 1790000000123 /* 2026-09-21 14:13:20 UTC */

static void test_text_that_drives_a_terminal(void **state)
{
	static const struct {
		const char *from, *clean;
	} cases[] = {
		{ "ipxe.efi", "ipxe.efi" },
		{ "\033[2J\a\n\t\177", "?[2J????" },
		{ "\302\233[31m", "?[31m" },		  /* CSI of ISO 6429 */
		{ "a\342\200\256b", "a?b" },		  /* right-to-left override */
		{ "a\342\200\213\357\273\277b", "a??b" }, /* no width */
		{ "\303\274\342\202\254\360\237\230\200", "\303\274\342\202\254\360\237\230\200" },
		{ "\303", "?" },
		{ "\303x", "?x" },
		{ "\300\257\340\200\257", "?????" }, /* too long for what it is */
		{ "\355\240\200", "???" },	     /* a surrogate */
		{ "\364\220\200\200\377", "?????" }, /* beyond Unicode */
		{ "\363\240\201\201", "?" },	     /* a tag */
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(plain__clean(text, sizeof(text), cases[i].from),
				    cases[i].clean);
}

static void test_text_is_cut_between_characters(void **state)
{
	char text[4] = "???";

	(void)state;
	assert_string_equal(plain__clean(text, 4, "a\303\274\303\274"), "a\303\274");
	assert_string_equal(plain__clean(text, 3, "a\303\274"), "a");
	assert_string_equal(plain__clean(text, 1, "a"), "");
}

static void test_numbers_and_times(void **state)
{
	char text[PLAIN_NUMBER], time[PLAIN_TIME];

	(void)state;
	assert_string_equal(plain__thousands(text, 0), "0");
	assert_string_equal(plain__thousands(text, 999), "999");
	assert_string_equal(plain__thousands(text, 1204), "1,204");
	assert_string_equal(plain__thousands(text, UINT64_MAX), "18,446,744,073,709,551,615");
	assert_string_equal(plain__time(time, NOW_MS, NOW_MS), "14:13:20.123");
	assert_string_equal(plain__time(time, NOW_MS - 86400000, NOW_MS),
			    "2026-09-20 14:13:20.123");
	assert_string_equal(plain__gap(time, 12), "0.012s");
	assert_string_equal(plain__gap(time, 12345), "12.3s");
	assert_string_equal(plain__gap(time, 75000), "1m 15s");
	assert_string_equal(plain__gap(time, -5), "0.000s");
}

static void test_since(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} cases[] = {
		{ "10m", NOW_MS - 600000 },
		{ "2h", NOW_MS - 7200000 },
		{ "90", NOW_MS - 90000 },
		{ "14:13", 1789999980000 },
		{ "14:13:20", 1790000000000 },
		{ "14:14", 1789999980000 + 60000 - 86400000 }, /* still to come: yesterday's */
		{ "2026-09-21", 1789948800000 },
		{ "2026-09-21 14:00:01", 1789999201000 },
		{ "2026-09-21T14:00", 1789999200000 },
		{ "2026-09-21T14:00:00Z", 1789999200000 },
		{ "2026-09-21T14:00+02:00", 1789992000000 },
		{ "2026-09-21 08:00:00-05:00", 1789995600000 },
	};
	static const char *const wrong[] = {
		"",
		"soon",
		"10x",
		"-5m",
		"25:00",
		"14:61",
		"2026-13-01",
		"2026-09-21T",
		"14:13 ",
		"2026-09-22",
		"2026-09-21T14:14:00Z",
		"99999999999999999999s",
		"1969-01-01",
		"2026-09-21T14:00:00+99:99:99",
		"Z",
		"+01:00",
	};
	int64_t ms = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_true(since__parse(cases[i].text, NOW_MS, &ms));
		if (ms != cases[i].ms)
			fail_msg("%s: %lld, not %lld", cases[i].text, (long long)ms,
				 (long long)cases[i].ms);
	}
	for (size_t i = 0; i < COUNT(wrong); i++)
		if (since__parse(wrong[i], NOW_MS, &ms))
			fail_msg("\"%s\" was taken", wrong[i]);
}

static void test_macs(void **state)
{
	static const char *const good[] = { "52:54:00:Ab:cD:56", "52-54-00-ab-cd-56",
					    "5254.00ab.cd56", "525400ABCD56" };
	static const char *const wrong[] = { "",
					     "52:54:00:ab:cd",
					     "52:54:00:ab:cd:5",
					     "52:54-00:ab:cd:56",
					     "5254.00ab.cd5g",
					     "5254.00ab:cd56",
					     "525400abcd5",
					     "525400abcd567",
					     "5254..0abcd56",
					     "52:54:00:ab:cd:56:78",
					     " 525400abcd56",
					     "5254.00ab.cd56." };
	char mac[MAC_NAME];

	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		assert_true(mac_name__parse(good[i], mac));
		assert_string_equal(mac, "52:54:00:ab:cd:56");
	}
	for (size_t i = 0; i < COUNT(wrong); i++)
		if (mac_name__parse(wrong[i], mac))
			fail_msg("\"%s\" was taken", wrong[i]);
}

struct heard {
	int count;
	char text[256];
};

static void hear(const char *event, const char *data, size_t len, void *context)
{
	struct heard *heard = context;
	size_t used = strlen(heard->text);

	assert_int_equal(len, strlen(data));
	heard->count++;
	snprintf(heard->text + used, sizeof(heard->text) - used, "%s=%s;", event, data);
}

static void test_a_stream_in_pieces_of_any_size(void **state)
{
	static const char stream[] = "event: step\ndata: {\"a\":1}\n\n: a comment\nid: 7\n\n"
				     "data:none\r\n\r\nevent:x\n\nevent: totals\ndata: {}\n\n"
				     "data: cut of";
	(void)state;
	for (size_t piece = 1; piece < sizeof(stream); piece++) {
		struct heard heard = {};
		struct sse sse = {};

		for (size_t at = 0; at < sizeof(stream) - 1; at += piece) {
			size_t left = sizeof(stream) - 1 - at;

			assert_int_equal(sse__feed(&sse, stream + at, left < piece ? left : piece,
						   hear, &heard),
					 0);
		}
		assert_string_equal(heard.text, "step={\"a\":1};message=none;totals={};");
		sse__free(&sse);
	}
}

static void test_a_line_without_end_is_skipped(void **state)
{
	char *line = malloc(SSE_LINE_MAX);
	struct heard heard = {};
	struct sse sse = {};

	(void)state;
	assert_non_null(line);
	memset(line, 'x', SSE_LINE_MAX);
	assert_int_equal(sse__feed(&sse, "data: ", 6, hear, &heard), 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(sse__feed(&sse, line, SSE_LINE_MAX, hear, &heard), 0);
	assert_int_equal(sse__feed(&sse, "\n\ndata: 1\n\n", 11, hear, &heard), 0);
	assert_true(sse.line_room <= 2 * SSE_LINE_MAX);
	assert_int_equal(sse.skipped, 1);
	assert_string_equal(heard.text, "message=1;");
	sse__free(&sse);
	free(line);
}

static json_t *load(const char *text)
{
	json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);

	assert_non_null(json);
	return json;
}

static void test_json_of_any_kind_is_read(void **state)
{
	static const char *const texts[] = {
		"{}",
		"[]",
		"7",
		"null",
		"\"x\"",
		"{\"mac\":[1],\"stage\":{},\"blocks\":-1}",
		"{\"mac\":null,\"since\":1e308,\"block\":-1e308,\"stage\":\"flying\"}",
		"{\"steps\":[[]],\"history\":[{\"steps\":[7,null,{}]},5,[]]}",
	};
	struct rows lines = { .size = sizeof(struct machine_story_line) };

	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		json_t *json = load(texts[i]);
		struct api_machine machine;
		struct api_step step;

		api_read__machine(json, &machine);
		assert_string_equal(machine.mac, "");
		assert_int_equal(machine.stage, MACHINE_STAGES);
		assert_true(machine.since_ms == 0 && machine.block == 0 && machine.blocks == 0);
		api_read__step(json, &step);
		assert_true(step.number == 0 && step.time_ms == 0);
		assert_int_equal(machine_story__lines(json, NOW_MS, &lines), 0);
		json_decref(json);
	}
	rows__free(&lines);
}

static void test_a_story(void **state)
{
	json_t *json = load("{\"mac\":\"m\",\"stage\":\"stuck\",\"since\":1790000000000,"
			    "\"reason\":\"stopped\",\"history\":[{\"begun\":1789999990000,"
			    "\"ended\":1790000000000,\"result\":\"stuck\",\"steps\":["
			    "{\"time\":1789999990000,\"step\":\"offer\",\"detail\":\"d\"},"
			    "{\"time\":1789999990012,\"step\":\"stuck\",\"detail\":\"e\"}]}]}");
	static const char *const wanted[] = {
		"m  address -  -  network -",
		"  stuck for 0s: stopped",
		NULL,
		"",
		"Boot of 2026-09-21 14:13:10: stuck after 10.0s",
		"  14:13:10.000            offer         d",
		"  14:13:10.012   +0.012s  stuck         e",
	};
	struct rows lines = { .size = sizeof(struct machine_story_line) };

	(void)state;
	assert_int_equal(machine_story__lines(json, NOW_MS, &lines), 0);
	assert_int_equal(lines.count, COUNT(wanted));
	for (size_t i = 0; i < COUNT(wanted); i++) {
		const struct machine_story_line *line = rows__at(&lines, i);

		if (wanted[i])
			assert_string_equal(line->text, wanted[i]);
	}
	rows__free(&lines);
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text_that_drives_a_terminal),
		cmocka_unit_test(test_text_is_cut_between_characters),
		cmocka_unit_test(test_numbers_and_times),
		cmocka_unit_test(test_since),
		cmocka_unit_test(test_macs),
		cmocka_unit_test(test_a_stream_in_pieces_of_any_size),
		cmocka_unit_test(test_a_line_without_end_is_skipped),
		cmocka_unit_test(test_json_of_any_kind_is_read),
		cmocka_unit_test(test_a_story),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
