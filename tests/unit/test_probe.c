// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// When which address is probed.
#include "probe_net.h"

static bool everybody(uint32_t index)
{
	(void)index;
	return true;
}

static bool every_third(uint32_t index)
{
	return index % 3 == 0;
}

static void an_address_is_asked_for_twice_before_it_is_given(void **state)
{
	(void)state;
	begin(3, 0);
	want(0, 0, 3);
	assert_int_equal(turn(), 0);
	assert_int_equal(frames, 3);
	assert_int_equal(pass(PROBE_WAIT_NS - MS), 0);
	assert_int_equal(frames, 3);
	assert_int_equal(pass(PROBE_WAIT_NS - 5 * MS), 0);
	assert_int_equal(frames, 6);
	assert_int_equal(pass(10 * MS), 3);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(given[0][i], 1);
	assert_int_equal(probe__open(probe, 0), 0);
	assert_true(probe__wake(probe, now) == UINT64_MAX);
}

static void an_address_that_answers_is_never_given(void **state)
{
	(void)state;
	begin(300, 0);
	answers = every_third;
	want(0, 0, 300);
	assert_int_equal(pass(2 * SECOND), 200);
	for (uint32_t i = 0; i < 300; i++)
		assert_int_equal(given[0][i], !every_third(i));
	assert_int_equal(probe__open(probe, 0), 0);
}

static void an_answer_to_the_second_question_counts_as_well(void **state)
{
	(void)state;
	begin(1, 0);
	want(0, 0, 1);
	pass(PROBE_WAIT_NS + 50 * MS);
	assert_int_equal(frames, 2);
	probe__drop(probe, (struct probe_target){ 0, 0 });
	assert_int_equal(pass(SECOND), 0);
}

static void everything_is_in_use_and_the_work_ends(void **state)
{
	(void)state;
	begin(ADDRESSES, 0);
	answers = everybody;
	want(0, 0, ADDRESSES);
	waiting = 1;
	assert_int_equal(pass(60 * SECOND), 0);
	assert_int_equal(frames, ADDRESSES);
	assert_int_equal(probe__open(probe, 0), 0);
	assert_true(probe__wake(probe, now) == UINT64_MAX);
}

static void a_network_that_is_held_waits_and_goes_on_later(void **state)
{
	(void)state;
	begin(100, 0);
	probe__hold(probe, 0, true);
	want(0, 0, 100);
	assert_int_equal(pass(SECOND), 0);
	assert_int_equal(frames, 0);
	assert_true(probe__wake(probe, now) == UINT64_MAX);
	probe__hold(probe, 0, false);
	assert_int_equal(pass(SECOND), 100);
}

static void what_could_not_be_sent_is_asked_for_again_in_its_place(void **state)
{
	struct probe_target targets[64];

	(void)state;
	begin(20, 0);
	want(0, 0, 20);
	assert_int_equal(probe__ask(probe, now, targets, 64), 20);
	probe__unsent(probe, 12);
	now += 50 * MS;
	assert_int_equal(probe__ask(probe, now, targets, 64), 12);
	for (uint32_t i = 0; i < 12; i++)
		assert_int_equal(targets[i].index, 8 + i);
	assert_int_equal(pass(3 * PROBE_WAIT_NS), 20);
}

static void a_second_question_that_could_not_be_sent_is_asked_again(void **state)
{
	struct probe_target targets[64];

	(void)state;
	begin(10, 0);
	want(0, 0, 10);
	assert_int_equal(probe__ask(probe, now, targets, 64), 10);
	now += PROBE_WAIT_NS;
	assert_int_equal(probe__ask(probe, now, targets, 64), 10);
	probe__unsent(probe, 4);
	now += PROBE_WAIT_NS;
	assert_int_equal(probe__settle(probe, now, targets, 64), 6);
	assert_int_equal(probe__ask(probe, now, targets, 64), 4);
	now += PROBE_WAIT_NS;
	assert_int_equal(probe__settle(probe, now, targets, 64), 4);
}

static void one_that_is_wanted_twice_is_asked_for_as_one(void **state)
{
	(void)state;
	begin(5, 0);
	for (int i = 0; i < 3; i++) {
		want(0, 0, 5);
		probe__drop(probe, (struct probe_target){ 0, 2 });
		want(0, 0, 5);
	}
	assert_int_equal(probe__open(probe, 0), 5);
	assert_int_equal(pass(SECOND), 5);
	assert_int_equal(frames, 10);
	probe__drop(probe, (struct probe_target){ 0, 2 });
	assert_int_equal(probe__open(probe, 0), 0);
}

static void a_target_that_does_not_exist_is_ignored(void **state)
{
	(void)state;
	begin(5, 0);
	want(0, 5, 1);
	want(1, 0, 1);
	probe__drop(probe, (struct probe_target){ 7, 0 });
	probe__hurry(probe, 7, now);
	assert_int_equal(probe__open(probe, 7), 0);
	assert_int_equal(pass(SECOND), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, teardown)
	const struct CMUnitTest tests[] = {
		TEST(an_address_is_asked_for_twice_before_it_is_given),
		TEST(an_address_that_answers_is_never_given),
		TEST(an_answer_to_the_second_question_counts_as_well),
		TEST(everything_is_in_use_and_the_work_ends),
		TEST(a_network_that_is_held_waits_and_goes_on_later),
		TEST(what_could_not_be_sent_is_asked_for_again_in_its_place),
		TEST(a_second_question_that_could_not_be_sent_is_asked_again),
		TEST(one_that_is_wanted_twice_is_asked_for_as_one),
		TEST(a_target_that_does_not_exist_is_ignored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
