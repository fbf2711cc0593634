// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// When which address is probed: a clock that the test turns, a network that answers as it likes.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe.h"

#define MS 1000000ULL
#define SECOND (1000 * MS)
#define START (1000 * SECOND)
#define ADDRESSES 20000

static struct probe *probe;
static uint64_t now;
static unsigned int asked[2][ADDRESSES], given[2][ADDRESSES];
static size_t frames;
static bool (*answers)(uint32_t index);

static bool nobody(uint32_t index)
{
	(void)index;
	return false;
}

static bool everybody(uint32_t index)
{
	(void)index;
	return true;
}

static bool every_third(uint32_t index)
{
	return index % 3 == 0;
}

static void begin(size_t first, size_t second)
{
	const size_t counts[] = { first, second };

	probe = probe__new(counts, second ? 2 : 1);
	assert_non_null(probe);
	memset(asked, 0, sizeof(asked));
	memset(given, 0, sizeof(given));
	now = START;
	frames = 0;
	answers = nobody;
}

static int teardown(void **state)
{
	(void)state;
	probe__free(probe);
	probe = NULL;
	return 0;
}

static void want(uint32_t network, uint32_t first, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		probe__want(probe, (struct probe_target){ network, first + i });
}

/* What the daemon does at each turn. Return: addresses given */
static size_t turn(void)
{
	struct probe_target targets[64];
	size_t count, sum = 0;

	while ((count = probe__settle(probe, now, targets, 64)) > 0)
		for (size_t i = 0; i < count; i++, sum++)
			given[targets[i].network][targets[i].index]++;
	while ((count = probe__ask(probe, now, targets, 64)) > 0)
		for (size_t i = 0; i < count; i++, frames++) {
			asked[targets[i].network][targets[i].index]++;
			if (answers(targets[i].index))
				probe__drop(probe, targets[i]);
		}
	return sum;
}

/* Let time pass in turns of 5 ms, and less where the scheduler says that nothing is due. Return: addresses given */
static size_t pass(uint64_t span)
{
	uint64_t end = now + span;
	size_t sum = 0;

	for (; now <= end; now += 5 * MS)
		sum += turn();
	return sum;
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
	probe__hurry(probe, 0, now + 60 * SECOND);
	assert_int_equal(pass(60 * SECOND), 0);
	assert_int_equal(frames, ADDRESSES);
	assert_int_equal(probe__open(probe, 0), 0);
	assert_true(probe__wake(probe, now) == UINT64_MAX);
}

static void the_first_go_at_once_and_the_others_at_the_rate(void **state)
{
	size_t after_first;

	(void)state;
	begin(ADDRESSES, 0);
	want(0, 0, ADDRESSES);
	turn();
	assert_in_range(frames, PROBE_FIRST, PROBE_FIRST + 64);
	after_first = frames;
	pass(2 * SECOND);
	assert_in_range(frames, 2 * (size_t)PROBE_RATE, 2 * (size_t)PROBE_RATE + 2 * after_first);
	for (uint32_t i = 1; i < ADDRESSES; i++)
		assert_true(asked[0][i] <=
			    asked[0][i - 1]); /* in the order in which they were wanted */
}

static void a_whole_pool_takes_the_time_that_the_rate_says_and_no_more(void **state)
{
	uint64_t most = (uint64_t)ADDRESSES * PROBE_ROUNDS * SECOND / PROBE_RATE + SECOND;

	(void)state;
	begin(ADDRESSES, 0);
	want(0, 0, ADDRESSES);
	assert_int_equal(pass(most), ADDRESSES);
	assert_int_equal(frames, PROBE_ROUNDS * ADDRESSES);
}

static void machines_that_wait_make_it_faster_and_it_slows_down_again(void **state)
{
	size_t fast, before;

	(void)state;
	begin(ADDRESSES, 0);
	want(0, 0, ADDRESSES);
	pass(SECOND);
	before = frames;
	probe__hurry(probe, 0, now);
	pass(SECOND / 2);
	fast = frames - before;
	assert_in_range(fast, PROBE_RATE_HUNGRY * 2 / 5, PROBE_RATE_HUNGRY * 3 / 5);
	want(0, 0, ADDRESSES); /* what has been given is wanted again */
	pass(PROBE_HUNGRY_NS);
	before = frames;
	pass(SECOND / 2);
	assert_in_range(frames - before, 0, PROBE_RATE);
}

static void a_hungry_network_goes_before_one_that_is_not(void **state)
{
	(void)state;
	begin(ADDRESSES, ADDRESSES);
	want(0, 0, ADDRESSES);
	pass(SECOND);
	want(1, 0, 1000);
	probe__hurry(probe, 1, now);
	pass(SECOND);
	assert_int_equal(given[1][999], 1);
}

static void two_networks_share_the_rate(void **state)
{
	size_t first = 0, second = 0;

	(void)state;
	begin(ADDRESSES, ADDRESSES);
	want(0, 0, ADDRESSES);
	want(1, 0, ADDRESSES);
	pass(2 * SECOND);
	for (size_t i = 0; i < ADDRESSES; i++) {
		first += given[0][i];
		second += given[1][i];
	}
	assert_in_range(first, second / 2, second * 2);
	assert_in_range(frames, 0, 2 * PROBE_RATE + 3 * PROBE_FIRST);
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
	begin(64, 0);
	want(0, 0, 64);
	assert_int_equal(probe__ask(probe, now, targets, 64), 64);
	probe__unsent(probe, 40);
	assert_int_equal(probe__ask(probe, now, targets, 64), 40);
	for (uint32_t i = 0; i < 40; i++)
		assert_int_equal(targets[i].index, 24 + i);
	assert_int_equal(pass(3 * PROBE_WAIT_NS), 64);
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
		TEST(the_first_go_at_once_and_the_others_at_the_rate),
		TEST(a_whole_pool_takes_the_time_that_the_rate_says_and_no_more),
		TEST(machines_that_wait_make_it_faster_and_it_slows_down_again),
		TEST(a_hungry_network_goes_before_one_that_is_not),
		TEST(two_networks_share_the_rate),
		TEST(a_network_that_is_held_waits_and_goes_on_later),
		TEST(what_could_not_be_sent_is_asked_for_again_in_its_place),
		TEST(a_second_question_that_could_not_be_sent_is_asked_again),
		TEST(one_that_is_wanted_twice_is_asked_for_as_one),
		TEST(a_target_that_does_not_exist_is_ignored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
