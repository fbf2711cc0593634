// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// ARP as bytes. Expected: RFC 826, RFC 5227 section 2.1.1, and IEEE 802.1Q tags, written out.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "arp.h"

#define US 0x52, 0x54, 0, 0, 0, 1
#define THEM 0x52, 0x54, 0, 0, 0, 9
#define EVERYBODY 0xff, 0xff, 0xff, 0xff, 0xff, 0xff
#define NONE 0, 0, 0, 0
#define ADDRESS 10, 77, 1, 5
#define IN_HOST_ORDER 0x0a4d0105
#define ETHERNET_IPV4 0, 1, 8, 0, 6, 4
#define QUESTION ETHERNET_IPV4, 0, 1, US, NONE, 0, 0, 0, 0, 0, 0, ADDRESS
#define ANSWER ETHERNET_IPV4, 0, 2, THEM, ADDRESS, US, NONE

static const uint8_t us[] = { US }, them[] = { THEM };

static void expect(const struct arp_link *link, const uint8_t *bytes, size_t len)
{
	uint8_t frame[ARP_PROBE_MAX], zero[ARP_PROBE_MAX] = {};
	size_t got = arp__probe(link, us, IN_HOST_ORDER, frame);

	assert_int_equal(got, 60 + 4 * link->tag_count);
	assert_memory_equal(frame, bytes, len);
	assert_memory_equal(frame + len, zero, got - len);
}

static void a_probe_claims_nothing_and_is_padded(void **state)
{
	static const uint8_t bytes[] = { EVERYBODY, US, 0x08, 0x06, QUESTION };

	(void)state;
	expect(&(struct arp_link){}, bytes, sizeof(bytes));
}

static void a_probe_of_a_vlan_carries_its_tag(void **state)
{
	static const uint8_t bytes[] = {
		EVERYBODY, US, 0x81, 0x00, 0x00, 0x64, 0x08, 0x06, QUESTION
	};
	const struct arp_link link = { .tag_count = 1, .tags = { { 0x8100, 100 } } };

	(void)state;
	expect(&link, bytes, sizeof(bytes));
}

static void a_probe_with_two_tags_has_the_outer_one_first(void **state)
{
	static const uint8_t bytes[] = { EVERYBODY, US,	  0x88, 0xa8, 0x00, 0x0a,    0x81,
					 0x00,	    0x00, 0x64, 0x08, 0x06, QUESTION };
	const struct arp_link link = { .tag_count = 2,
				       .tags = { { 0x88a8, 10 }, { 0x8100, 100 } } };

	(void)state;
	expect(&link, bytes, sizeof(bytes));
}

static void an_answer_is_a_claim(void **state)
{
	static const uint8_t frame[] = { US, THEM, 0x08, 0x06, ANSWER };
	const struct arp_link link = {}, tagged = { .tag_count = 1, .tags = { { 0x8100, 5 } } };
	struct arp_claim claim;

	(void)state;
	assert_true(arp__parse(frame, sizeof(frame), NULL, &claim));
	assert_int_equal(claim.address, IN_HOST_ORDER);
	assert_memory_equal(claim.mac, them, sizeof(them));
	assert_true(arp__is_on(&claim, &link));
	assert_false(arp__is_on(&claim, &tagged));
}

static void an_announcement_is_a_claim_and_a_probe_of_others_is_none(void **state)
{
	static const uint8_t announcement[] = { EVERYBODY, THEM, 0x08, 0x06,	ETHERNET_IPV4,
						0,	   1,	 THEM, ADDRESS, 0,
						0,	   0,	 0,    0,	0,
						ADDRESS };
	static const uint8_t probe[] = { EVERYBODY, US, 0x08, 0x06, QUESTION };
	struct arp_claim claim;

	(void)state;
	assert_true(arp__parse(announcement, sizeof(announcement), NULL, &claim));
	assert_int_equal(claim.address, IN_HOST_ORDER);
	assert_false(arp__parse(probe, sizeof(probe), NULL, &claim));
}

static void tags_tell_the_segment_in_the_frame_or_beside_it(void **state)
{
	static const uint8_t both[] = { US,   THEM, 0x88, 0xa8, 0x20, 0x0a,  0x81,
					0x00, 0x00, 0x64, 0x08, 0x06, ANSWER };
	static const uint8_t inner[] = { US, THEM, 0x81, 0x00, 0x00, 0x64, 0x08, 0x06, ANSWER };
	static const uint8_t none[] = { US, THEM, 0x08, 0x06, ANSWER };
	const struct arp_link two = { .tag_count = 2, .tags = { { 0x88a8, 10 }, { 0x8100, 100 } } };
	const struct arp_link one = { .tag_count = 1, .tags = { { 0x8100, 100 } } };
	const struct arp_tag outer = { 0x88a8, 0x200a }, single = { 0x8100, 100 };
	struct arp_claim claim;

	(void)state;
	assert_true(arp__parse(both, sizeof(both), NULL,
			       &claim)); /* with a priority: not a part of the id */
	assert_true(arp__is_on(&claim, &two));
	assert_false(arp__is_on(&claim, &one));
	assert_true(arp__parse(inner, sizeof(inner), &outer, &claim));
	assert_true(arp__is_on(&claim, &two));
	assert_true(arp__parse(inner, sizeof(inner), NULL, &claim));
	assert_true(arp__is_on(&claim, &one));
	assert_true(arp__parse(none, sizeof(none), &single, &claim));
	assert_true(arp__is_on(&claim, &one));
	assert_false(arp__is_on(&claim, &(struct arp_link){}));
	assert_false(arp__parse(both, sizeof(both), &single, &claim)); /* three */
}

static void what_is_cut_short_or_no_arp_of_ethernet_is_no_claim(void **state)
{
	static const uint8_t good[] = { US, THEM, 0x81, 0x00, 0x00, 0x64, 0x08, 0x06, ANSWER };
	static const struct {
		size_t at;
		uint8_t value;
	} wrong[] = {
		{ 16, 0x86 },		  /* not ARP */
		{ 19, 6 },		  /* not Ethernet */
		{ 20, 0x86 },		  /* not IPv4 */
		{ 22, 8 },    { 23, 16 }, /* lengths of addresses */
		{ 25, 8 },		  /* neither request nor reply */
		{ 26, 0x53 },		  /* a group's hardware address */
	};
	uint8_t frame[sizeof(good)];
	struct arp_claim claim;

	(void)state;
	assert_true(arp__parse(good, sizeof(good), NULL, &claim));
	for (size_t len = 0; len < sizeof(good); len++)
		assert_false(arp__parse(good, len, NULL, &claim));
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		memcpy(frame, good, sizeof(good));
		frame[wrong[i].at] = wrong[i].value;
		assert_false(arp__parse(frame, sizeof(frame), NULL, &claim));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_probe_claims_nothing_and_is_padded),
		cmocka_unit_test(a_probe_of_a_vlan_carries_its_tag),
		cmocka_unit_test(a_probe_with_two_tags_has_the_outer_one_first),
		cmocka_unit_test(an_answer_is_a_claim),
		cmocka_unit_test(an_announcement_is_a_claim_and_a_probe_of_others_is_none),
		cmocka_unit_test(tags_tell_the_segment_in_the_frame_or_beside_it),
		cmocka_unit_test(what_is_cut_short_or_no_arp_of_ethernet_is_no_claim),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
