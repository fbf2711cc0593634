// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The HTTP interface over tables that are filled here: what it writes, and what it tells a reader that is too slow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "telemetry/happenings_feed.h"
#include "telemetry/machines_feed.h"
#include "telemetry/text.h"
#include "telemetry/web.h"
#include "xdpxe/reasons.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FIRST_MS 1790000000000LL
#define MANY (3 * HAPPENINGS_MAX)
#define EVENT_GAP_MS 1 /* so that fewer than HAPPENINGS_PER_S come in a second */

static const struct {
	const char *given, *json;
} strings[] = {
	{ NULL, "null" },
	{ "", "null" },
	{ "ipxe.efi", "\"ipxe.efi\"" },
	{ "a\"b\\c", "\"a\\\"b\\\\c\"" },
	{ "a\nb\x01\x7f", "\"a\\u000ab\\u0001\\u007f\"" },
	{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"" },
	{ "a\xff", "\"a\\ufffd\"" },
	{ "\xc3", "\"\\ufffd\"" },
	{ "\xe2\x82", "\"\\ufffd\\ufffd\"" },
	{ "\xc0\xaf", "\"\\ufffd\\ufffd\"" },		 /* '/', longer than need be */
	{ "\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"" }, /* half a surrogate */
	{ "\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"" },
};

static void test_strings_become_json_whatever_is_in_them(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(strings); i++) {
		struct text text = { 0 };

		text__json(&text, strings[i].given);
		assert_false(text.failed);
		assert_string_equal(text.bytes, strings[i].json);
		text__free(&text);
	}
}

static const struct {
	const char *given, *text; /* NULL: refused */
	bool loopback;
} addresses[] = {
	{ "127.0.0.1:8067", "127.0.0.1:8067", true },
	{ "8067", "127.0.0.1:8067", true },
	{ "127.1.2.3:1", "127.1.2.3:1", true },
	{ "[::1]:65535", "[::1]:65535", true },
	{ "0.0.0.0:80", "0.0.0.0:80", false },
	{ "[::]:80", "[::]:80", false },
	{ "[2001:DB8::0:1]:80", "[2001:db8::1]:80", false },
	{ "", NULL, false },
	{ ":80", NULL, false },
	{ "0", NULL, false },
	{ "65536", NULL, false },
	{ "127.0.0.1", NULL, false },
	{ "127.0.0.1:", NULL, false },
	{ "127.0.0.1:0", NULL, false },
	{ "127.0.0.1:080", NULL, false },
	{ "localhost:80", NULL, false },
	{ "::1:80", NULL, false },
	{ "[::1]80", NULL, false },
	{ "[::1:80", NULL, false },
	{ "[]:80", NULL, false },
	{ "[127.0.0.1]:80", NULL, false },
	{ "[", NULL, false },
	{ "[1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb]:80", NULL, false },
};

static void test_addresses_to_listen_on(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(addresses); i++) {
		struct config_web web = { .line = 1 };
		bool good = config_web__parse(addresses[i].given, &web);

		if (good != !!addresses[i].text)
			fail_msg("%s", addresses[i].given);
		if (!good)
			continue;
		assert_string_equal(web.text, addresses[i].text);
		assert_int_equal(web.loopback, addresses[i].loopback);
	}
}

static void test_a_histogram_counts_by_upper_bound(void **state)
{
	static struct histograms histograms;
	const struct histogram_info *info = histograms__info(HISTOGRAM_MISS);

	(void)state;
	histograms__add(&histograms, HISTOGRAM_MISS, 0);
	histograms__add(&histograms, HISTOGRAM_MISS, info->bounds[0]);
	histograms__add(&histograms, HISTOGRAM_MISS, info->bounds[0] + 1);
	histograms__add(&histograms, HISTOGRAM_MISS, UINT32_MAX * 1000ULL);
	histograms__add(NULL, HISTOGRAM_MISS, 1);
	assert_int_equal(histograms.of[HISTOGRAM_MISS].buckets[0], 2);
	assert_int_equal(histograms.of[HISTOGRAM_MISS].buckets[1], 1);
	assert_int_equal(histograms.of[HISTOGRAM_MISS].buckets[HISTOGRAM_BOUNDS], 1);
	for (int which = 0; which < HISTOGRAMS; which++)
		for (size_t i = 1; i < HISTOGRAM_BOUNDS; i++)
			assert_true(histograms__info(which)->bounds[i] >
				    histograms__info(which)->bounds[i - 1]);
}

