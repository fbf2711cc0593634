// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The table of machines: stages, stories, and who is stuck and why, from what was heard and from the time that passes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "telemetry/machines_feed.h"
#include "telemetry/story.h"
#include "xdpxe/dhcp_wire.h"
#include "xdpxe/reasons.h"

#define EFI 7
#define FILE_BYTES 1468000
#define FILE_BLOCKS 1001

static struct machines *machines;
static int64_t now_ms;

static int set_up(void **state)
{
	(void)state;
	now_ms = 1790000000000;
	machines = machines__new(8, true);
	return machines ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	machines__free(machines);
	return 0;
}

static struct xdpxe_client client_of(uint8_t machine)
{
	return (struct xdpxe_client){ .htype = 1,
				      .hlen = 6,
				      .chaddr = { 0x52, 0x54, 0, 0, 0, machine } };
}

static struct machine_heard heard_of(uint8_t machine, uint16_t reason)
{
	struct machine_heard heard = { .client = client_of(machine),
				       .time_ms = now_ms,
				       .addr = htonl(0x0a4d0100 + machine),
				       .reason = reason,
				       .arch = XDPXE_NONE,
				       .boots = true,
				       .boots_ipxe = true };

	heard.client.subnet = htonl(0x0a4d0000);
	strcpy(heard.network, "10.77.0.0/16");
	return heard;
}

/* A DHCP message of firmware, or of iPXE. */
static void dhcp(uint8_t machine, uint8_t message, uint16_t reason, bool ipxe, const char *boot)
{
	struct machine_heard heard = heard_of(machine, reason);

	heard.message = message;
	heard.arch = EFI;
	heard.ipxe = ipxe;
	strcpy(heard.boot, boot);
	machines__hear(machines, &heard);
}

static void offer(uint8_t machine, bool ipxe, const char *boot)
{
	dhcp(machine, DHCP_DISCOVER, XDPXE_R_DHCP_OFFER, ipxe, boot);
}

static void ack(uint8_t machine, bool ipxe, const char *boot)
{
	dhcp(machine, DHCP_REQUEST, XDPXE_R_DHCP_ACK, ipxe, boot);
}

static void tftp(uint8_t machine, uint16_t reason, const char *file, const char *nearest)
{
	struct machine_heard heard = heard_of(machine, reason);

	strcpy(heard.file, file);
	strcpy(heard.nearest, nearest);
	heard.tid = 20000;
	heard.port = 3000;
	heard.size = FILE_BYTES;
	heard.blksize = 1468;
	heard.blocks = FILE_BLOCKS;
	heard.client.chaddr[0] = 0; /* a router's: the address tells whose it is */
	machines__hear(machines, &heard);
}

static void load(uint8_t machine, const char *file)
{
	tftp(machine, XDPXE_R_TFTP_OACK, file, "");
	now_ms += 100;
	tftp(machine, XDPXE_R_TFTP_COMPLETE, file, "");
}

static void pass(int64_t seconds)
{
	for (int64_t i = 0; i < seconds; i++) {
		now_ms += 1000;
		machines__tick(machines, now_ms, false);
	}
}

static struct machine_view view_of(uint8_t machine)
{
	const struct xdpxe_client client = client_of(machine);
	struct machine_view view;

	assert_int_equal(machines__find(machines, &client, &view, NULL), 0);
	return view;
}

static void assert_stage(uint8_t machine, enum machine_stage stage)
{
	const struct machine_view view = view_of(machine);

	assert_string_equal(machines__stage_name(view.stage), machines__stage_name(stage));
}

static void assert_stuck(uint8_t machine, const char *words)
{
	const struct machine_view view = view_of(machine);

	assert_stage(machine, MACHINE_STUCK);
	if (!strstr(view.reason, words))
		fail_msg("\"%s\" does not say \"%s\"", view.reason, words);
}

