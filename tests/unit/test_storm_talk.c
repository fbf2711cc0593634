// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What is a machine's own is taken out of the script that the others are held to, and nothing else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "storm_dhcp.h"
#include "storm_talk.h"

static const uint8_t mac[6] = { 2, 0x70, 0x78, 1, 2, 3 };
static const uint8_t uuid[16] = { 9, 8, 7, 6, 5, 4, 3, 2, 1 };

static const struct storm_dhcp_say request = {
	.type = DHCP_REQUEST,
	.mac = { 2, 0x70, 0x78, 1, 2, 3 },
	.uuid = { 9, 8, 7, 6, 5, 4, 3, 2, 1 },
	.xid = 0x01020304,
	.server_id = 0x01004d0a,
	.requested = 0x05004d0a,
};

/* The machine's own is put back where the script says that it stands: that must be the message again. */
static void test_a_text_and_what_is_a_machines_own_make_its_message(void **state)
{
	uint8_t message[STORM_DHCP_MAX];
	size_t len = storm_dhcp__build(message, &request);
	struct storm_text text;

	(void)state;
	storm_talk__text(&text, message, len, mac, uuid);
	assert_int_equal(text.len, len);
	assert_true(text.mac_at && text.uuid_at && text.asked_at);
	assert_memory_not_equal(text.bytes, message, len);
	memcpy(text.bytes + STORM_XID_AT, &request.xid, 4);
	memcpy(text.bytes + STORM_CHADDR_AT, mac, 6);
	memcpy(text.bytes + text.mac_at, mac, 6);
	memcpy(text.bytes + text.uuid_at, uuid, 16);
	memcpy(text.bytes + text.asked_at, &request.requested, 4);
	assert_memory_equal(text.bytes, message, len);
}

static void test_texts_of_two_machines_of_a_kind_are_the_same(void **state)
{
	const uint8_t other_mac[6] = { 2, 0x70, 0x78, 0, 0, 9 }, other_uuid[16] = { 77 };
	struct storm_dhcp_say other = request;
	uint8_t message[STORM_DHCP_MAX];
	struct storm_text one, two;

	(void)state;
	storm_talk__text(&one, message, storm_dhcp__build(message, &request), mac, uuid);
	memcpy(other.mac, other_mac, 6);
	memcpy(other.uuid, other_uuid, 16);
	other.xid = 7;
	other.requested = 8;
	storm_talk__text(&two, message, storm_dhcp__build(message, &other), other_mac, other_uuid);
	assert_memory_equal(&one, &two, sizeof(one));
}

/* An option 61 or 97 that is another's is no hole: it must be the same for all, or be looked at. */
static void test_what_is_anothers_stays(void **state)
{
	uint8_t message[STORM_DHCP_MAX];
	size_t len = storm_dhcp__build(message, &request);
	const uint8_t nobody[16] = { 0 };
	struct storm_text text;

	(void)state;
	storm_talk__text(&text, message, len, nobody, nobody);
	assert_int_equal(text.mac_at, 0);
	assert_int_equal(text.uuid_at, 0);
}

static void test_what_is_too_long_or_cut_off_is_no_text_or_has_no_holes(void **state)
{
	uint8_t message[STORM_TEXT_MAX + 1] = { 0 };
	struct storm_text text;

	(void)state;
	storm_talk__text(&text, message, sizeof(message), mac, uuid);
	assert_int_equal(text.len, 0);
	storm_talk__text(&text, message, 239, mac, uuid);
	assert_int_equal(text.len, 0);
	message[240] = DHCP_OPT_CLIENT_ID;
	message[241] = 7; /* of which one is there */
	storm_talk__text(&text, message, 243, mac, uuid);
	assert_int_equal(text.len, 243);
	assert_int_equal(text.mac_at, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_text_and_what_is_a_machines_own_make_its_message),
		cmocka_unit_test(test_texts_of_two_machines_of_a_kind_are_the_same),
		cmocka_unit_test(test_what_is_anothers_stays),
		cmocka_unit_test(test_what_is_too_long_or_cut_off_is_no_text_or_has_no_holes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
