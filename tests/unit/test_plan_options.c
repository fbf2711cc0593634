// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Options by number, host names and times as they go out, and replies that they make too long.
#include "config_examples.h"

#include <arpa/inet.h>

#include "plan_priv.h"

#define TEXT60 "012345678901234567890123456789012345678901234567890123456789"

/* A configuration as a plan, without a machine to hold it against. */
struct bench {
	struct config *config;
	struct plan_network networks[2];
	struct plan plan;
	struct config_error err;
};

/* Return: as plan__make() */
static bool make(struct bench *bench, const char *text)
{
	struct plan *plan = &bench->plan;
	bool good = true;
	size_t i;

	*bench = (struct bench){ .config = load(text, &bench->err) };
	if (!bench->config)
		fail_msg("%s\n%s", text, bench->err.text);
	*plan = (struct plan){ .config = bench->config,
			       .networks = bench->networks,
			       .network_count = bench->config->network_count };
	for (i = 0; i < plan->network_count; i++) {
		bench->networks[i].config = &bench->config->networks[i];
		bench->networks[i].wire.server = htonl(bench->networks[i].config->subnet + 1);
		plan_network__wire(&bench->networks[i]);
		good = good && plan_network__check_options(plan, i, &bench->err);
	}
	return good && plan_hosts__fill(plan, &bench->err) && plan_boots__fill(plan, &bench->err);
}

static void end(struct bench *bench)
{
	free(bench->plan.boots);
	free(bench->plan.sources);
	free(bench->plan.hosts);
	config__free(bench->config);
}

static void expect_error(const char *text, const char *error)
{
	struct bench bench;

	assert_false(make(&bench, text));
	assert_string_equal(bench.err.text, error);
	end(&bench);
}

static void test_network(void **state)
{
	static const uint8_t expected[] = {
		51, 4, 0,  0,  14, 16,	58,  4, 0, 0,	3,   132, 59,  4,   0,
		0,  7, 8,  1,  4,  255, 255, 0, 0, 28,	4,   10,  77,  255, 255,
		42, 4, 10, 77, 0,  9,	26,  2, 5, 120, 252, 1,	  'x',
	};
	struct bench bench;

	(void)state;
	assert_true(make(&bench,
			 NET "    lease-time: 1h\n    renew-time: 15m\n    rebind-time: 30m\n"
			     "    ntp: [10.77.0.9]\n    mtu: 1400\n"
			     "    options: [{ code: 252, text: x }]\n"));
	assert_int_equal(bench.networks[0].wire.options_len, sizeof(expected));
	assert_memory_equal(bench.networks[0].wire.options, expected, sizeof(expected));
	assert_int_equal(bench.networks[0].wire.flags, XDPXE_NETWORK_PROBED);
	end(&bench);
	assert_true(make(&bench, NET "unknown-clients: ignore\n"));
	assert_int_equal(bench.networks[0].wire.flags,
			 XDPXE_NETWORK_KNOWN_ONLY | XDPXE_NETWORK_PROBED);
	end(&bench);
}

static void test_host(void **state)
{
	static const uint8_t expected[] = { 12, 2, 'n', '1', 200, 1, 7 };
	struct bench bench;

	(void)state;
	assert_true(make(&bench,
			 NET "hosts:\n  - { mac: \"02:00:00:00:00:01\", hostname: n1, options: "
			     "[{ code: 200, u8: 7 }] }\n  - { mac: \"02:00:00:00:00:02\" }\n"));
	assert_int_equal(bench.plan.hosts[0].host.options_len, sizeof(expected));
	assert_memory_equal(bench.plan.hosts[0].host.options, expected, sizeof(expected));
	assert_int_equal(bench.plan.hosts[1].host.options_len, 0);
	end(&bench);
}