static void assert_steps(uint8_t machine, const char *steps)
{
	const struct xdpxe_client client = client_of(machine);
	struct machine_view view;
	struct machine_boot boot;
	char told[1024] = "";

	assert_int_equal(machines__find(machines, &client, &view, &boot), 0);
	for (size_t i = 0; i < boot.line_count; i++) {
		strcat(told, i ? " " : "");
		strcat(told, machines__step_name(boot.lines[i].step));
	}
	assert_string_equal(told, steps);
}

static void a_boot_has_every_stage_and_a_line_for_each_step(void **state)
{
	(void)state;
	offer(1, false, "ipxe.efi");
	assert_stage(1, MACHINE_DISCOVERING);
	ack(1, false, "ipxe.efi");
	assert_stage(1, MACHINE_LEASED);
	tftp(1, XDPXE_R_TFTP_OACK, "ipxe.efi", "");
	assert_stage(1, MACHINE_LOADING);
	now_ms += 200;
	tftp(1, XDPXE_R_TFTP_COMPLETE, "ipxe.efi", "");
	assert_int_equal(view_of(1).block, FILE_BLOCKS);
	assert_int_equal(view_of(1).bytes_per_s, 5 * FILE_BYTES);
	offer(1, true, "http://a/boot.ipxe");
	assert_stage(1, MACHINE_IPXE);
	ack(1, true, "http://a/boot.ipxe");
	assert_stage(1, MACHINE_HANDED_OVER);
	assert_steps(1, "offer leased file-begun file-done ipxe offer leased handed-over");
	assert_int_equal(view_of(1).boots, 1);
	pass(600);
	assert_stage(1, MACHINE_HANDED_OVER);
}

static void firmware_that_starts_over_begins_another_boot(void **state)
{
	struct rows saves;
	const struct machine_save *save;

	(void)state;
	offer(1, false, "ipxe.efi");
	now_ms += 4000;
	offer(1, false, "ipxe.efi");
	assert_int_equal(view_of(1).tries, 1);
	assert_int_equal(view_of(1).boots, 1);
	ack(1, false, "ipxe.efi");
	now_ms += 4000;
	offer(1, false, "ipxe.efi");
	assert_int_equal(view_of(1).boots, 2);
	assert_steps(1, "offer");
	assert_int_equal(machines__take_saves(machines, &saves), 0);
	assert_int_equal(saves.count, 1);
	save = rows__at(&saves, 0);
	assert_true(save->ended_ms && save->result == MACHINE_LEASED);
	free(save->story);
	rows__free(&saves);
}

static void an_operating_system_that_asks_is_of_the_same_boot(void **state)
{
	struct machine_heard heard = heard_of(1, XDPXE_R_DHCP_OFFER);

	(void)state;
	offer(1, true, "http://a/boot.ipxe");
	ack(1, true, "http://a/boot.ipxe");
	heard.message = DHCP_DISCOVER;
	machines__hear(machines, &heard);
	heard.message = DHCP_REQUEST;
	heard.reason = XDPXE_R_DHCP_ACK;
	machines__hear(machines, &heard);
	pass(60);
	assert_stage(1, MACHINE_HANDED_OVER);
	assert_int_equal(view_of(1).boots, 1);
}

static void no_request_after_an_offer_is_told_and_taken_back(void **state)
{
	(void)state;
	offer(1, false, "ipxe.efi");
	pass(9);
	assert_stage(1, MACHINE_DISCOVERING);
	pass(2);
	assert_stuck(1, "sent no REQUEST");
	offer(1, false, "ipxe.efi");
	assert_stuck(1, "sent no REQUEST");
	ack(1, false, "ipxe.efi");
	assert_stage(1, MACHINE_LEASED);
	assert_string_equal(view_of(1).reason, "");
	assert_steps(1, "offer stuck offer leased unstuck");
}

