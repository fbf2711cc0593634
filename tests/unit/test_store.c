// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The database of leases by itself: what it keeps, and what it leaves alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store_priv.h"

#define PATH "base.db"
#define WAIT_MS 50
#define MANY 1500 /* leases: more than one statement writes */
#define NET_A htonl(0x0a4d0000)
#define NET_B htonl(0x0a4e0000)

static const struct store_clock some_clock = { .boot = "boot", .calendar = 1000, .written = 5000 };

static struct store_lease lease_of(uint8_t machine, __be32 subnet, uint32_t host)
{
	return (struct store_lease){
		.client = { .subnet = subnet,
			    .htype = 1,
			    .hlen = 6,
			    .chaddr = { 2, 0, 0, 0, 0, machine } },
		.addr = htonl(ntohl(subnet) + host),
		.arch = XDPXE_NONE,
		.expires = 6000 + machine,
		.first_seen = 4000,
		.last_seen = 5000,
	};
}

static struct store *opened(enum store_mode mode)
{
	struct store_fault fault = {};
	struct store *store = store__open(PATH, mode, WAIT_MS, &fault);

	if (!store)
		fail_msg("%s", fault.text);
	return store;
}

static enum store_fault_kind fault_of(const char *path, enum store_mode mode)
{
	struct store_fault fault = {};
	struct store *store = store__open(path, mode, WAIT_MS, &fault);

	store__close(store);
	assert_true(store || fault.text[0]);
	return fault.kind;
}

static void commit(struct store *store)
{
	struct store_fault fault = {};

	if (store__commit(store, &some_clock, &fault) < 0)
		fail_msg("%s", fault.text);
}

static void put(uint8_t machine, __be32 subnet, uint32_t host)
{
	const struct store_lease lease = lease_of(machine, subnet, host);
	struct store *store = opened(STORE_WRITE);

	store__begin(store);
	store__put_lease(store, &lease);
	commit(store);
	store__close(store);
}

static struct store_content content_now(void)
{
	struct store *store = opened(STORE_READ);
	struct store_content content = {};
	struct store_fault fault = {};

	if (store__read(store, &content, &fault) < 0)
		fail_msg("%s", fault.text);
	store__close(store);
	return content;
}

/* How many leases there are; the machine of the first of them in *@machine. */
static size_t leases_now(uint8_t *machine)
{
	struct store_content content = content_now();
	const struct store_lease *lease = rows__at(&content.leases, 0);
	size_t count = content.leases.count;

	*machine = lease ? lease->client.chaddr[5] : 0;
	store_content__free(&content);
	return count;
}

