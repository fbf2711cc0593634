// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The latest steps of all: numbered, bounded, and honest about what is not there. And the nearest name of a file. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "telemetry/happenings_feed.h"
#include "telemetry/nearest.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct happenings *happenings;
static struct happening out[HAPPENINGS_MAX];
static uint64_t missed, next;

static int set_up(void **state)
{
	(void)state;
	happenings = happenings__new();
	return happenings ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	happenings__free(happenings);
	return 0;
}

/* One for each machine, at this time. */
static void add(size_t count, int64_t time_ms)
{
	struct happening happening = { .time_ms = time_ms, .client = { .htype = 1, .hlen = 6 } };

	for (size_t i = 0; i < count; i++) {
		happening.client.chaddr[5] = (uint8_t)i;
		happenings__add(happenings, &happening);
	}
}

static size_t read_from(uint64_t after, const struct xdpxe_client *client, int64_t since_ms)
{
	return happenings__read(happenings, after, client, since_ms, out, HAPPENINGS_MAX, &missed,
				&next);
}

static void a_reader_goes_on_where_it_was(void **state)
{
	(void)state;
	assert_int_equal(read_from(0, NULL, 0), 0);
	assert_int_equal(next, 0);
	add(5, 1000);
	assert_int_equal(read_from(0, NULL, 0), 5);
	assert_true(next == 5 && missed == 0 && out[0].number == 1 && out[4].number == 5);
	add(2, 2000);
	assert_int_equal(read_from(next, NULL, 0), 2);
	assert_int_equal(out[0].number, 6);
	assert_int_equal(read_from(next, NULL, 0), 0);
	assert_int_equal(next, 7);
	assert_int_equal(read_from(0, NULL, 1500), 2);
}

static void one_machine_may_be_followed(void **state)
{
	const struct xdpxe_client third = { .htype = 1, .hlen = 6, .chaddr = { 0, 0, 0, 0, 0, 2 } };

	(void)state;
	add(5, 1000);
	assert_int_equal(read_from(0, &third, 0), 1);
	assert_int_equal(out[0].number, 3);
	assert_int_equal(next, 5);
}

static void a_storm_is_cut_and_what_is_cut_is_counted(void **state)
{
	(void)state;
	add(HAPPENINGS_PER_S + 700, 5000);
	assert_int_equal(read_from(0, NULL, 0), HAPPENINGS_PER_S);
	assert_int_equal(happenings__dropped(happenings), 700);
	add(1, 6000);
	assert_int_equal(read_from(next, NULL, 0), 1);
	assert_int_equal(out[0].dropped, 700);
	add(1, 6000);
	assert_int_equal(read_from(next, NULL, 0), 1);
	assert_int_equal(out[0].dropped, 0);
}

static void a_reader_that_is_too_slow_is_told_what_it_missed(void **state)
{
	(void)state;
	for (int64_t second = 0; second < 20; second++)
		add(1000, second * 1000);
	assert_int_equal(read_from(100, NULL, 0), HAPPENINGS_MAX);
	assert_int_equal(missed, 20000 - HAPPENINGS_MAX - 100);
	assert_int_equal(next, 20000);
	assert_int_equal(read_from(99999, NULL, 0), 0); /* a number of an earlier run */
	assert_int_equal(next, 20000);
}

static void the_nearest_name_is_what_a_person_would_say(void **state)
{
	static const struct {
		const char *asked, *name;
		unsigned int distance;
	} pairs[] = {
		{ "IPXE.EFI", "ipxe.efi", 0 },
		{ "boot/ipxe.efi", "ipxe.efi", 1 },
		{ "ipxe.efi", "x64/IPXE.efi", 2 },
		{ "ipxe.eif", "ipxe.efi", 4 },
		{ "undionly.kpx", "undionly.kpxe", 3 },
		{ "grub.cfg", "ipxe.efi", NEAREST_FAR },
		{ "a", "b", NEAREST_FAR },
		{ "", "ipxe.efi", NEAREST_FAR },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(pairs); i++)
		assert_int_equal(nearest__distance(pairs[i].asked, pairs[i].name),
				 pairs[i].distance);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_reader_goes_on_where_it_was, set_up, tear_down),
		cmocka_unit_test_setup_teardown(one_machine_may_be_followed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_storm_is_cut_and_what_is_cut_is_counted, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_reader_that_is_too_slow_is_told_what_it_missed,
						set_up, tear_down),
		cmocka_unit_test(the_nearest_name_is_what_a_person_would_say),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