/* The boot's own 43 gives way, its 60 stays behind: only for those that say PXEClient. */
static void test_boot(void **state)
{
	static const uint8_t expected[] = {
		67, 2, 'a', 0, 13,  2,	 0,   1,   43,	3,   6,	  1,   8,   200,
		1,  7, 60,  9, 'P', 'X', 'E', 'C', 'l', 'i', 'e', 'n', 't',
	};
	struct bench bench;

	(void)state;
	write_as("a", "x");
	assert_true(make(&bench,
			 NET "tftp: { root: . }\nboot: { bios: a, efi-x64: a }\nboot-options: "
			     "{ bios: [{ code: 43, hex: 060108 }, { code: 200, u8: 7 }] }\n"));
	assert_int_equal(bench.plan.boot_count, 2); /* one with options, one without */
	assert_int_equal(bench.networks[0].wire.boot_arch[0], 1);
	assert_int_equal(bench.networks[0].wire.boot_arch[7], 2);
	assert_int_equal(bench.networks[0].wire.boot_arch[9], 2);
	assert_int_equal(bench.plan.boots[0].options_len, 16);
	assert_int_equal(bench.plan.boots[0].pxe_len, 11);
	assert_memory_equal(bench.plan.boots[0].options, expected, sizeof(expected));
	assert_int_equal(bench.plan.boots[1].options_len, 8);
	assert_int_equal(bench.plan.boots[1].pxe_len, 17);
	end(&bench);
	unlink("a");
}

/* Options for iPXE go with URLs of reservations too. */
static void test_ipxe(void **state)
{
	static const uint8_t expected[] = { 175, 3, 176, 1, 1, 200, 1, 7 };
	const struct xdpxe_boot *boot;
	struct bench bench;

	(void)state;
	assert_true(make(&bench,
			 NET "boot-options: { ipxe: [{ code: 200, u8: 7 }] }\nhosts: [{ mac: "
			     "\"02:00:00:00:00:01\", ipxe: \"http://h/a\" }]\n"));
	assert_int_equal(bench.plan.boot_count, 1);
	boot = &bench.plan.boots[bench.plan.hosts[0].host.boot_ipxe - 1];
	assert_int_equal(boot->options_len, 2 + 11 + sizeof(expected));
	assert_memory_equal(boot->options + 13, expected, sizeof(expected));
	end(&bench);
}

/* 250 bytes of every reply, 30 of the network, 244 and what is added here; 548 in all. */
#define FILLED(more)                                                                               \
	NET "    options: [{ code: 200, text: " TEXT60 TEXT60                                      \
	    " }, { code: 201, text: " TEXT60 TEXT60 more " }]\n"
#define NAMED(name) "hosts: [{ mac: \"02:00:00:00:00:01\", hostname: " name " }]\n"
#define URL "boot: { ipxe: \"http://h/\" }\n" /* 67 and 175: 2 + 10 + 5 */

static void test_too_long(void **state)
{
	struct bench bench;

	(void)state;
	expect_error(FILLED("0123456789012345678901234"),
		     "c.yaml:4: networks[0].options: makes DHCP replies of 549 bytes; legal: at "
		     "most 548, so give 1 bytes of options less");
	assert_true(make(&bench, FILLED("012345678901234567890123")));
	end(&bench);
	expect_error(FILLED("012345678901234567890123") NAMED("n1"),
		     "c.yaml:5: hosts[0].options: \"n1\" makes DHCP replies of 552 bytes; legal: "
		     "at most 548, so shorten it by 4 or give fewer options");
	assert_true(make(&bench, FILLED("") URL NAMED("n1234")));
	end(&bench);
	expect_error(FILLED("") URL NAMED("n12345"),
		     "c.yaml:6: hosts[0].options: \"n12345\" makes DHCP replies of 549 bytes; "
		     "legal: at most 548, so shorten it by 1 or give fewer options");
}

static void test_too_long_alone(void **state)
{
	(void)state;
	expect_error(
		NET
		"hosts:\n  - mac: \"02:00:00:00:00:01\"\n    hostname: n1\n    options: [{ code: "
		"200, text: " TEXT60 TEXT60 "01 }, { code: 201, u8: 1 }]\n",
		"c.yaml:7: hosts[0].options: 127 bytes; legal: at most 128 with the hostname");
	expect_error(
		NET "boot-options: { ipxe: [{ code: 200, text: " TEXT60 TEXT60 TEXT60 TEXT60
		    " }, { "
		    "code: 201, text: " TEXT60 " }] }\nboot: { ipxe: \"http://h/a\" }\n",
		"c.yaml:5: boot.ipxe: \"http://h/a\" makes DHCP replies of 602 bytes; legal: at "
		"most 548, so shorten it by 54 or give fewer options");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_network),	 cmocka_unit_test(test_host),
		cmocka_unit_test(test_boot),	 cmocka_unit_test(test_ipxe),
		cmocka_unit_test(test_too_long), cmocka_unit_test(test_too_long_alone),
	};

	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