/* A running interface over tables of our own. */
struct bench {
	char folder[32], path[64];
	struct histograms histograms;
	struct web_sources sources;
	struct web *web;
};

static int setup(void **state)
{
	struct bench *bench = calloc(1, sizeof(*bench));
	struct config_web nowhere = { 0 };

	assert_non_null(bench);
	snprintf(bench->folder, sizeof(bench->folder), "/tmp/xdpxe-test-web-XXXXXX");
	assert_non_null(mkdtemp(bench->folder));
	snprintf(bench->path, sizeof(bench->path), "%s/http", bench->folder);
	bench->sources = (struct web_sources){
		.machines = machines__new(MACHINES_MAX, false),
		.happenings = happenings__new(),
		.histograms = &bench->histograms,
	};
	bench->web = web__start(&bench->sources, bench->path, &nowhere);
	assert_non_null(bench->web);
	*state = bench;
	return 0;
}

static int teardown(void **state)
{
	struct bench *bench = *state;

	web__stop(bench->web);
	unlink(bench->path);
	rmdir(bench->folder);
	machines__free(bench->sources.machines);
	happenings__free(bench->sources.happenings);
	free(bench);
	return 0;
}

/* A connection with a request on it; HTTP/1.0, so that the answer ends with the connection. */
static int ask(const struct bench *bench, const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct timeval limit = { .tv_sec = 20 };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	char request[200];
	int len = snprintf(request, sizeof(request), "GET %s HTTP/1.0\r\n\r\n", path);

	assert_true(fd >= 0);
	memcpy(address.sun_path, bench->path, strlen(bench->path) + 1);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(write(fd, request, (size_t)len), len);
	return fd;
}

/* Read until @mark has come, or with NULL to the end. Return: all of it, to be freed */
static char *read_until(int fd, const char *mark)
{
	size_t room = 1 << 16, len = 0, seen = 0; /* @mark is not in what was seen */
	char *text = malloc(room);
	ssize_t got = 1;

	assert_non_null(text);
	text[0] = '\0';
	while (got > 0 && !(mark && strstr(text + seen, mark))) {
		seen = len > 100 ? len - 100 : 0;
		if (room - len < 1 << 15)
			text = realloc(text, room *= 2);
		assert_non_null(text);
		got = read(fd, text + len, room - len - 1);
		len += got > 0 ? (size_t)got : 0;
		text[len] = '\0';
	}
	assert_true(got >= 0);
	if (mark)
		assert_non_null(strstr(text, mark));
	return text;
}

static void happen(struct bench *bench, size_t count)
{
	static int64_t time_ms = FIRST_MS;
	struct happening happening = { .client = { .htype = 1, .hlen = 6 }, .step = STEP_OFFER };

	for (size_t i = 0; i < count; i++) {
		happening.time_ms = time_ms += EVENT_GAP_MS;
		snprintf(happening.detail, sizeof(happening.detail), "step %zu of many", i);
		assert_true(happenings__add(bench->sources.happenings, &happening));
	}
}

/* How many steps a stream has told, and how many it has told to be missed. */
static void add_up(const char *text, unsigned long long *steps, unsigned long long *missed)
{
	const char *at = text;
	unsigned long long more;

	for (*steps = 0; (at = strstr(at, "event: step\n")); at++)
		++*steps;
	for (*missed = 0, at = text; (at = strstr(at, "event: missed\n")); at++) {
		assert_int_equal(sscanf(at, "event: missed data: {\"steps\": %llu}", &more), 1);
		*missed += more;
	}
}

