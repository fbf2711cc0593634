// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Text to values: what is taken, what is not, and that a refused text writes nothing.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parse.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define UNTOUCHED 0x5a5a5a5au

static void test_numbers(void **state)
{
	static const char *const wrong[] = {
		"",
		" 1",
		"1 ",
		"+1",
		"-1",
		"0x10",
		"1e3",
		"01",
		"00",
		"1.0",
		"99999999999999999999999",
		"one",
		"\t1",
		"18446744073709551616",
	};
	uint64_t value = UNTOUCHED;
	uint32_t small = UNTOUCHED;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(wrong); i++)
		if (parse__u64(wrong[i], 0, UINT64_MAX, &value))
			fail_msg("\"%s\" was taken", wrong[i]);
	assert_int_equal(value, UNTOUCHED);
	assert_true(parse__u64("0", 0, UINT64_MAX, &value));
	assert_int_equal(value, 0);
	assert_true(parse__u64("18446744073709551615", 0, UINT64_MAX, &value));
	assert_true(value == UINT64_MAX);
	assert_false(parse__u64("9", 10, 20, &value));
	assert_false(parse__u64("21", 10, 20, &value));
	assert_true(parse__u64("10", 10, 20, &value) && value == 10);
	assert_true(parse__u64("20", 10, 20, &value) && value == 20);
	assert_false(parse__u32("4294967296", 0, UINT32_MAX, &small));
	assert_int_equal(small, UNTOUCHED);
	assert_true(parse__u32("4294967295", 0, UINT32_MAX, &small) && small == UINT32_MAX);
}

static void test_addresses(void **state)
{
	static const char *const wrong[] = {
		"",	      "10.0.0",	   "10.0.0.256", "10.0.0.1 ", " 10.0.0.1", "10.0.0.01",
		"10.0.0.1.2", "10.0.0.-1", "0x0a.0.0.1", "167772161", "fe80::1",   "10.0.0.1/8",
	};
	uint32_t address = UNTOUCHED;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(wrong); i++)
		if (parse__ipv4(wrong[i], &address))
			fail_msg("\"%s\" was taken", wrong[i]);
	assert_int_equal(address, UNTOUCHED);
	assert_true(parse__ipv4("10.77.0.1", &address));
	assert_int_equal(address, 0x0a4d0001);
	assert_true(parse__ipv4("255.255.255.255", &address));
	assert_int_equal(address, 0xffffffff);
}

static void test_subnets(void **state)
{
	static const char *const wrong[] = {
		"",
		"/",
		"10.0.0.0",
		"10.0.0.0/",
		"/8",
		"10.0.0.0/33",
		"10.0.0.0/-1",
		"10.0.0.0/08",
		"10.0.0.0/8/8",
		"10.0.0.0 /8",
		"10.0.0.0/255.0.0.0",
		"1111.1111.1111.1111/8",
	};
	uint32_t address = UNTOUCHED;
	unsigned int prefix = 99;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(wrong); i++)
		if (parse__cidr(wrong[i], &address, &prefix))
			fail_msg("\"%s\" was taken", wrong[i]);
	assert_int_equal(address, UNTOUCHED);
	assert_int_equal(prefix, 99);
	assert_true(parse__cidr("10.77.0.1/16", &address, &prefix));
	assert_int_equal(address, 0x0a4d0001);
	assert_int_equal(prefix, 16);
	assert_true(parse__cidr("0.0.0.0/0", &address, &prefix));
	assert_int_equal(prefix, 0);
}

static void test_ranges(void **state)
{
	static const char *const wrong[] = {
		"",
		"-",
		"10.0.0.1-",
		"-10.0.0.1",
		"10.0.0.2-10.0.0.1",
		"10.0.0.1-10.0.0.2-10.0.0.3",
		"10.0.0.1 10.0.0.2",
		"10.0.0.1-2",
	};
	uint32_t first = UNTOUCHED, last = UNTOUCHED;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(wrong); i++)
		if (parse__range(wrong[i], &first, &last))
			fail_msg("\"%s\" was taken", wrong[i]);
	assert_int_equal(first, UNTOUCHED);
	assert_int_equal(last, UNTOUCHED);
	assert_true(parse__range("10.0.0.1-10.0.0.9", &first, &last));
	assert_int_equal(first, 0x0a000001);
	assert_int_equal(last, 0x0a000009);
	assert_true(parse__range(" 10.0.1.0 - 10.0.1.0 ", &first, &last));
	assert_int_equal(first, 0x0a000100);
	assert_int_equal(last, 0x0a000100);
	assert_true(parse__range("10.0.0.7", &first, &last));
	assert_int_equal(first, 0x0a000007);
	assert_int_equal(last, 0x0a000007);
}