static void run_sql(const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(PATH, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void what_is_put_is_read_back(void **state)
{
	struct store_lease lease = lease_of(1, NET_A, 5);
	const struct store_declined declined = { .addr = htonl(0x0a4d0009), .until = 5600 };
	struct store *store = opened(STORE_WRITE);
	const struct store_declined *refused;
	const struct store_lease *read;
	struct store_content content;

	(void)state;
	lease.arch = 7;
	lease.ipxe = lease.reserved = true;
	store__begin(store);
	store__put_lease(store, &lease);
	store__put_declined(store, &declined);
	commit(store);
	store__close(store);
	content = content_now();
	assert_int_equal(content.leases.count, 1);
	read = rows__at(&content.leases, 0);
	assert_memory_equal(&read->client, &lease.client, sizeof(lease.client));
	assert_true(read->addr == lease.addr && read->arch == 7 && read->ipxe && read->reserved);
	assert_true(read->expires == lease.expires && read->first_seen == lease.first_seen &&
		    read->last_seen == lease.last_seen);
	assert_int_equal(content.declined.count, 1);
	refused = rows__at(&content.declined, 0);
	assert_true(refused->addr == declined.addr && refused->until == declined.until);
	assert_memory_equal(&content.clock, &some_clock, sizeof(some_clock));
	store_content__free(&content);
}

static void a_machine_has_one_address_and_an_address_one_machine(void **state)
{
	uint8_t machine;

	(void)state;
	put(1, NET_A, 5);
	put(1, NET_A, 6);
	assert_int_equal(leases_now(&machine), 1);
	put(2, NET_A, 6);
	assert_int_equal(leases_now(&machine), 1);
	assert_int_equal(machine, 2);
	put(2, NET_B, 6);
	assert_int_equal(leases_now(&machine), 2);
}

static void what_is_not_committed_has_not_happened(void **state)
{
	const struct store_lease lease = lease_of(1, NET_A, 5);
	struct store *store = opened(STORE_WRITE);
	uint8_t machine;

	(void)state;
	store__begin(store);
	store__put_lease(store, &lease);
	store__close(store);
	assert_int_equal(leases_now(&machine), 0);
}

static void a_dropped_lease_is_gone_and_no_other(void **state)
{
	const struct store_lease first = lease_of(1, NET_A, 5);
	struct store *store;
	uint8_t machine;

	(void)state;
	put(1, NET_A, 5);
	put(2, NET_A, 6);
	store = opened(STORE_WRITE);
	store__begin(store);
	store__drop_lease(store, &first.client);
	store__drop_lease(store, &first.client);
	commit(store);
	store__close(store);
	assert_int_equal(leases_now(&machine), 1);
	assert_int_equal(machine, 2);
}

/* Machine @number of MANY, and the end of its lease. */
static struct store_lease one_of_many(uint32_t number, int64_t expires)
{
	struct store_lease lease = lease_of((uint8_t)number, NET_A, 1 + number);

	lease.client.chaddr[4] = (uint8_t)(number >> 8);
	lease.expires = expires;
	return lease;
}

/* Many are written at a time; what is put, dropped and put again is as if each had been written at once. */
static void a_change_of_many_leases_keeps_its_order(void **state)
{
	struct store *store = opened(STORE_WRITE);
	struct store_content content;
	struct store_lease lease;
	size_t count = 0;

	(void)state;
	store__begin(store);
	for (uint32_t i = 0; i < 3 * MANY; i++) {
		lease = one_of_many(i % MANY, 5000 + i);
		store__put_lease(store, &lease);
		if (i % 7 == 0)
			store__drop_lease(store, &lease.client);
	}
	commit(store);
	store__close(store);
	content = content_now();
	for (uint32_t i = 2 * MANY; i < 3 * MANY; i++) {
		const struct store_lease *row = rows__at(&content.leases, count);

		if (i % 7 == 0)
			continue;
		assert_non_null(row);
		assert_int_equal(row->expires, 5000 + i);
		count++;
	}
	assert_int_equal(content.leases.count, count);
	store_content__free(&content);
}

static void clearing_spares_other_networks_until_they_are_old(void **state)
{
	const __be32 subnets[] = { NET_A };
	struct store *store;
	uint8_t machine;

	(void)state;
	put(1, NET_A, 5);
	put(2, NET_B, 6);
	store = opened(STORE_WRITE);
	store__begin(store);
	store__clear(store, subnets, 1, 6002);
	commit(store);
	assert_int_equal(leases_now(&machine), 1);
	assert_int_equal(machine, 2);
	store__begin(store);
	store__clear(store, subnets, 1, 6003);
	commit(store);
	store__close(store);
	assert_int_equal(leases_now(&machine), 0);
}

static void a_declined_address_is_forgotten_when_its_time_is_over(void **state)
{
	const struct store_declined over = { .addr = htonl(0x0a4d0009), .until = 5000 };
	struct store *store = opened(STORE_WRITE);
	struct store_content content;

	(void)state;
	store__begin(store);
	store__put_declined(store, &over);
	commit(store);
	store__close(store);
	content = content_now();
	assert_int_equal(content.declined.count, 0);
	store_content__free(&content);
}

/* The bytes of the file, to be freed. */
static char *file_bytes(size_t *size)
{
	FILE *file = fopen(PATH, "r");
	char *bytes;

	assert_non_null(file);
	fseek(file, 0, SEEK_END);
	*size = (size_t)ftell(file);
	rewind(file);
	bytes = malloc(*size + 1);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, *size, file), *size);
	fclose(file);
	return bytes;
}

/* Opening it to write ends with @kind and leaves every byte as it was. */
static void assert_left_alone(enum store_fault_kind kind)
{
	size_t size, again_size;
	char *bytes = file_bytes(&size), *again;

	assert_int_equal(fault_of(PATH, STORE_WRITE), kind);
	again = file_bytes(&again_size);
	assert_int_equal(size, again_size);
	assert_memory_equal(bytes, again, size);
	free(bytes);
	free(again);
}

