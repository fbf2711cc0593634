// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// How many addresses are probed, and how fast.
#include "probe_net.h"

/* Until the reserve of a network is there, from the start. */
#define FILLING                                                                                    \
	(PROBE_RESERVE * PROBE_ROUNDS * SECOND / PROBE_RATE_LOW + PROBE_ROUNDS * PROBE_WAIT_NS +   \
	 50 * MS)

static void a_reserve_is_probed_and_then_the_segment_is_quiet(void **state)
{
	(void)state;
	begin(ADDRESSES, 0);
	want(0, 0, ADDRESSES);
	turn();
	assert_in_range(frames, 1, 32); /* what the smallest ring takes at once */
	assert_int_equal(pass(FILLING), PROBE_RESERVE);
	assert_int_equal(frames, PROBE_ROUNDS * PROBE_RESERVE);
	for (uint32_t i = 0; i < PROBE_RESERVE; i++)
		assert_int_equal(given[0][i], 1); /* in the order in which they were wanted */
	assert_true(probe__wake(probe, now) == UINT64_MAX);
	assert_int_equal(pass(60 * SECOND), 0);
	assert_int_equal(frames, PROBE_ROUNDS * PROBE_RESERVE);
}

static void the_reserve_is_filled_no_faster_than_its_rate(void **state)
{
	size_t before;

	(void)state;
	begin(ADDRESSES, 0);
	want(0, 0, ADDRESSES);
	for (int i = 0; i < 10; i++) {
		before = frames;
		pass(FILLING / 10);
		assert_in_range(frames - before, 0,
				PROBE_RATE_LOW * (FILLING / MS / 10 + 25) / 1000);
	}
}

static void what_few_machines_take_is_made_up_for_slowly(void **state)
{
	(void)state;
	begin(ADDRESSES, 0);
	want(0, 0, ADDRESSES);
	pass(FILLING);
	for (int i = 0; i < 100; i++)
		take(0);
	frames = 0;
	pass(SECOND / 2);
	assert_in_range(frames, PROBE_RATE / 4, PROBE_RATE * 6 / 10);
	assert_in_range(pass(2 * SECOND), 50, 100);
	assert_int_equal(frames, 200);
	assert_int_equal(tails[0] - heads[0], PROBE_RESERVE);
}

static void a_low_reserve_is_filled_quickly_until_it_is_full(void **state)
{
	(void)state;
	begin(ADDRESSES, 0);
	want(0, 0, ADDRESSES);
	pass(FILLING);
	while (tails[0] - heads[0] >= PROBE_LOW)
		take(0);
	pass(FILLING);
	assert_int_equal(tails[0] - heads[0], PROBE_RESERVE);
}

static void one_machine_that_waits_makes_no_flood(void **state)
{
	(void)state;
	begin(ADDRESSES, 0);
	want(0, 0, ADDRESSES);
	waiting = 1;
	pass(2 * SECOND);
	assert_int_equal(waiting, 0);
	assert_in_range(frames, 1, PROBE_ROUNDS * (PROBE_RESERVE + 4));
}

static void a_storm_right_after_the_start_is_served_in_time(void **state)
{
	(void)state;
	begin(ADDRESSES, 0);
	want(0, 0, ADDRESSES);
	waiting = 4096; /* as many as the daemon keeps at a time */
	pass(SECOND);
	assert_int_equal(waiting, 0);
	for (size_t left = ADDRESSES - 4096, more; left; left -= more) {
		more = left < 4096 ? left : 4096;
		waiting = more;
		pass(SECOND);
		assert_int_equal(waiting, 0);
	}
}

static void it_is_never_faster_than_the_highest_rate_and_slows_down_again(void **state)
{
	(void)state;
	begin(ADDRESSES, 0);
	want(0, 0, ADDRESSES);
	waiting = ADDRESSES;
	pass(SECOND);
	assert_in_range(frames, PROBE_RATE_HUNGRY / 2, PROBE_RATE_HUNGRY * 11 / 10);
	waiting = 0;
	pass(20 * SECOND);
	frames = 0;
	pass(SECOND);
	assert_int_equal(frames, 0);
}

static void a_hungry_network_goes_before_one_that_is_not(void **state)
{
	(void)state;
	begin(ADDRESSES, ADDRESSES);
	want(1, 0, ADDRESSES);
	want(0, 0, 1000);
	waiting = 1000;
	pass(SECOND);
	assert_int_equal(given[0][999], 1);
}

static void each_network_has_its_reserve_and_they_share_the_rate(void **state)
{
	(void)state;
	begin(ADDRESSES, ADDRESSES);
	want(0, 0, ADDRESSES);
	want(1, 0, ADDRESSES);
	pass(FILLING / 2);
	assert_in_range(frames, 0, PROBE_RATE_LOW * (FILLING / 2) / SECOND + 64);
	assert_in_range(tails[0], tails[1] / 2, tails[1] * 2);
	pass(2 * FILLING);
	assert_int_equal(tails[0], PROBE_RESERVE);
	assert_int_equal(tails[1], PROBE_RESERVE);
}

static void what_was_free_before_counts_as_reserve(void **state)
{
	uint32_t places[ADDRESSES] = {};

	(void)state;
	begin(ADDRESSES, 0);
	for (uint32_t i = 0; i < PROBE_RESERVE; i++) {
		places[5000 - i] = i + 1;
		queues[0][tails[0]++] = (struct probe_target){ 0, 5000 - i };
	}
	probe__inherit(probe, 0, places);
	want(0, 10000, 1000);
	pass(SECOND);
	assert_int_equal(frames, 0);
	for (int i = 0; i < 10; i++)
		take(0);
	pass(SECOND);
	assert_int_equal(frames, 20);
}

static void an_address_that_came_back_does_not_look_like_many_that_are_left(void **state)
{
	(void)state;
	begin(ADDRESSES, 0);
	want(0, 0, ADDRESSES);
	pass(FILLING);
	while (take(0))
		;
	probe__none_left(probe, 0);
	queues[0][tails[0]++] = queues[0][0]; /* an offer that was not taken up */
	pass(FILLING);
	assert_int_equal(tails[0] - heads[0], PROBE_RESERVE + 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_reserve_is_probed_and_then_the_segment_is_quiet),
		TEST(the_reserve_is_filled_no_faster_than_its_rate),
		TEST(what_few_machines_take_is_made_up_for_slowly),
		TEST(a_low_reserve_is_filled_quickly_until_it_is_full),
		TEST(one_machine_that_waits_makes_no_flood),
		TEST(a_storm_right_after_the_start_is_served_in_time),
		TEST(it_is_never_faster_than_the_highest_rate_and_slows_down_again),
		TEST(a_hungry_network_goes_before_one_that_is_not),
		TEST(each_network_has_its_reserve_and_they_share_the_rate),
		TEST(what_was_free_before_counts_as_reserve),
		TEST(an_address_that_came_back_does_not_look_like_many_that_are_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