static void test_macs(void **state)
{
	static const uint8_t expected[6] = { 0x52, 0x54, 0x00, 0xaa, 0xBB, 0x0f };
	static const char *const wrong[] = {
		"",
		"52:54:00:aa:bb",
		"52:54:00:aa:bb:0f:00",
		"52:54:00:aa:bb:0",
		"52:54:00:aa-bb:0f",
		"525400aabb0f",
		"5254.00aa.bb0f",
		"52:54:00:aa:bb:0g",
		"52 54 00 aa bb 0f",
		"52:54:00:aa:bb:0f ",
	};
	uint8_t mac[6] = { 9, 9, 9, 9, 9, 9 };
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(wrong); i++)
		if (parse__mac(wrong[i], mac))
			fail_msg("\"%s\" was taken", wrong[i]);
	assert_memory_equal(mac, ((uint8_t[6]){ 9, 9, 9, 9, 9, 9 }), 6);
	assert_true(parse__mac("52:54:00:aa:BB:0f", mac));
	assert_memory_equal(mac, expected, 6);
	mac[0] = 0;
	assert_true(parse__mac("52-54-00-AA-bb-0F", mac));
	assert_memory_equal(mac, expected, 6);
}

static void test_durations(void **state)
{
	static const struct {
		const char *text;
		uint32_t seconds;
	} right[] = {
		{ "0", 0 },
		{ "90", 90 },
		{ "30s", 30 },
		{ "10m", 600 },
		{ "12h", 43200 },
		{ "7d", 604800 },
		{ "4294967295", 4294967295u },
	};
	static const char *const wrong[] = {
		"",
		"s",
		"m",
		"10 m",
		"10M",
		"10min",
		"1h30m",
		"-1s",
		"1.5h",
		"010m",
		"4294967296",
		"71582789m",
		"18446744073709551615d",
	};
	uint32_t value = UNTOUCHED;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(wrong); i++)
		if (parse__seconds(wrong[i], &value))
			fail_msg("\"%s\" was taken", wrong[i]);
	assert_int_equal(value, UNTOUCHED);
	for (i = 0; i < COUNT(right); i++)
		if (!parse__seconds(right[i].text, &value) || value != right[i].seconds)
			fail_msg("\"%s\" gave %u", right[i].text, value);
}

static void test_sizes(void **state)
{
	static const struct {
		const char *text;
		uint64_t bytes;
	} right[] = {
		{ "0", 0 },
		{ "1500", 1500 },
		{ "64KiB", 65536 },
		{ "256MiB", 268435456 },
		{ "1GiB", 1073741824 },
	};
	static const char *const wrong[] = {
		"",	"MiB",	 "1 MiB", "1MB",    "1M",
		"1mib", "1MiBs", "-1MiB", "0.5GiB", "18446744073709551615GiB",
	};
	uint64_t value = UNTOUCHED;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(wrong); i++)
		if (parse__bytes(wrong[i], &value))
			fail_msg("\"%s\" was taken", wrong[i]);
	assert_int_equal(value, UNTOUCHED);
	for (i = 0; i < COUNT(right); i++)
		if (!parse__bytes(right[i].text, &value) || value != right[i].bytes)
			fail_msg("\"%s\" gave %llu", right[i].text, (unsigned long long)value);
}

static void test_booleans(void **state)
{
	static const char *const wrong[] = {
		"", "True", "YES", "on", "off", "1", "0", "y", "truee"
	};
	bool value = false;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(wrong); i++)
		if (parse__bool(wrong[i], &value))
			fail_msg("\"%s\" was taken", wrong[i]);
	assert_true(parse__bool("yes", &value) && value);
	assert_true(parse__bool("no", &value) && !value);
	assert_true(parse__bool("true", &value) && value);
	assert_true(parse__bool("false", &value) && !value);
}

static void test_hostnames(void **state)
{
	static const char *const right[] = {
		"a",
		"boot.example",
		"3com.example",
		"a-b.c-d",
		"X.Y",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	};
	static const char *const wrong[] = {
		"",
		".",
		"a.",
		".a",
		"a..b",
		"-a",
		"a-",
		"a.-b",
		"a_b",
		"a b",
		"a,b",
		"\xc3\xa4",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(right); i++)
		if (!parse__hostname(right[i]))
			fail_msg("\"%s\" was refused", right[i]);
	for (i = 0; i < COUNT(wrong); i++)
		if (parse__hostname(wrong[i]))
			fail_msg("\"%s\" was taken", wrong[i]);
}

static void test_urls(void **state)
{
	static const char *const schemes[] = { "http://", "https://", NULL };
	static const char *const right[] = { "http://a", "https://a/b?c=${net0/mac}",
					     "HTTP://10.0.0.1:8080/x" };
	static const char *const wrong[] = {
		"",	     "http",	    "http://",		 "http:///x",	"ftp://a/b",
		"xhttp://a", "http://a/ b", "http://a/\xc3\xa4", "http://a/\n", "/http://a",
		"http:/a",
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(right); i++)
		if (!parse__url(right[i], schemes))
			fail_msg("\"%s\" was refused", right[i]);
	for (i = 0; i < COUNT(wrong); i++)
		if (parse__url(wrong[i], schemes))
			fail_msg("\"%s\" was taken", wrong[i]);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),	  cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_subnets),	  cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_macs),	  cmocka_unit_test(test_durations),
		cmocka_unit_test(test_sizes),	  cmocka_unit_test(test_booleans),
		cmocka_unit_test(test_hostnames), cmocka_unit_test(test_urls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
