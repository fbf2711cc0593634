// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// The storm's own parts: what machines say to the byte, what they make of answers, schedules, tables.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>

#include <cmocka.h>

#include "storm.h"
#include "storm_addresses.h"
#include "storm_delay.h"
#include "storm_dhcp.h"
#include "storm_guard.h"
#include "storm_report.h"
#include "storm_tftp.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Bytes of a hexadecimal text. */
static size_t bytes_of(const char *hex, uint8_t *out)
{
	size_t len = strlen(hex) / 2;

	for (size_t i = 0; i < len; i++) {
		char digits[3] = { hex[2 * i], hex[2 * i + 1], '\0' };

		out[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	return len;
}

/* Options as captured from the real clients, with the machine's own address and uuid in them. */
static void test_dhcp_is_that_of_the_real_client(void **state)
{
	static const struct {
		struct storm_dhcp_say say;
		const char *options;
	} cases[] = {
		{ { .type = DHCP_DISCOVER, .arch = 0, .mac = { 0x52, 0x54, 0, 0x77, 0, 1 } },
		  "350101390204ec5d0200005e030102013c20505845436c69656e743a417263683a30303030303a5"
		  "54e44493a3030323030313716010306070c0f111a2a2b3c42437780818283848586873d07015254"
		  "0077000161110000000000000000000000000000000000ff" },
		{ { .type = DHCP_REQUEST, .arch = 0, .mac = { 0x52, 0x54, 0, 0x77, 0, 1 } },
		  "350103390204ec5d0200005e030102013c20505845436c69656e743a417263683a30303030303a5"
		  "54e44493a3030323030313716010306070c0f111a2a2b3c42437780818283848586873d07015254"
		  "007700016111000000000000000000000000000000000036040a4d000132040a4d00adff" },
		{ { .type = DHCP_DISCOVER,
		    .arch = 0,
		    .ipxe = true,
		    .mac = { 0x52, 0x54, 0, 0x77, 0, 1 } },
		  "350101390205c05d0200005e030102013c20505845436c69656e743a417263683a30303030303a5"
		  "54e44493a3030323030314d04695058453718010306070c0f111a2a2b3c42437780818283848586"
		  "87afcbaf36b105018086100eeb0301000026010117010127010122010113010114010111010119"
		  "01012901011001022101011501011801011201013d0701525400770001611100000000000000000"
		  "00000000000000000ff" },
		{ { .type = DHCP_DISCOVER, .arch = 7 },
		  "350101390205c037230102030405060c0d0f111216171c28292a2b3233363a3b3c4243618081828"
		  "384858687611100000000000000000000000000000000005e030103005d0200073c205058454"
		  "36c69656e743a417263683a30303030373a554e44493a303033303030ff" },
		{ { .type = DHCP_REQUEST, .arch = 7 },
		  "35010336040a4d000132040a4d00ad3902ff0037230102030405060c0d0f111216171c28292a2b3"
		  "233363a3b3c4243618081828384858687611100000000000000000000000000000000005e030"
		  "103005d0200073c20505845436c69656e743a417263683a30303030373a554e44493a303033303"
		  "030ff" },
		{ { .type = DHCP_DISCOVER, .arch = 22 },
		  "350101390202405d0200165e030100003c0c552d426f6f742e61726d763837050103060c11ff000"
		  "00000000000000000000000000000000000000000" },
	};
	uint8_t message[STORM_DHCP_MAX], expected[STORM_DHCP_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct storm_dhcp_say say = cases[i].say;
		size_t len, want = bytes_of(cases[i].options, expected);

		if (say.type == DHCP_REQUEST) {
			say.server_id = htonl(0x0a4d0001);
			say.requested = htonl(0x0a4d00ad);
		}
		len = storm_dhcp__build(message, &say);
		assert_int_equal(len, 240 + want);
		assert_memory_equal(message + 240, expected, want);
		assert_int_equal(message[10] == 0x80, say.arch == 7 || say.ipxe);
	}
}

/* A reply with these options behind the cookie. */
static const char *parse_options(const char *hex, struct storm_dhcp_heard *heard)
{
	uint8_t message[600] = { 2, 1, 6 };
	const uint32_t magic = htonl(DHCP_MAGIC);
	size_t len;

	memcpy(message + 236, &magic, 4);
	memcpy(message + 108, "field", 5);
	len = bytes_of(hex, message + 240);
	return storm_dhcp__parse(message, 240 + len, heard);
}

static void test_dhcp_replies_are_understood(void **state)
{
	struct storm_dhcp_heard heard;

	(void)state;
	assert_null(
		parse_options("35010236040a4d00010104ffff000003080a4d00020a4d00033304000002580d020"
			      "007ff",
			      &heard));
	assert_int_equal(heard.type, DHCP_OFFER);
	assert_int_equal(ntohl(heard.server_id), 0x0a4d0001);
	assert_int_equal(ntohl(heard.router), 0x0a4d0002);
	assert_int_equal(heard.size_blocks, 7);
	assert_string_equal(heard.name, "field");
	assert_true(heard.has_lease_time);
	assert_null(parse_options("350105430561626300003c09505845436c69656e74ff", &heard));
	assert_string_equal(heard.name, "abc");
	assert_true(heard.needs_4011 && heard.no_wait);
	assert_null(parse_options("3501053c09505845436c69656e742b03060108ff", &heard));
	assert_false(heard.needs_4011);
	assert_null(parse_options("350105af03b00101ff", &heard));
	assert_true(heard.no_wait);
}

static void test_dhcp_replies_that_cannot_be_are_told(void **state)
{
	static const char *const wrong[] = {
		"",
		"350102",
		"ff",
		"35",
		"35020202ff",
		"350100ff",
		"350109ff",
		"35010201030000ff",
		"3501020300ff",
		"35010233020000",
		"3501020d0101ff",
		"350102430361006100ff",
		"350102af02b001",
		"350102340101ff",
		"350102fe80ff",
		"350102af03b00201ff",
	};
	struct storm_dhcp_heard heard;

	(void)state;
	assert_non_null(storm_dhcp__parse((const uint8_t *)"", 0, &heard));
	for (size_t i = 0; i < COUNT(wrong); i++)
		if (!parse_options(wrong[i], &heard))
			fail_msg("%s was taken", wrong[i]);
}

static void test_requests_are_those_of_the_real_clients(void **state)
{
	static const struct {
		enum storm_client client;
		struct storm_ask ask;
		const char *bytes;
		size_t len;
	} cases[] = {
#define REQUEST(text) text, sizeof(text)
		{ STORM_CLIENT_IPXE,
		  { .blksize = 1432 },
		  REQUEST("\0\1f\0octet\0blksize\0"
			  "1432\0tsize\0"
			  "0") },
		{ STORM_CLIENT_EDK2,
		  { .probe = true, .blksize = 1468, .window = 4 },
		  REQUEST("\0\1f\0octet\0tsize\0"
			  "0\0blksize\0"
			  "1468\0windowsize\0"
			  "4") },
		{ STORM_CLIENT_EDK2,
		  { .blksize = 1468, .window = 4 },
		  REQUEST("\0\1f\0octet\0blksize\0"
			  "1468\0windowsize\0"
			  "4") },
		{ STORM_CLIENT_EDK2,
		  { .blksize = 512 },
		  REQUEST("\0\1f\0octet\0blksize\0"
			  "512") },
		{ STORM_CLIENT_GRUB,
		  { .blksize = 1024 },
		  REQUEST("\0\1/f\0octet\0blksize\0"
			  "1024\0tsize\0"
			  "0") },
		{ STORM_CLIENT_UBOOT,
		  { .blksize = 1468 },
		  REQUEST("\0\1f\0octet\0timeout\0"
			  "5\0blksize\0"
			  "1468") },
		{ STORM_CLIENT_UBOOT,
		  { .blksize = 1468, .window = 8 },
		  REQUEST("\0\1f\0octet\0timeout\0"
			  "5\0blksize\0"
			  "1468\0windowsize\0"
			  "8") },
		{ STORM_CLIENT_ROM,
		  { .probe = true, .blksize = 1456 },
		  REQUEST("\0\1f\0octet\0tsize\0"
			  "0") },
	};
	uint8_t message[STORM_TFTP_MAX];
	char name[STORM_TFTP_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct storm_tftp_model *model = storm_model__tftp(cases[i].client);

		assert_int_equal(storm_tftp__rrq(message, model, &cases[i].ask, "f"), cases[i].len);
		assert_memory_equal(message, cases[i].bytes, cases[i].len);
	}
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(storm_tftp__rrq(message, storm_model__tftp(0), &cases[0].ask, name), 0);
}

static void test_oacks_are_looked_at(void **state)
{
	const struct storm_tftp_model *edk2 = storm_model__tftp(STORM_CLIENT_EDK2);
	const struct storm_tftp_model *uboot = storm_model__tftp(STORM_CLIENT_UBOOT);
	const struct storm_ask ask = { .blksize = 1468, .window = 4 };
	const struct storm_ask probe = { .probe = true, .blksize = 1468, .window = 4 };
	struct storm_granted granted;

	(void)state;
#define OACK(model, ask, text)                                                                     \
	storm_tftp__oack((const uint8_t *)text, sizeof(text) - 1, model, &ask, &granted)
	assert_null(OACK(edk2, ask, "blksize\0001400\0windowsize\0002\0"));
	assert_true(granted.blksize == 1400 && granted.window == 2 && !granted.has_size);
	assert_null(OACK(edk2, probe, "TSIZE\000123456\0"));
	assert_true(granted.blksize == 512 && granted.window == 1 && granted.size == 123456);
	assert_null(OACK(uboot, ask, "timeout\0005\0"));
	assert_non_null(OACK(uboot, ask, "timeout\0006\0"));
	assert_non_null(OACK(edk2, ask, "tsize\000123456\0"));
	assert_non_null(OACK(edk2, ask, "blksize\0001469\0"));
	assert_non_null(OACK(edk2, ask, "blksize\0007\0"));
	assert_non_null(OACK(edk2, ask, "windowsize\0005\0"));
	assert_non_null(OACK(edk2, ask, "windowsize\0000\0"));
	assert_non_null(OACK(edk2, ask, "blksize\0"));
	assert_non_null(OACK(edk2, ask, "blksize\0001400"));
	assert_non_null(OACK(edk2, ask, "blksize\0one\0"));
	assert_non_null(OACK(edk2, ask, ""));
}

static size_t build(uint8_t *frame, bool plain_ip)
{
	const struct storm_ends ends = {
		.source = htonl(0x0a4d0002),
		.target = htonl(0x0a4d0001),
		.source_port = htons(1234),
		.target_port = htons(69),
		.ttl = 64,
		.plain_ip = plain_ip,
	};

	memcpy(frame + STORM_HEADERS, "0123456789012345678", 19);
	return storm_packet__udp(frame, &ends, 19);
}

static void test_frames_are_taken_apart_as_they_were_put_together(void **state)
{
	struct storm_packet packet;
	uint8_t frame[128];
	size_t len;

	(void)state;
	for (int plain = 0; plain < 2; plain++) {
		len = build(frame, plain);
		assert_int_equal(len, 61);
		storm_packet__parse(frame, len, &packet);
		assert_int_equal(packet.kind, STORM_PACKET_UDP);
		assert_true(packet.len == 19 && packet.payload == frame + STORM_HEADERS);
		assert_true(packet.source_port == htons(1234) && packet.target_port == htons(69));
	}
}

/* Every bit but those of the hardware addresses and of TOS, ident and the like, which the sum of the header covers. */
static void test_any_wrong_bit_is_seen(void **state)
{
	struct storm_packet packet;
	uint8_t frame[128];
	size_t len = build(frame, false);

	(void)state;
	for (size_t bit = 14 * 8; bit < len * 8; bit++) {
		frame[bit / 8] ^= (uint8_t)(1 << bit % 8);
		storm_packet__parse(frame, len, &packet);
		if (packet.kind == STORM_PACKET_UDP)
			fail_msg("bit %zu of byte %zu was not seen", bit % 8, bit / 8);
		frame[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t cut = 0; cut < len; cut++) {
		storm_packet__parse(frame, cut, &packet);
		assert_int_not_equal(packet.kind, STORM_PACKET_UDP);
	}
}

static void test_arp_is_understood(void **state)
{
	const struct storm_ends ends = { .source = htonl(0x0a4d0002), .target = htonl(0x0a4d0001) };
	struct storm_packet packet;
	uint8_t frame[128];
	size_t len = storm_packet__arp(frame, &ends, 2, ends.mac_to);

	(void)state;
	assert_int_equal(len, 60);
	storm_packet__parse(frame, len, &packet);
	assert_int_equal(packet.kind, STORM_PACKET_ARP);
	assert_true(packet.operation == 2 && packet.source == ends.source &&
		    packet.target == ends.target);
	storm_packet__parse(frame, 41, &packet);
	assert_int_equal(packet.kind, STORM_PACKET_MALFORMED);
}

static void test_schedules_follow_from_the_seed(void **state)
{
	struct storm_options options = {
		.clients = 5000, .seed = 1, .rate = 100, .client = STORM_CLIENT_AUTO
	};
	struct storm_birth one, other;
	uint64_t digest, bios = 0, last = 0;

	(void)state;
	assert_null(storm_options__mix("bios=3:efi-x64", &options.mix));
	digest = storm_plan__digest(&options);
	assert_int_equal(digest, storm_plan__digest(&options));
	for (uint32_t i = 0; i < options.clients; i++) {
		storm_plan__birth(&options, i, &one);
		storm_plan__birth(&options, i, &other);
		assert_memory_equal(&one, &other, sizeof(one));
		assert_true(one.at_ns >= last && one.at_ns >= i * 10000000ULL &&
			    one.at_ns < (i + 1) * 10000000ULL);
		last = one.at_ns;
		bios += one.arch == 0;
		assert_int_equal(one.client, one.arch ? STORM_CLIENT_EDK2 : STORM_CLIENT_ROM);
	}
	assert_in_range(bios, 3600, 3900);
	options.seed = 2;
	assert_int_not_equal(digest, storm_plan__digest(&options));
	options.rate = 0;
	storm_plan__birth(&options, 4999, &one);
	assert_int_equal(one.at_ns, 0);
}

static void test_fates_have_their_shares(void **state)
{
	struct storm_rules rules = { .seed = 5 };
	uint32_t seen[4] = { 0 };

	(void)state;
	assert_true(storm_options__percent("10", &rules.loss));
	assert_true(storm_options__percent("5.5", &rules.dup));
	assert_true(storm_options__percent("0.5", &rules.reorder));
	for (uint32_t i = 0; i < 100000; i++) {
		enum storm_fate_kind fate = storm_fate(&rules, i / 100, i % 100, STORM_IN);

		assert_int_equal(fate, storm_fate(&rules, i / 100, i % 100, STORM_IN));
		seen[fate]++;
	}
	assert_in_range(seen[STORM_FATE_LOST], 9500, 10500);
	assert_in_range(seen[STORM_FATE_TWICE], 5200, 5800);
	assert_in_range(seen[STORM_FATE_LATE], 420, 580);
}

static void test_words_of_the_command_line(void **state)
{
	static const char *const no_percent[] = { "",	    "1%",     "-1",  ".5",  "1.",
						  "0.0001", "50.001", "100", "1e1", "01" };
	static const char *const no_mix[] = { "",
					      "bios:",
					      "bios=0",
					      "bios=",
					      "pdp11",
					      "bios=x",
					      "efi-x64-http",
					      ":bios",
					      "bios:bios:bios:bios:bios:bios:bios:bios:bios" };
	struct storm_mix mix;
	uint32_t value;

	(void)state;
	for (size_t i = 0; i < COUNT(no_percent); i++)
		assert_false(storm_options__percent(no_percent[i], &value));
	for (size_t i = 0; i < COUNT(no_mix); i++)
		assert_non_null(storm_options__mix(no_mix[i], &mix));
	assert_true(storm_options__percent("50", &value));
	assert_int_equal(value, 0x80000000u);
	assert_null(storm_options__mix("bios=2:efi-x64:efi-arm64=7", &mix));
	assert_true(mix.count == 3 && mix.total == 10 && mix.parts[2].arch == 11);
}

static void test_expected_files(void **state)
{
	struct storm_expects expects = { .count = 3 };

	(void)state;
	assert_null(storm_expect__parse("bios:boot/undionly.kpxe=/tmp/a=b", &expects.list[0]));
	assert_null(storm_expect__parse("efi-x64:/srv/tftp/ipxe.efi", &expects.list[1]));
	assert_null(storm_expect__parse("/srv/no:arch/any", &expects.list[2]));
	assert_string_equal(expects.list[0].name, "boot/undionly.kpxe");
	assert_string_equal(expects.list[0].path, "/tmp/a=b");
	assert_string_equal(expects.list[1].name, "ipxe.efi");
	assert_string_equal(expects.list[2].path, "/srv/no:arch/any");
	assert_int_equal(storm_expect__find(&expects, "boot/undionly.kpxe", 0), 0);
	assert_int_equal(storm_expect__find(&expects, "/boot/undionly.kpxe", 0), 0);
	assert_int_equal(storm_expect__find(&expects, "boot/undionly.kpxe", 7), -2);
	assert_int_equal(storm_expect__find(&expects, "ipxe.efi", 9), 1);
	assert_int_equal(storm_expect__find(&expects, "any", 11), 2);
	assert_int_equal(storm_expect__find(&expects, "none", 11), -1);
	storm_expect__close(&expects);
	assert_non_null(storm_expect__parse("", &expects.list[0]));
	assert_non_null(storm_expect__parse("=file", &expects.list[0]));
	assert_non_null(storm_expect__parse("name=", &expects.list[0]));
}

static bool in_table(bool (*look)(FILE *, const char *), const char *text, const char *interface)
{
	FILE *table = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
	bool found = look(table, interface);

	fclose(table);
	return found;
}

static void test_default_routes(void **state)
{
	static const char v4[] =
		"Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
		"eth0\t00000000\t010011AC\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
		"eth1\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n"
		"eth2\t00000000\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n";
	static const char v6[] =
		"fe800000000000000000000000000000 40 00000000000000000000000000000000 00 "
		"00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0\n"
		"00000000000000000000000000000000 00 00000000000000000000000000000000 00 "
		"fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth1\n";

	(void)state;
	assert_true(in_table(storm_guard__in_ipv4, v4, "eth0"));
	assert_false(in_table(storm_guard__in_ipv4, v4, "eth1"));
	assert_false(in_table(storm_guard__in_ipv4, v4, "eth2"));
	assert_false(in_table(storm_guard__in_ipv4, v4, "eth"));
	assert_false(in_table(storm_guard__in_ipv6, v6, "eth0"));
	assert_true(in_table(storm_guard__in_ipv6, v6, "eth1"));
}

static void test_addresses_have_one_owner(void **state)
{
	struct storm_addresses *addresses = storm_addresses__new(1000);

	(void)state;
	for (uint32_t i = 0; i < 2000; i++)
		assert_int_equal(storm_addresses__claim(addresses, htonl(0x0a000001 + i), i / 2),
				 i / 2);
	for (uint32_t i = 0; i < 2000; i++) {
		assert_int_equal(storm_addresses__claim(addresses, htonl(0x0a000001 + i), 7777),
				 i / 2);
		assert_int_equal(storm_addresses__owner(addresses, htonl(0x0a000001 + i)), i / 2);
	}
	assert_int_equal(storm_addresses__owner(addresses, htonl(0x0b000000)), STORM_NOBODY);
	assert_int_equal(storm_addresses__owner(addresses, 0), STORM_NOBODY);
	storm_addresses__free(addresses);
}

static void test_delayed_packets_come_in_order_of_time(void **state)
{
	struct storm_delays *delays = storm_delays__new();
	uint64_t last = 0;
	uint8_t byte = 0;

	(void)state;
	for (uint32_t i = 0; i < STORM_DELAYS_MAX; i++)
		assert_true(storm_delays__add(delays, storm_mix(i) % 1000000, i & 1, &byte, 1));
	assert_false(storm_delays__add(delays, 1, true, &byte, 1));
	for (uint32_t i = 0; i < STORM_DELAYS_MAX; i++) {
		const struct storm_delayed *one = storm_delays__due(delays, 1000000);

		assert_non_null(one);
		assert_true(one->at_ns >= last);
		last = one->at_ns;
	}
	assert_null(storm_delays__due(delays, UINT64_MAX));
	assert_true(storm_delays__add(delays, 10, true, &byte, 1));
	assert_null(storm_delays__due(delays, 9));
	storm_delays__free(delays);
}

static void test_percentiles(void **state)
{
	uint64_t values[200];

	(void)state;
	for (size_t i = 0; i < 200; i++)
		values[i] = i + 1;
	assert_int_equal(storm_report__percentile(values, 200, 50), 100);
	assert_int_equal(storm_report__percentile(values, 200, 99), 198);
	assert_int_equal(storm_report__percentile(values, 200, 100), 200);
	assert_int_equal(storm_report__percentile(values, 1, 50), 1);
	assert_int_equal(storm_report__percentile(values, 0, 99), 0);
}

static void test_faults_are_counted_and_shown(void **state)
{
	struct storm_faults faults = { 0 };

	(void)state;
	assert_false(storm_fault__any(&faults));
	for (int i = 0; i < 5; i++)
		storm_fault__note(&faults, STORM_FAULT_REFUSED, "ERROR %d \033[31m", i);
	assert_true(storm_fault__any(&faults));
	assert_int_equal(faults.count[STORM_FAULT_REFUSED], 5);
	assert_string_equal(faults.examples[STORM_FAULT_REFUSED][2], "ERROR 2 ?[31m");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_dhcp_is_that_of_the_real_client),
		cmocka_unit_test(test_dhcp_replies_are_understood),
		cmocka_unit_test(test_dhcp_replies_that_cannot_be_are_told),
		cmocka_unit_test(test_requests_are_those_of_the_real_clients),
		cmocka_unit_test(test_oacks_are_looked_at),
		cmocka_unit_test(test_frames_are_taken_apart_as_they_were_put_together),
		cmocka_unit_test(test_any_wrong_bit_is_seen),
		cmocka_unit_test(test_arp_is_understood),
		cmocka_unit_test(test_schedules_follow_from_the_seed),
		cmocka_unit_test(test_fates_have_their_shares),
		cmocka_unit_test(test_words_of_the_command_line),
		cmocka_unit_test(test_expected_files),
		cmocka_unit_test(test_default_routes),
		cmocka_unit_test(test_addresses_have_one_owner),
		cmocka_unit_test(test_delayed_packets_come_in_order_of_time),
		cmocka_unit_test(test_percentiles),
		cmocka_unit_test(test_faults_are_counted_and_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
