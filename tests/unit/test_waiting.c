// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Misses that wait for addresses.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "waiting.h"

static struct waiting *waiting;

static int setup(void **state)
{
	(void)state;
	waiting = waiting__new();
	return waiting ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	waiting__free(waiting);
	return 0;
}

static bool add(uint32_t network, uint16_t len)
{
	static struct xdpxe_miss miss;

	miss.network = network;
	miss.len = len;
	memset(miss.frame, (int)network, len < XDPXE_FRAME_MAX ? len : XDPXE_FRAME_MAX);
	return waiting__add(waiting, &miss);
}

struct seen {
	uint32_t networks[WAITING_MAX];
	size_t count;
	bool done_if_even, done;
};

static enum waiting_fate see(const struct xdpxe_miss *miss, const uint8_t *frame, void *context)
{
	struct seen *seen = context;

	for (uint16_t i = 0; i < miss->len; i++)
		assert_int_equal(frame[i], (uint8_t)miss->network);
	seen->networks[seen->count++] = miss->network;
	return seen->done || (seen->done_if_even && miss->network % 2 == 0) ? WAITING_DONE
									    : WAITING_STAYS;
}

static void the_oldest_comes_first_with_its_frame(void **state)
{
	struct seen seen = { .done = true };

	(void)state;
	for (uint32_t i = 0; i < 10; i++)
		assert_true(add(i, (uint16_t)(300 + i)));
	waiting__each(waiting, see, &seen);
	assert_int_equal(seen.count, 10);
	for (uint32_t i = 0; i < 10; i++)
		assert_int_equal(seen.networks[i], i);
	assert_int_equal(waiting__count(waiting), 0);
}

static void those_that_stay_keep_their_order(void **state)
{
	struct seen first = { .done_if_even = true }, second = { .done = true };

	(void)state;
	for (uint32_t i = 0; i < 10; i++)
		assert_true(add(i, 300));
	waiting__each(waiting, see, &first);
	assert_int_equal(waiting__count(waiting), 5);
	assert_true(add(10, XDPXE_FRAME_MAX));
	waiting__each(waiting, see, &second);
	assert_int_equal(second.count, 6);
	for (uint32_t i = 0; i < 5; i++)
		assert_int_equal(second.networks[i], 2 * i + 1);
	assert_int_equal(second.networks[5], 10);
}

static void there_is_an_end_to_the_room_and_it_is_used_again(void **state)
{
	struct seen seen = { .done_if_even = true };

	(void)state;
	for (uint32_t i = 0; i < WAITING_MAX; i++)
		assert_true(add(i, 60));
	assert_false(add(1, 60));
	waiting__each(waiting, see, &seen);
	for (uint32_t i = 0; i < WAITING_MAX / 2; i++)
		assert_true(add(i, 60));
	assert_false(add(1, 60));
	assert_int_equal(waiting__count(waiting), WAITING_MAX);
}

static void a_frame_that_is_too_long_is_refused(void **state)
{
	(void)state;
	assert_false(add(1, XDPXE_FRAME_MAX + 1));
	assert_int_equal(waiting__count(waiting), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(the_oldest_comes_first_with_its_frame),
		TEST(those_that_stay_keep_their_order),
		TEST(there_is_an_end_to_the_room_and_it_is_used_again),
		TEST(a_frame_that_is_too_long_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