static void another_server_that_won_is_named(void **state)
{
	(void)state;
	offer(1, false, "ipxe.efi");
	dhcp(1, DHCP_REQUEST, XDPXE_R_DHCP_OTHER_SERVER, false, "");
	assert_stuck(1, "chose another DHCP server, which offers 10.77.1.1");
}

static void a_missing_file_is_told_with_the_nearest(void **state)
{
	(void)state;
	offer(1, false, "ipxe.efi");
	ack(1, false, "ipxe.efi");
	tftp(1, XDPXE_R_TFTP_NOT_FOUND, "IPXE.efi", "ipxe.efi");
	assert_stage(1, MACHINE_LEASED);
	pass(11);
	assert_stuck(1, "asked for IPXE.efi, which does not exist; nearest: ipxe.efi");
	load(1, "ipxe.efi");
	assert_stage(1, MACHINE_LOADING);
	assert_steps(1, "offer leased file-missing stuck unstuck file-begun file-done");
}

static void an_optional_file_that_is_missing_holds_nobody_up(void **state)
{
	(void)state;
	offer(1, false, "grubx64.efi");
	ack(1, false, "grubx64.efi");
	load(1, "grubx64.efi");
	tftp(1, XDPXE_R_TFTP_NOT_FOUND, "grub.cfg-01-52", "");
	load(1, "grub.cfg");
	pass(70);
	assert_stage(1, MACHINE_HANDED_OVER);
}

static void a_file_that_is_never_asked_for_is_told(void **state)
{
	(void)state;
	offer(1, false, "ipxe.efi");
	ack(1, false, "ipxe.efi");
	pass(16);
	assert_stuck(1, "was told ipxe.efi and does not ask for it");
}

static void a_transfer_that_stands_still_is_stuck_at_its_block(void **state)
{
	struct machine_transfer at = { .addr = htonl(0x0a4d0101), .tid = 20000, .port = 3000 };

	(void)state;
	tftp(1, XDPXE_R_TFTP_OACK, "ipxe.efi", ""); /* by the router's hardware address */
	offer(1, false, "ipxe.efi");
	ack(1, false, "ipxe.efi");
	tftp(1, XDPXE_R_TFTP_OACK, "ipxe.efi", "");
	now_ms += 500;
	assert_int_equal(machines__loading(machines, now_ms), 1);
	at.block = 300;
	machines__progress(machines, &at, now_ms);
	assert_int_equal(view_of(1).block, 300);
	assert_int_equal(view_of(1).bytes_per_s, 300 * 1468 * 2);
	pass(4);
	at.quiet_ms = 4000;
	machines__progress(machines, &at, now_ms);
	assert_stage(1, MACHINE_LOADING);
	pass(8);
	assert_stuck(1, "stopped at block 300 of 1001 of ipxe.efi");
	at.block = 301;
	machines__progress(machines, &at, now_ms);
	assert_stage(1, MACHINE_LOADING);
	assert_steps(1, "offer leased file-begun file-stalled stuck unstuck");
}

static void ipxe_that_is_loaded_three_times_is_a_loop(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		offer(1, false, "ipxe.efi");
		ack(1, false, "ipxe.efi");
		load(1, "ipxe.efi");
		now_ms += 5000;
	}
	assert_stuck(1, "loaded ipxe.efi 3 times within a minute: the loop is not broken");
	offer(1, false, "ipxe.efi");
	ack(1, false, "ipxe.efi");
	assert_stuck(1, "loop");
	offer(1, true, "http://a/boot.ipxe");
	ack(1, true, "http://a/boot.ipxe");
	assert_stage(1, MACHINE_HANDED_OVER);
}

static void ipxe_that_never_speaks_is_told(void **state)
{
	(void)state;
	offer(1, false, "ipxe.efi");
	ack(1, false, "ipxe.efi");
	load(1, "ipxe.efi");
	pass(50);
	assert_stuck(1, "never asked as iPXE: Secure Boot");
}