static void write_at(long at, size_t count, int byte)
{
	FILE *file = fopen(PATH, at ? "r+" : "w");

	assert_non_null(file);
	assert_int_equal(fseek(file, at, SEEK_SET), 0);
	while (count--)
		fputc(byte, file);
	assert_int_equal(fclose(file), 0);
}

static void put_many(size_t count)
{
	struct store *store = opened(STORE_WRITE);

	store__begin(store);
	for (size_t i = 1; i <= count; i++) {
		struct store_lease lease = lease_of(1, NET_A, (uint32_t)i);

		memcpy(lease.client.chaddr, &i, sizeof(i));
		lease.client.hlen = sizeof(i);
		store__put_lease(store, &lease);
	}
	commit(store);
	store__close(store);
}

static void a_file_that_is_no_database_is_left_alone(void **state)
{
	(void)state;
	write_at(0, 9000, 'x');
	assert_left_alone(STORE_DAMAGED);
}

static void a_torn_database_is_left_alone_and_read_as_far_as_it_goes(void **state)
{
	struct store_content content = {};
	struct store_fault fault = {};
	struct store *store;

	(void)state;
	put_many(2000);
	write_at(60000, 30000, 0);
	assert_left_alone(STORE_DAMAGED);
	store = opened(STORE_READ);
	assert_int_equal(store__read(store, &content, &fault), -1);
	assert_int_equal(fault.kind, STORE_DAMAGED);
	assert_in_range(content.leases.count, 100, 1999);
	assert_int_equal(content.clock.calendar, some_clock.calendar);
	store_content__free(&content);
	store__close(store);
}

static void a_database_that_was_cut_short_is_left_alone(void **state)
{
	(void)state;
	put_many(2000);
	assert_int_equal(truncate(PATH, 40960), 0);
	assert_left_alone(STORE_DAMAGED);
}

static void a_later_schema_is_left_alone_and_read_all_the_same(void **state)
{
	uint8_t machine;

	(void)state;
	put(1, NET_A, 5);
	run_sql("PRAGMA user_version = 99");
	assert_left_alone(STORE_NEWER);
	assert_int_equal(leases_now(&machine), 1);
}

/* The networks in the database; the bits of the first of them in *@bits. */
static size_t networks_now(int *bits)
{
	struct store_content content = content_now();
	const struct store_network *network = rows__at(&content.networks, 0);
	size_t count = content.networks.count;

	*bits = network ? __builtin_popcount(network->mask) : 0;
	store_content__free(&content);
	return count;
}

static void put_network(__be32 subnet, uint32_t mask)
{
	const struct store_network network = { .subnet = subnet, .mask = htonl(mask) };
	struct store *store = opened(STORE_WRITE);

	store__begin(store);
	store__put_network(store, &network);
	commit(store);
	store__close(store);
}

static void a_network_has_one_prefix_and_the_narrowest_comes_first(void **state)
{
	int bits;

	(void)state;
	put_network(NET_A, 0xffffff00);
	put_network(NET_A, 0xffff0000);
	assert_int_equal(networks_now(&bits), 1);
	assert_int_equal(bits, 16);
	put_network(NET_B, 0xffffff00);
	assert_int_equal(networks_now(&bits), 2);
	assert_int_equal(bits, 24);
}

static void the_first_schema_is_read_as_it_is_and_brought_to_this_one_by_a_write(void **state)
{
	uint8_t machine;
	int bits;

	(void)state;
	put(1, NET_A, 5);
	run_sql("DROP TABLE network; DROP TABLE step; DROP TABLE boot; PRAGMA user_version = 1");
	assert_int_equal(networks_now(&bits), 0);
	assert_int_equal(leases_now(&machine), 1);
	put_network(NET_A, 0xffff0000);
	assert_int_equal(networks_now(&bits), 1);
	assert_int_equal(leases_now(&machine), 1);
}

