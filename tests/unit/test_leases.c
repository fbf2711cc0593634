// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Which leases go from the database into the maps, and with which times; and which of them `xdpxe leases` shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lease_batch.h"
#include "lease_clock.h"
#include "lease_restore.h"
#include "lease_rows.h"

#define SUBNET htonl(0x0a4d0000)
#define LEASE_S 600

struct table {
	struct maps maps;
	struct lease_fit *fit;
	struct store_content content;
	struct lease_restored restored;
};

static struct xdpxe_client client_of(uint8_t machine)
{
	return (struct xdpxe_client){
		.subnet = SUBNET, .htype = 1, .hlen = 6, .chaddr = { 2, 0, 0, 0, 0, machine }
	};
}

/* 10.77.0.0/16 with this server at .0.1, and 10.77.0.9 reserved for machine 9. */
static struct lease_fit *make_fit(void)
{
	struct plan_network network = {
		.wire = { .subnet = SUBNET, .mask = htonl(0xffff0000), .server = htonl(0x0a4d0001) }
	};
	struct plan_host hosts[] = { { .key = client_of(9), .host.addr = htonl(0x0a4d0009) },
				     { .key = client_of(8), .host.addr = 0 } };
	struct plan plan = {
		.networks = &network, .network_count = 1, .hosts = hosts, .host_count = 2
	};

	hosts[0].key.subnet = hosts[1].key.subnet = 0;
	return lease_fit__new(&plan);
}

static int setup(void **state)
{
	struct table *table = calloc(1, sizeof(*table));

	assert_non_null(table);
	setenv("XDPXE_TEST_CLOCK", "0/0/here", 1);
	memset(&table->maps, 0xff, sizeof(table->maps));
	table->maps.leases =
		bpf_map_create(BPF_MAP_TYPE_HASH, "leases", sizeof(struct xdpxe_client),
			       sizeof(struct xdpxe_lease), 64, NULL);
	table->maps.owners = bpf_map_create(BPF_MAP_TYPE_HASH, "owners", sizeof(__be32),
					    sizeof(struct xdpxe_client), 64, NULL);
	assert_true(table->maps.leases >= 0 && table->maps.owners >= 0);
	table->fit = make_fit();
	assert_non_null(table->fit);
	table->content = (struct store_content){
		.clock = { .boot = "here", .calendar = lease_clock__calendar() },
		.leases = { .size = sizeof(struct store_lease) },
		.declined = { .size = sizeof(struct store_declined) },
	};
	*state = table;
	return 0;
}

static int teardown(void **state)
{
	struct table *table = *state;

	close(table->maps.leases);
	close(table->maps.owners);
	lease_fit__free(table->fit);
	store_content__free(&table->content);
	free(table);
	return 0;
}

/* By the calendar of the content, which may not be ours. */
static int64_t unix_now(const struct table *table)
{
	return lease_clock__now_s() + table->content.clock.calendar;
}

/* A lease of 10.77.0.@host that has @left_s still to go. */
static struct store_lease *add(struct table *table, uint8_t machine, uint32_t host, int64_t left_s)
{
	struct store_lease *lease = rows__add(&table->content.leases);

	assert_non_null(lease);
	*lease = (struct store_lease){ .client = client_of(machine),
				       .addr = htonl(0x0a4d0000 + host),
				       .arch = 7,
				       .expires = unix_now(table) + left_s,
				       .last_seen = unix_now(table) + left_s - LEASE_S,
				       .first_seen = unix_now(table) - 4000 };
	return lease;
}

static void restore(struct table *table, bool live)
{
	assert_int_equal(lease_restore__put(&table->maps, table->fit, &table->content, live,
					    &table->restored),
			 0);
}

/* Seconds that the lease of a machine still has; INT32_MIN when it has none. */
static int32_t left(const struct table *table, uint8_t machine)
{
	const struct xdpxe_client client = client_of(machine);
	struct xdpxe_client owner;
	struct xdpxe_lease lease;

	if (bpf_map_lookup_elem(table->maps.leases, &client, &lease))
		return INT32_MIN;
	assert_int_equal(XDPXE_LEASE_STATE(lease.word), XDPXE_LEASE_BOUND);
	assert_int_equal(bpf_map_lookup_elem(table->maps.owners, &lease.addr, &owner), 0);
	assert_memory_equal(&owner, &client, sizeof(client));
	return (int32_t)(XDPXE_LEASE_EXPIRES(lease.word) - lease_clock__now_s());
}

#define assert_about(value, wanted)                                                                \
	assert_in_range((value) + 1000000, (wanted) + 999998, (wanted) + 1000001)

