// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* `limits:` and `reply-delay:`: from text to what the maps will say. */
#include "config_examples.h"
#include "fill_limits.h"
#include "parse.h"

#define LIMITS(text) NET "limits:\n" text
#define DELAYS(text) NET "reply-delay:\n" text
#define MAC_LEGAL "; legal: the first 3 to 6 bytes of an address, such as b8:27:eb"
#define DELAY_LEGAL "; legal: 10ms to 10s, in ms or s"

static const struct plain_example examples[] = {
	{ LIMITS("  messages: 1\n  requests: 1000000\n  combinations: none\n"), NULL },
	{ LIMITS("  offers: none\n  leases: none\n  own-mac: no\n"), NULL },
	{ LIMITS("  offers: 1%\n  leases: 1\n  own-mac: true\n"), NULL },
	{ LIMITS("  messages: 0\n"), ":5: limits.messages: \"0\"; legal: 1 to 1000000 DHCP "
				     "messages a second of one machine, or none" },
	{ LIMITS("  messages: 1\n  requests: 1000001\n"),
	  ":6: limits.requests: \"1000001\"; legal: 1 to 1000000 TFTP requests a second of one "
	  "client, or none" },
	{ LIMITS("  combinations: 1/s\n"), ":5: limits.combinations: \"1/s\"; legal: 1 to 1000000 "
					   "a second for one client, or none" },
	{ LIMITS("  leases: -1\n"),
	  ":5: limits.leases: \"-1\"; legal: 1 to 1000000 addresses for one source, or none" },
	{ LIMITS("  offers: 50\n"),
	  ":5: limits.offers: \"50\"; legal: a share of the pool, 1% to 100%, or none" },
	{ LIMITS("  offers: 101%\n"),
	  ":5: limits.offers: \"101%\"; legal: a share of the pool, 1% to 100%, or none" },
	{ LIMITS("  offers: 0%\n"),
	  ":5: limits.offers: \"0%\"; legal: a share of the pool, 1% to 100%, or none" },
	{ LIMITS("  own-mac: maybe\n"), ":5: limits.own-mac: \"maybe\"; legal: yes, no" },
	{ LIMITS("  speed: 1\n"), ":5: limits.speed: unknown key; legal: combinations, leases, "
				  "messages, offers, own-mac, requests" },
	{ NET "limits: none\n", ":4: limits: a single value; legal: keys with values" },

	{ DELAYS("  - { mac: \"b8:27:eb\", delay: 1s }\n  - { class: arm-rpi, delay: 500ms }\n"),
	  NULL },
	{ DELAYS("  - { mac: b8-27-eb-01-02-03, delay: 10s }\n"), NULL },
	{ DELAYS("  - { mac: \"b8:27:eb\", delay: 10ms }\n  - { mac: \"b8:27:eb:00\", delay: 1s "
		 "}\n"),
	  NULL },
	{ DELAYS("  - { mac: \"b8:27\", delay: 1s }\n"),
	  ":5: reply-delay[0].mac: \"b8:27\"" MAC_LEGAL },
	{ DELAYS("  - { mac: \"b8:27:eb:\", delay: 1s }\n"),
	  ":5: reply-delay[0].mac: \"b8:27:eb:\"" MAC_LEGAL },
	{ DELAYS("  - { mac: \"b8:27-eb\", delay: 1s }\n"),
	  ":5: reply-delay[0].mac: \"b8:27-eb\"" MAC_LEGAL },
	{ DELAYS("  - { mac: \"b8:27:eb:1:2:3\", delay: 1s }\n"),
	  ":5: reply-delay[0].mac: \"b8:27:eb:1:2:3\"" MAC_LEGAL },
	{ DELAYS("  - { mac: \"00:11:22:33:44:55:66\", delay: 1s }\n"),
	  ":5: reply-delay[0].mac: \"00:11:22:33:44:55:66\"" MAC_LEGAL },
	{ DELAYS("  - delay: 1s\n"), ":5: reply-delay[0]: neither mac nor class; legal: one of mac "
				     "and class, with delay" },
	{ DELAYS("  - { mac: \"b8:27:eb\", class: bios, delay: 1s }\n"),
	  ":5: reply-delay[0]: both mac and class; legal: one of mac and class, with delay" },
	{ DELAYS("  - class: bios\n"),
	  ":5: reply-delay[0].delay: missing; legal: such as 500ms or 1s" },
	{ DELAYS("  - { class: bios, delay: 1 }\n"),
	  ":5: reply-delay[0].delay: \"1\"" DELAY_LEGAL },
	{ DELAYS("  - { class: bios, delay: 9ms }\n"),
	  ":5: reply-delay[0].delay: \"9ms\"" DELAY_LEGAL },
	{ DELAYS("  - { class: bios, delay: 11s }\n"),
	  ":5: reply-delay[0].delay: \"11s\"" DELAY_LEGAL },
	{ DELAYS("  - { class: bios, delay: 1m }\n"),
	  ":5: reply-delay[0].delay: \"1m\"" DELAY_LEGAL },
	{ DELAYS("  - { class: bios, delay: 1s }\n  - { class: bios, delay: 2s }\n"),
	  ":6: reply-delay[1]: the same as reply-delay[0]; legal: each once" },
	{ DELAYS("  - { mac: \"B8:27:EB\", delay: 1s }\n  - { mac: b8-27-eb, delay: 2s }\n"),
	  ":6: reply-delay[1]: the same as reply-delay[0]; legal: each once" },
	{ NET "reply-delay: 1s\n", ":4: reply-delay: a single value; legal: a list" },
};

