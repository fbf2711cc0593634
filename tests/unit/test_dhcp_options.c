// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The writer of DHCP options; expected bytes are RFC 2132's own layouts.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "dhcp_options.h"

static void test_values(void **state)
{
	/* RFC 2132 9.2 (51), 3.5 (3), 3.17 (15), RFC 2132 3.15 (13), 9.13 (60) */
	static const uint8_t expected[] = {
		51,  4,	   0x00, 0x01, 0x51, 0x80, 3,	4,   192, 0,  2,   1,	6,   8,
		192, 0,	   2,	 53,   198,  51,   100, 53,  15,  3,  'a', '.', 'b', 13,
		2,   0x01, 0x02, 67,   4,    'x',  '.', 'y', 0,	  43, 3,   6,	1,   8,
	};
	uint8_t buffer[64];
	struct dhcp_options options;

	(void)state;
	dhcp_options__init(&options, buffer, sizeof(buffer));
	dhcp_options__add_u32(&options, 51, 86400);
	dhcp_options__add_u32(&options, 3, 0xc0000201);
	dhcp_options__add_addresses(&options, 6, (uint32_t[]){ 0xc0000235, 0xc6336435 }, 2);
	dhcp_options__add_text(&options, 15, "a.b");
	dhcp_options__add_u16(&options, 13, 258);
	dhcp_options__add_text_nul(&options, 67, "x.y");
	dhcp_options__add(&options, 43, "\6\1\10", 3);
	assert_false(options.overflow);
	assert_int_equal(options.len, sizeof(expected));
	assert_memory_equal(buffer, expected, sizeof(expected));
}

static void test_empty(void **state)
{
	uint8_t buffer[4] = { 7, 7, 7, 7 };
	struct dhcp_options options;

	(void)state;
	dhcp_options__init(&options, buffer, sizeof(buffer));
	dhcp_options__add_addresses(&options, 6, NULL, 0);
	assert_int_equal(options.len, 0);
	dhcp_options__add(&options, 80, NULL, 0); /* RFC 4039: rapid commit has no bytes */
	assert_int_equal(options.len, 2);
	assert_memory_equal(buffer, ((uint8_t[]){ 80, 0, 7, 7 }), 4);
	assert_false(options.overflow);
}

static void test_room(void **state)
{
	uint8_t buffer[8] = { 0, 0, 0, 0, 0, 0, 7, 7 };
	struct dhcp_options options;

	(void)state;
	dhcp_options__init(&options, buffer, 6);
	dhcp_options__add_u32(&options, 51, 1); /* fits to the byte */
	assert_int_equal(options.len, 6);
	assert_false(options.overflow);
	dhcp_options__add(&options, 80, NULL, 0);
	assert_true(options.overflow);
	assert_int_equal(options.len, 6);
	assert_memory_equal(buffer, ((uint8_t[]){ 51, 4, 0, 0, 0, 1, 7, 7 }), 8);

	dhcp_options__init(&options, buffer, 5); /* a byte too short: left out whole */
	dhcp_options__add_u32(&options, 58, 1);
	assert_true(options.overflow);
	assert_int_equal(options.len, 0);
	assert_int_equal(buffer[0], 51);
	dhcp_options__add_u16(&options, 13,
			      1); /* a shorter one still goes in, and the fault stays known */
	assert_int_equal(options.len, 4);
	assert_true(options.overflow);
}

static void test_longest(void **state)
{
	uint8_t buffer[600], text[256];
	struct dhcp_options options;

	(void)state;
	memset(text, 'a', sizeof(text));
	dhcp_options__init(&options, buffer, sizeof(buffer));
	dhcp_options__add(&options, 67, text, 255);
	assert_int_equal(options.len, 257);
	assert_int_equal(buffer[1], 255);
	assert_false(options.overflow);
	dhcp_options__add(&options, 67, text, 256); /* its length would be written as 0 */
	assert_int_equal(options.len, 257);
	assert_true(options.overflow);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_longest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