static void in_the_same_boot_the_kernels_clock_counts(void **state)
{
	struct table *table = *state;

	table->content.clock.calendar -= 7777777; /* the calendar has leapt since */
	add(table, 1, 5, 300);
	add(table, 2, 6, -50);
	restore(table, false);
	assert_about(left(table, 1), 300);
	assert_about(left(table, 2), -50);
	assert_int_equal(table->restored.leases, 2);
	assert_int_equal(table->restored.ended, 1);
	assert_false(table->restored.timeless);
}

static void after_a_reboot_the_calendar_counts(void **state)
{
	struct table *table = *state;

	strcpy(table->content.clock.boot, "before");
	add(table, 1, 5, 300);
	add(table, 2, 6, -100000); /* ended before this boot */
	add(table, 3, 7, -100001);
	table->content.clock.calendar -= 123456; /* of the other boot: it says nothing now */
	table->content.clock.written = lease_clock__now_s() + lease_clock__calendar() - 10;
	restore(table, false);
	assert_about(left(table, 1), 300);
	assert_about(left(table, 2), -100000);
	assert_true(left(table, 3) < left(table, 2));
}

static void a_calendar_behind_what_was_written_lets_no_time_pass(void **state)
{
	struct table *table = *state;

	strcpy(table->content.clock.boot, "before");
	table->content.clock.calendar += 5000000;
	table->content.clock.written = unix_now(table);
	add(table, 1, 5, 300);
	restore(table, false);
	assert_true(table->restored.timeless);
	assert_about(left(table, 1), 300);
}

static void no_lease_lasts_longer_than_it_was_given_for(void **state)
{
	struct table *table = *state;

	add(table, 1, 5, 4000000);
	add(table, 2, 6, 100)->expires = INT64_MAX / 2;
	add(table, 3, 7, 100)->expires = INT64_MIN / 2;
	restore(table, false);
	assert_about(left(table, 1), LEASE_S);
	assert_in_range(left(table, 2), 1, 366 * 86400);
	assert_true(left(table, 3) < 0 && left(table, 3) != INT32_MIN);
}

static void what_has_no_place_is_left_out(void **state)
{
	struct table *table = *state;

	add(table, 1, 1, 100);	     /* this server's own address */
	add(table, 2, 0, 100);	     /* the network's */
	add(table, 3, 0xffff, 100);  /* broadcast */
	add(table, 4, 0x10005, 100); /* outside */
	add(table, 5, 9, -1);	     /* ended, and reserved for machine 9 */
	add(table, 6, 6, 100)->client.subnet = htonl(0x0a4e0000);
	restore(table, false);
	assert_int_equal(table->restored.left_out, 6);
	assert_int_equal(table->restored.leases, 0);
}

static void a_lease_that_runs_stays_with_its_machine_whoever_has_the_reservation(void **state)
{
	struct table *table = *state;

	add(table, 5, 9, 100);
	restore(table, false);
	assert_about(left(table, 5), 100);
}

static void a_reservation_is_marked_as_one(void **state)
{
	struct table *table = *state;
	const struct xdpxe_client client = client_of(9);
	struct xdpxe_lease lease;

	add(table, 9, 9, -100);
	restore(table, false);
	assert_int_equal(bpf_map_lookup_elem(table->maps.leases, &client, &lease), 0);
	assert_int_equal(lease.flags, XDPXE_LEASE_RESERVED);
	assert_int_equal(lease.arch, 7);
	assert_about(lease_clock__now_s() - lease.first_s, 4000);
}

static void maps_in_use_are_not_contradicted(void **state)
{
	struct table *table = *state;
	struct store_lease *rows;

	add(table, 1, 5, 100);
	add(table, 2, 6, 100);
	restore(table, true);
	rows = table->content.leases.items;
	rows[0].client = client_of(3);	  /* its address is machine 1's */
	rows[1].addr = htonl(0x0a4d0007); /* machine 2 has another */
	restore(table, true);
	assert_int_equal(table->restored.leases, 0);
	assert_int_equal(left(table, 3), INT32_MIN);
	assert_about(left(table, 1), 100);
	assert_about(left(table, 2), 100);
	assert_int_not_equal(bpf_map_lookup_elem(table->maps.owners, &rows[1].addr,
						 &(struct xdpxe_client){ 0 }),
			     0);
}