static void what_is_legal_and_what_is_said(void **state)
{
	(void)state;
	check_plain_examples(examples, COUNT(examples));
}

static void a_class_without_a_name_is_told_all_that_have_one(void **state)
{
	struct config_error err;

	(void)state;
	assert_null(load(DELAYS("  - { class: rpi, delay: 1s }\n"), &err));
	assert_non_null(strstr(err.text, ":5: reply-delay[0].class: \"rpi\"; legal: bios, pc98"));
	assert_non_null(strstr(err.text, "arm-rpi"));
}

static void limits_are_on_unless_told_otherwise(void **state)
{
	struct config_error err;
	struct config *config = load(NET, &err);

	(void)state;
	assert_non_null(config);
	assert_int_equal(config->limits.messages, 100);
	assert_int_equal(config->limits.requests, 1000);
	assert_int_equal(config->limits.combinations, 20);
	assert_int_equal(config->limits.offers_percent, 50);
	assert_int_equal(config->limits.leases, 0);
	assert_false(config->limits.own_mac);
	assert_int_equal(config->delay_count, 0);
	config__free(config);
}

static void delays_arrive(void **state)
{
	struct config_error err;
	struct config *config = load(DELAYS("  - { mac: \"B8:27:eb:0f\", delay: 1500ms }\n"
					    "  - { class: efi-x64, delay: 2s }\n"),
				     &err);
	static const uint8_t mac[6] = { 0xb8, 0x27, 0xeb, 0x0f };

	(void)state;
	assert_non_null(config);
	assert_int_equal(config->delay_count, 2);
	assert_memory_equal(config->delays[0].mac, mac, sizeof(mac));
	assert_int_equal(config->delays[0].mac_bytes, 4);
	assert_int_equal(config->delays[0].delay_ms, 1500);
	assert_int_equal(config->delays[1].mac_bytes, 0);
	assert_true(config->delays[1].classes == (1ULL << 7 | 1ULL << 9));
	assert_int_equal(config->delays[1].delay_ms, 2000);
	config__free(config);
}

static void rates_become_times_and_shares_become_addresses(void **state)
{
	struct config_limits config = { .messages = 100,
					.requests = 1000000,
					.offers_percent = 50,
					.leases = 7,
					.own_mac = true };
	struct plan_network network = { .address_count = 63500 };
	struct xdpxe_limits limits = limits__of(&config, &network);

	(void)state;
	assert_true(limits.message_ns == 10000000);
	assert_true(limits.request_ns == 1000);
	assert_true(limits.params_ns == 0);
	assert_int_equal(limits.offers_max, 31750);
	assert_int_equal(limits.leases_max, 7);
	assert_int_equal(limits.members, 63500);
	assert_int_equal(limits.flags, XDPXE_LIMIT_OWN_MAC);
	network.address_count = 10;
	assert_int_equal(limits__of(&config, &network).offers_max, 32);
	config.offers_percent = 0;
	assert_int_equal(limits__of(&config, &network).offers_max, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_legal_and_what_is_said),
		cmocka_unit_test(a_class_without_a_name_is_told_all_that_have_one),
		cmocka_unit_test(limits_are_on_unless_told_otherwise),
		cmocka_unit_test(delays_arrive),
		cmocka_unit_test(rates_become_times_and_shares_become_addresses),
	};
	char folder[] = "/tmp/xdpxe-limits-XXXXXX";
	int failed;

	if (!mkdtemp(folder) || chdir(folder))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(FILE_NAME);
	return rmdir(folder) || failed;
}