static void test_a_slow_reader_is_told_how_much_it_missed(void **state)
{
	unsigned long long steps, missed, number = 0, all = 3ULL * MANY + 1;
	struct bench *bench = *state;
	int fd = ask(bench, "/api/v1/stream?what=steps&after=0");
	char *text = read_until(fd, ": here\n"), last[40];

	free(text);
	for (int i = 0; i < 3; i++) {
		happen(bench, MANY);
		usleep(250000); /* it looks each 100 ms, and fills the socket, which nobody empties */
	}
	happen(bench, 1);
	snprintf(last, sizeof(last), "\"number\": %llu,", all);
	text = read_until(fd, last);
	add_up(text, &steps, &missed);
	assert_int_equal(steps + missed, all); /* each of them once */
	assert_true(missed > HAPPENINGS_MAX);
	close(fd);
	free(text);
	/* Who asks later begins with what is there. */
	fd = ask(bench, "/api/v1/events?after=49152&limit=1");
	text = read_until(fd, NULL);
	assert_int_equal(sscanf(strstr(text, "\"number\""), "\"number\": %llu", &number), 1);
	assert_int_equal(number, all - HAPPENINGS_MAX + 1);
	close(fd);
	free(text);
}

static void hear(struct bench *bench, uint32_t index)
{
	struct machine_heard heard = { .client = { .htype = 1, .hlen = 6 },
				       .time_ms = FIRST_MS,
				       .message = 1,
				       .reason = XDPXE_R_DHCP_OFFER,
				       .arch = 7,
				       .addr = index + 1 };

	memcpy(heard.client.chaddr, &index, sizeof(index));
	machines__hear(bench->sources.machines, &heard);
}

static size_t count_of(const char *text, const char *word)
{
	size_t count = 0;

	while ((text = strstr(text, word))) {
		text++;
		count++;
	}
	return count;
}

static void test_many_machines_come_in_one_answer_each_once(void **state)
{
	struct bench *bench = *state;
	char *text;
	int fd;

	for (uint32_t i = 0; i < 5000; i++)
		hear(bench, i);
	fd = ask(bench, "/api/v1/machines?limit=4999");
	text = read_until(fd, NULL);
	assert_int_equal(count_of(text, "\"mac\": "), 4999);
	assert_int_equal(count_of(text, "}, {"), 4998);
	assert_non_null(strstr(text, "\"total\": 5000, \"matching\": 5000"));
	assert_string_equal(text + strlen(text) - 4, "}]}\n");
	close(fd);
	free(text);
	fd = ask(bench, "/api/v1/stream?what=machines");
	text = read_until(fd, "\"more\": false}");
	assert_int_equal(count_of(text, "\"mac\": "), 5000);
	assert_int_equal(count_of(text, "\"more\": true}"), (5000 - 1) / 256);
	free(text);
	hear(bench, 77);
	text = read_until(fd, "\"more\": false}");
	assert_int_equal(count_of(text, "\"mac\": "), 1);
	close(fd);
	free(text);
}

static void test_a_stop_ends_streams_that_are_open(void **state)
{
	struct bench *bench = *state;
	int sleeping = ask(bench, "/api/v1/stream?what=steps"), busy = ask(bench, "/api/v1/stream");
	struct config_web nowhere = { 0 };
	char *text = read_until(sleeping, ": here\n");

	free(text);
	text = read_until(busy, "event: totals");
	free(text);
	web__stop(bench->web);
	text = read_until(sleeping, NULL);
	free(text);
	text = read_until(busy, NULL);
	free(text);
	close(sleeping);
	close(busy);
	bench->web = web__start(&bench->sources, bench->path, &nowhere);
	assert_non_null(bench->web);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_strings_become_json_whatever_is_in_them),
		cmocka_unit_test(test_addresses_to_listen_on),
		cmocka_unit_test(test_a_histogram_counts_by_upper_bound),
		cmocka_unit_test_setup_teardown(test_a_slow_reader_is_told_how_much_it_missed,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_many_machines_come_in_one_answer_each_once,
						setup, teardown),
		cmocka_unit_test_setup_teardown(test_a_stop_ends_streams_that_are_open, setup,
						teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
