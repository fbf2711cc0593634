// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Frames whose replies wait: order, bound, memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "delay.h"

static struct delay *queue;

static int set_up(void **state)
{
	(void)state;
	queue = delay__new();
	return !queue;
}

static int tear_down(void **state)
{
	(void)state;
	delay__free(queue);
	return 0;
}

static bool add(uint16_t name, uint64_t due_ns)
{
	struct xdpxe_miss *miss = calloc(1, sizeof(*miss));
	bool good;

	assert_non_null(miss);
	miss->len = name;
	good = delay__add(queue, miss, due_ns);
	free(miss);
	return good;
}

static void test_nothing_waits_at_first(void **state)
{
	(void)state;
	assert_true(delay__next(queue) == UINT64_MAX);
	assert_null(delay__take(queue, UINT64_MAX - 1));
}

static void test_what_is_due_first_is_taken_first_and_nothing_too_soon(void **state)
{
	static const uint64_t due[] = { 50, 10, 40, 20, 30, 15, 45 };
	static const uint16_t order[] = { 1, 5, 3, 4, 2, 6, 0 };

	(void)state;
	for (uint16_t i = 0; i < 7; i++)
		assert_true(add(i, due[i]));
	for (size_t i = 0; i < 7; i++) {
		uint64_t next = due[order[i]];

		assert_true(delay__next(queue) == next);
		assert_null(delay__take(queue, next - 1));
		assert_int_equal(delay__take(queue, next)->len, order[i]);
	}
	assert_null(delay__take(queue, 1000));
}

static void test_of_those_due_together_the_first_that_came_goes_first(void **state)
{
	(void)state;
	for (uint16_t i = 0; i < 100; i++)
		assert_true(add(i, 7));
	for (uint16_t i = 0; i < 100; i++)
		assert_int_equal(delay__take(queue, 7)->len, i);
}

static void test_there_is_room_for_so_many_and_again_when_one_is_taken(void **state)
{
	uint64_t last = 0;

	(void)state;
	for (uint16_t i = 0; i < DELAY_ROOM; i++)
		assert_true(add(i, (i * 7919U) % 1000));
	assert_false(add(0, 1));
	assert_non_null(delay__take(queue, 1000));
	assert_true(add(0, 999));
	assert_false(add(0, 1));
	for (size_t i = 0; i < DELAY_ROOM; i++) {
		uint64_t next = delay__next(queue);

		assert_true(next >= last);
		assert_non_null(delay__take(queue, 1000));
		last = next;
	}
	assert_true(delay__next(queue) == UINT64_MAX);
}

static void test_what_still_waits_is_freed(void **state)
{
	(void)state;
	assert_true(add(1, 1) && add(2, 2)); /* valgrind and ASan look on */
	assert_non_null(delay__take(queue, 1));
	delay__free(NULL);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(test_nothing_waits_at_first),
		TEST(test_what_is_due_first_is_taken_first_and_nothing_too_soon),
		TEST(test_of_those_due_together_the_first_that_came_goes_first),
		TEST(test_there_is_room_for_so_many_and_again_when_one_is_taken),
		TEST(test_what_still_waits_is_freed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