static void a_declined_address_has_an_owner_that_is_no_machine(void **state)
{
	struct table *table = *state;
	const struct store_declined rows[] = { { htonl(0x0a4d0005), unix_now(table) + 50 },
					       { htonl(0x0a4d0006), unix_now(table) - 1 },
					       { htonl(0x0a4d0007), INT64_MAX / 2 } };
	struct xdpxe_client owner;

	for (size_t i = 0; i < 3; i++)
		memcpy(rows__add(&table->content.declined), &rows[i], sizeof(rows[i]));
	restore(table, false);
	assert_int_equal(table->restored.declined, 2);
	assert_int_equal(bpf_map_lookup_elem(table->maps.owners, &rows[0].addr, &owner), 0);
	assert_int_equal(owner.hlen, 0);
	assert_about(owner.subnet - lease_clock__now_s(), 50);
	assert_int_not_equal(bpf_map_lookup_elem(table->maps.owners, &rows[1].addr, &owner), 0);
	assert_int_equal(bpf_map_lookup_elem(table->maps.owners, &rows[2].addr, &owner), 0);
	assert_in_range(owner.subnet - lease_clock__now_s(), 1, XDPXE_QUARANTINE_S);
}

/* Rows of the content that a filter lets through, by the last byte of the hardware address: "125". */
static void assert_shown(struct table *table, int option, const char *text, const char *wanted)
{
	struct lease_filter filter = LEASE_FILTER_ALL;
	struct rows rows = { .size = sizeof(struct lease_row) };
	char shown[16] = "";

	assert_null(lease_filter__set(&filter, option, text));
	assert_int_equal(lease_rows__from_store(&table->content, &filter, &rows), 0);
	for (size_t i = 0; i < rows.count; i++) {
		const struct lease_row *row = rows__at(&rows, i);

		shown[i] = (char)('0' + row->client.chaddr[5]);
	}
	assert_string_equal(shown, wanted);
	rows__free(&rows);
}

static void filters_let_through_what_they_name(void **state)
{
	struct table *table = *state;

	add(table, 1, 5, 100);
	add(table, 2, 6, -100);
	add(table, 3, 0x105, 100)->client.chaddr[0] = 6;
	add(table, 4, 0x10005, 100)->client.subnet = htonl(0x0a4e0000);
	assert_shown(table, 'm', "02", "124");
	assert_shown(table, 'm', "02:00:00:00:00:02", "2");
	assert_shown(table, 'm', "06-00", "3");
	assert_shown(table, 'i', "10.77.0.5", "1");
	assert_shown(table, 'i', "10.77.0.5-10.77.0.6", "12");
	assert_shown(table, 'i', "10.77.0.0/16", "123");
	assert_shown(table, 'i', "0.0.0.0/0", "1234");
	assert_shown(table, 'n', "10.78.0.0/16", "4");
	assert_shown(table, 'n', "10.77.0.0", "123");
	assert_shown(table, 's', "expired", "2");
	assert_shown(table, 's', "bound,offered", "134");
	assert_shown(table, 's', "declined", "");
}

static void filters_that_mean_nothing_are_refused(void **state)
{
	static const struct {
		int option;
		const char *text;
	} wrong[] = {
		{ 'm', "" },
		{ 'm', "2" },
		{ 'm', "02:" },
		{ 'm', "02:0g" },
		{ 'm', "02:00-00" },
		{ 'm', "02:00:00:00:00:00:00" },
		{ 'i', "" },
		{ 'i', "10.77" },
		{ 'i', "10.77.0.9-10.77.0.1" },
		{ 'i', "10.77.0.0/33" },
		{ 'n', "" },
		{ 'n', "lan" },
		{ 's', "" },
		{ 's', "free" },
		{ 's', "bound," },
		{ 's', "bound expired" },
	};
	struct lease_filter filter = LEASE_FILTER_ALL;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_non_null(lease_filter__set(&filter, wrong[i].option, wrong[i].text));
}

#define LEASE_TEST(function) cmocka_unit_test_setup_teardown(function, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		LEASE_TEST(in_the_same_boot_the_kernels_clock_counts),
		LEASE_TEST(after_a_reboot_the_calendar_counts),
		LEASE_TEST(a_calendar_behind_what_was_written_lets_no_time_pass),
		LEASE_TEST(no_lease_lasts_longer_than_it_was_given_for),
		LEASE_TEST(what_has_no_place_is_left_out),
		LEASE_TEST(a_lease_that_runs_stays_with_its_machine_whoever_has_the_reservation),
		LEASE_TEST(a_reservation_is_marked_as_one),
		LEASE_TEST(maps_in_use_are_not_contradicted),
		LEASE_TEST(a_declined_address_has_an_owner_that_is_no_machine),
		LEASE_TEST(filters_let_through_what_they_name),
		LEASE_TEST(filters_that_mean_nothing_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