static void other_reasons_are_told_at_once(void **state)
{
	(void)state;
	dhcp(1, DHCP_DISCOVER, XDPXE_R_DHCP_DENIED, false, "");
	assert_stuck(1, "denied");
	offer(2, false, "");
	ack(2, false, "");
	assert_stuck(2, "no file for its architecture (efi-x64)");
	dhcp(3, DHCP_DISCOVER, XDPXE_R_DHCP_POOL_EMPTY, false, "");
	assert_stage(3, MACHINE_DISCOVERING);
	pass(3);
	assert_stuck(3, "no free address in the pool of 10.77.0.0/16");
	for (int i = 0; i < 3; i++)
		dhcp(4, DHCP_REQUEST, XDPXE_R_DHCP_NAK, false, "");
	assert_stuck(4, "asked 3 times within a minute for an address that is not its own");
	for (int i = 0; i < 3; i++) {
		tftp(2, XDPXE_R_TFTP_OACK, "a.efi", "");
		tftp(2, XDPXE_R_TFTP_CLIENT_ERROR, "a.efi", "");
	}
	assert_stuck(2, "gave up a.efi 3 times");
}

static void a_pool_that_was_only_waited_for_is_no_trouble(void **state)
{
	(void)state;
	dhcp(1, DHCP_DISCOVER, XDPXE_R_DHCP_POOL_EMPTY, false, "");
	now_ms += 500;
	offer(1, false, "ipxe.efi");
	ack(1, false, "ipxe.efi");
	pass(3);
	assert_stage(1, MACHINE_LEASED);
	assert_steps(1, "offer leased");
}

static void a_full_table_forgets_who_was_heard_of_longest_ago(void **state)
{
	const struct xdpxe_client first = client_of(1), second = client_of(2);
	size_t stages[MACHINE_STAGES];

	(void)state;
	for (uint8_t i = 1; i <= 8; i++, now_ms++)
		offer(i, false, "ipxe.efi");
	offer(1, false, "ipxe.efi");
	offer(9, false, "ipxe.efi");
	assert_int_equal(machines__count(machines, stages), 8);
	assert_int_equal(stages[MACHINE_DISCOVERING], 8);
	assert_int_equal(machines__find(machines, &first, NULL, NULL), 0);
	assert_int_equal(machines__find(machines, &second, NULL, NULL), -ENOENT);
}

static void a_machine_that_is_restored_twice_stands_in_the_table_once(void **state)
{
	struct machine_view view = { .client = client_of(1),
				     .addr = htonl(0x0a4d0101),
				     .stage = MACHINE_LEASED };
	const struct machine_boot boot = { .begun_ms = now_ms,
					   .line_count = 1,
					   .lines = { { now_ms, STEP_LEASED, "10.77.1.1" } } };
	struct xdpxe_client owner;
	size_t stages[MACHINE_STAGES];

	(void)state;
	alarm(10); /* a chain that is a ring has no end */
	machines__restore(machines, &view, &boot);
	assert_int_equal(machines__find(machines, &view.client, &view, NULL), 0);
	machines__restore(machines, &view, NULL);
	assert_int_equal(machines__count(machines, stages), 1);
	assert_int_equal(stages[MACHINE_LEASED], 1);
	assert_true(machines__owner(machines, htonl(0x0a4d0101), &owner));
	for (uint32_t i = 0; i < 20000; i++) /* so that some share its bucket */
		machines__owner(machines, htonl(0x0a4e0000 + i), &owner);
	view.addr = htonl(0x0a4d0102);
	machines__restore(machines, &view, NULL);
	assert_false(machines__owner(machines, htonl(0x0a4d0101), &owner));
	assert_true(machines__owner(machines, htonl(0x0a4d0102), &owner));
	assert_steps(1, "leased");
	alarm(0);
}

struct seen {
	size_t count;
	uint8_t machine[8];
};