static void an_earlier_schema_is_brought_to_this_one_and_keeps_its_leases(void **state)
{
	uint8_t machine;

	(void)state;
	put(1, NET_A, 5);
	run_sql("DROP TABLE boot; DROP TABLE step; DROP TABLE network; PRAGMA user_version = 1");
	store__close(opened(STORE_WRITE));
	assert_int_equal(leases_now(&machine), 1);
	run_sql("INSERT INTO boot (id, htype, hardware, begun, result, reason)"
		" VALUES (7, 1, x'01', 5, 'leased', '');"
		"INSERT INTO step VALUES (7, 0, 5, 'offer', '')");
	store__close(opened(STORE_WRITE)); /* no upgrade twice */
	run_sql("DELETE FROM boot; INSERT INTO step VALUES (7, 0, 5, 'offer', '')");
}

static void another_programs_database_is_left_alone(void **state)
{
	(void)state;
	run_sql("CREATE TABLE recipes (name TEXT)");
	assert_left_alone(STORE_FOREIGN);
}

static void an_empty_file_becomes_a_database(void **state)
{
	uint8_t machine;

	(void)state;
	write_at(0, 0, 0);
	assert_int_equal(leases_now(&machine), 0);
	put(1, NET_A, 5);
	assert_int_equal(leases_now(&machine), 1);
}