static bool see(const struct machine_view *view, void *context)
{
	struct seen *seen = context;

	seen->machine[seen->count++] = view->client.chaddr[5];
	return true;
}

static void those_who_look_see_the_stuck_first_and_only_what_has_changed(void **state)
{
	struct machine_filter filter = { .stage = MACHINE_STAGES };
	struct seen seen = {};

	(void)state;
	offer(1, true, "http://a");
	ack(1, true, "http://a");
	now_ms += 10;
	offer(2, false, "ipxe.efi");
	now_ms += 10;
	dhcp(3, DHCP_DISCOVER, XDPXE_R_DHCP_DENIED, false, "");
	assert_int_equal(machines__visit(machines, &filter, 0, 8, see, &seen), 3);
	assert_memory_equal(seen.machine, ((uint8_t[]){ 3, 2, 1 }), 3);
	filter.since = machines__change(machines);
	assert_int_equal(machines__visit(machines, &filter, 0, 8, see, &seen), 0);
	ack(2, false, "ipxe.efi");
	seen.count = 0;
	assert_int_equal(machines__visit(machines, &filter, 0, 8, see, &seen), 1);
	assert_int_equal(seen.machine[0], 2);
	filter.since = 0;
	strcpy(filter.text, "00:00:03");
	assert_int_equal(machines__visit(machines, &filter, 0, 0, see, &seen), 1);
	strcpy(filter.text, "10.77.1.2");
	assert_int_equal(machines__visit(machines, &filter, 0, 0, see, &seen), 1);
}

static void a_long_story_keeps_its_beginning_and_its_end(void **state)
{
	struct machine_line lines[MACHINES_STEPS];
	struct story story = {};
	char text[MACHINES_TEXT];
	size_t count;

	(void)state;
	for (int i = 0; i < 500; i++) {
		snprintf(text, sizeof(text), "%d%*s", i, i % 100, "x");
		story__add(&story, 1000 + i, STEP_OFFER, text);
		assert_true(story.used <= STORY_BYTES);
	}
	count = story__lines(story__bytes(&story), story.used, lines);
	assert_true(count == story.count && count > STORY_FIRST + 8);
	assert_int_equal(lines[STORY_FIRST - 1].time_ms, 1000 + STORY_FIRST - 1);
	assert_int_equal(lines[count - 1].time_ms, 1499);
	assert_true(story__lines(story__bytes(&story), story.used - 1, lines) == count - 1);
	story__free(&story);
}

#define MACHINES_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINES_TEST(a_boot_has_every_stage_and_a_line_for_each_step),
		MACHINES_TEST(firmware_that_starts_over_begins_another_boot),
		MACHINES_TEST(an_operating_system_that_asks_is_of_the_same_boot),
		MACHINES_TEST(no_request_after_an_offer_is_told_and_taken_back),
		MACHINES_TEST(another_server_that_won_is_named),
		MACHINES_TEST(a_missing_file_is_told_with_the_nearest),
		MACHINES_TEST(an_optional_file_that_is_missing_holds_nobody_up),
		MACHINES_TEST(a_file_that_is_never_asked_for_is_told),
		MACHINES_TEST(a_transfer_that_stands_still_is_stuck_at_its_block),
		MACHINES_TEST(ipxe_that_is_loaded_three_times_is_a_loop),
		MACHINES_TEST(ipxe_that_never_speaks_is_told),
		MACHINES_TEST(other_reasons_are_told_at_once),
		MACHINES_TEST(a_pool_that_was_only_waited_for_is_no_trouble),
		MACHINES_TEST(a_full_table_forgets_who_was_heard_of_longest_ago),
		MACHINES_TEST(a_machine_that_is_restored_twice_stands_in_the_table_once),
		MACHINES_TEST(those_who_look_see_the_stuck_first_and_only_what_has_changed),
		MACHINES_TEST(a_long_story_keeps_its_beginning_and_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