static void a_lock_of_another_program_is_told_and_waited_out(void **state)
{
	struct store *store;
	struct store_fault fault = {};
	sqlite3 *other;
	uint8_t machine;

	(void)state;
	put(1, NET_A, 5);
	store = opened(STORE_WRITE);
	assert_int_equal(sqlite3_open(PATH, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	store__begin(store);
	store__clear(store, (const __be32[]){ NET_A }, 1, 0);
	assert_int_equal(store__commit(store, &some_clock, &fault), -1);
	assert_int_equal(fault.kind, STORE_LOCKED);
	sqlite3_close(other);
	assert_int_equal(leases_now(&machine), 1);
	store__begin(store);
	store__clear(store, (const __be32[]){ NET_A }, 1, 0);
	commit(store);
	store__close(store);
	assert_int_equal(leases_now(&machine), 0);
}

static void without_space_nothing_is_changed(void **state)
{
	struct store_fault fault = {};
	struct store *store;
	uint8_t machine;

	(void)state;
	put(1, NET_A, 5);
	store = opened(STORE_WRITE);
	assert_int_equal(sqlite3_exec(store->db, "PRAGMA max_page_count = 12", NULL, NULL, NULL),
			 SQLITE_OK);
	store__begin(store);
	for (uint32_t i = 1; i <= 2000; i++) {
		struct store_lease lease = lease_of(1, NET_A, i);

		memcpy(lease.client.chaddr, &i, sizeof(i));
		store__put_lease(store, &lease);
	}
	assert_int_equal(store__commit(store, &some_clock, &fault), -1);
	assert_int_equal(fault.kind, STORE_FULL);
	store__close(store);
	assert_int_equal(leases_now(&machine), 1);
	put(2, NET_A, 6);
	assert_int_equal(leases_now(&machine), 2);
}

static void a_path_that_is_no_file_is_told(void **state)
{
	(void)state;
	assert_int_equal(fault_of(".", STORE_WRITE), STORE_NO_FILE);
	assert_int_equal(fault_of(".", STORE_READ), STORE_NO_FILE);
	assert_int_equal(fault_of("/dev/null", STORE_WRITE), STORE_NO_FILE);
	assert_int_equal(fault_of("/proc/none/base.db", STORE_WRITE), STORE_NO_FILE);
	assert_int_equal(fault_of(PATH, STORE_READ), STORE_ABSENT);
}

static void folders_are_made(void **state)
{
	(void)state;
	assert_int_equal(fault_of("a/b/base.db", STORE_WRITE), STORE_NO_FAULT);
	assert_int_equal(unlink("a/b/base.db") | rmdir("a/b") | rmdir("a"), 0);
}

static void a_file_that_was_removed_is_noticed(void **state)
{
	struct store *store = opened(STORE_WRITE);

	(void)state;
	assert_false(store__is_gone(store));
	assert_int_equal(unlink(PATH), 0);
	assert_true(store__is_gone(store));
	store__close(store);
}

static void rows_that_make_no_sense_are_left_out(void **state)
{
	struct store_content content;
	const struct store_lease *lease;

	(void)state;
	put(1, NET_A, 5);
	run_sql("INSERT INTO lease VALUES"
		" (0,1,1,x'020304',1,1,1,1,0,0), (-5,7,1,x'020304',1,1,1,1,0,0),"
		" (4294967296,2,1,x'020304',1,1,1,1,0,0), (10,3,1,x'',1,1,1,1,0,0),"
		" (11,'net',1,x'020304',1,1,1,1,0,0), (12,4,256,x'020304',1,1,1,1,0,0),"
		" (13,5,1,zeroblob(17),1,1,1,1,0,0)");
	run_sql("INSERT INTO lease VALUES"
		" (14,6,1,x'020304','soon',-9223372036854775808,9223372036854775807,70000,0,0)");
	run_sql("INSERT INTO declined VALUES (0, 9999), (4294967295, 9999)");
	content = content_now();
	assert_int_equal(content.leases.count, 2);
	lease = rows__at(&content.leases, 0);
	assert_int_equal(lease->addr, htonl(14));
	assert_int_equal(lease->arch, XDPXE_NONE);
	assert_true(lease->expires == 0 && lease->first_seen == 0);
	assert_true(lease->last_seen > 0 && lease->last_seen < 1LL << 41);
	assert_int_equal(content.declined.count, 0);
	store_content__free(&content);
}

static void a_person_can_read_it(void **state)
{
	sqlite3_stmt *row;
	sqlite3 *db;

	(void)state;
	put(1, NET_A, 5);
	assert_int_equal(sqlite3_open(PATH, &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, "SELECT address, hardware FROM leases", -1, &row,
					    NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(row), SQLITE_ROW);
	assert_string_equal(sqlite3_column_text(row, 0), "10.77.0.5");
	assert_string_equal(sqlite3_column_text(row, 1), "020000000001");
	sqlite3_finalize(row);
	sqlite3_close(db);
}

static int enter_folder(void **state)
{
	static char folder[] = "/tmp/xdpxe-store-XXXXXX";

	*state = folder;
	return !mkdtemp(folder) || chdir(folder);
}

static int leave_folder(void **state)
{
	return chdir("/") || rmdir(*state);
}

static int remove_files(void **state)
{
	(void)state;
	unlink(PATH);
	unlink(PATH "-wal");
	unlink(PATH "-shm");
	return 0;
}

#define STORE_TEST(function) cmocka_unit_test_teardown(function, remove_files)

int main(void)
{
	const struct CMUnitTest tests[] = {
		STORE_TEST(what_is_put_is_read_back),
		STORE_TEST(a_machine_has_one_address_and_an_address_one_machine),
		STORE_TEST(what_is_not_committed_has_not_happened),
		STORE_TEST(a_dropped_lease_is_gone_and_no_other),
		STORE_TEST(a_change_of_many_leases_keeps_its_order),
		STORE_TEST(clearing_spares_other_networks_until_they_are_old),
		STORE_TEST(a_declined_address_is_forgotten_when_its_time_is_over),
		STORE_TEST(a_file_that_is_no_database_is_left_alone),
		STORE_TEST(a_torn_database_is_left_alone_and_read_as_far_as_it_goes),
		STORE_TEST(a_database_that_was_cut_short_is_left_alone),
		STORE_TEST(a_network_has_one_prefix_and_the_narrowest_comes_first),
		STORE_TEST(the_first_schema_is_read_as_it_is_and_brought_to_this_one_by_a_write),
		STORE_TEST(a_later_schema_is_left_alone_and_read_all_the_same),
		STORE_TEST(an_earlier_schema_is_brought_to_this_one_and_keeps_its_leases),
		STORE_TEST(another_programs_database_is_left_alone),
		STORE_TEST(an_empty_file_becomes_a_database),
		STORE_TEST(a_lock_of_another_program_is_told_and_waited_out),
		STORE_TEST(without_space_nothing_is_changed),
		STORE_TEST(a_path_that_is_no_file_is_told),
		STORE_TEST(folders_are_made),
		STORE_TEST(a_file_that_was_removed_is_noticed),
		STORE_TEST(rows_that_make_no_sense_are_left_out),
		STORE_TEST(a_person_can_read_it),
	};

	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
