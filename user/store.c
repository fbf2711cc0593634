// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Changing the database. */
#include "store_priv.h"

#include <arpa/inet.h>

#define PENDING_MAX 512 /* leases of one statement: few enough to stay in the CPU's cache */

static const char *const sql[STORE_SQL_COUNT] = {
	[STORE_SQL_BEGIN] = "BEGIN IMMEDIATE",
	[STORE_SQL_CLEAR_NETWORK] = "DELETE FROM lease WHERE subnet = ?",
	[STORE_SQL_CLEAR_OLD] = "DELETE FROM lease WHERE expires < ?",
	[STORE_SQL_CLEAR_DECLINED] = "DELETE FROM declined",
	[STORE_SQL_PUT_NETWORK] = "INSERT OR REPLACE INTO network (subnet, bits) VALUES (?,?)",
	[STORE_SQL_PUT_LEASES] =
		"INSERT OR REPLACE INTO lease (address, subnet, htype, hardware, expires,"
		" first_seen, last_seen, arch, ipxe, reserved) SELECT address, subnet, htype,"
		" hardware, expires, first_seen, last_seen, arch, ipxe, reserved"
		" FROM " STORE_PENDING,
	[STORE_SQL_DROP_LEASE] =
		"DELETE FROM lease WHERE subnet = ? AND htype = ? AND hardware = ?",
	[STORE_SQL_PUT_DECLINED] = "INSERT OR REPLACE INTO declined (address, until) VALUES (?,?)",
	[STORE_SQL_END_DECLINED] = "DELETE FROM declined WHERE until <= ?",
	[STORE_SQL_PUT_CLOCK] = ("INSERT OR REPLACE INTO clock (one, boot, calendar, written)"
				 " VALUES (1,?,?,?)"),
	[STORE_SQL_COMMIT] = "COMMIT",
};

/* The statement, ready to be bound; NULL after a failure. */
static sqlite3_stmt *statement(struct store *store, enum store_statement which)
{
	sqlite3_stmt **prepared = &store->statements[which];

	if (store->failed == SQLITE_OK && !*prepared)
		store->failed = sqlite3_prepare_v3(store->db, sql[which], -1,
						   SQLITE_PREPARE_PERSISTENT, prepared, NULL);
	return store->failed == SQLITE_OK ? *prepared : NULL;
}

/* Run a statement that yields nothing. */
static void run(struct store *store, sqlite3_stmt *prepared)
{
	int code;

	if (!prepared)
		return;
	code = sqlite3_step(prepared);
	sqlite3_reset(prepared);
	sqlite3_clear_bindings(prepared);
	if (code != SQLITE_DONE)
		store->failed = code;
}

void store__begin(struct store *store)
{
	store->failed = SQLITE_OK;
	store->pending.count = 0;
	run(store, statement(store, STORE_SQL_BEGIN));
}

/* Write what is pending, before anything else that it might contradict. */
static void put_pending(struct store *store)
{
	if (store->pending.count)
		run(store, statement(store, STORE_SQL_PUT_LEASES));
	store->pending.count = 0;
}

/* Run a statement with a single number in it. */
static void run_with(struct store *store, enum store_statement which, int64_t number)
{
	sqlite3_stmt *prepared = statement(store, which);

	if (prepared)
		sqlite3_bind_int64(prepared, 1, number);
	run(store, prepared);
}

void store__clear(struct store *store, const __be32 *subnets, size_t count, int64_t forgotten)
{
	put_pending(store);
	for (size_t i = 0; i < count; i++)
		run_with(store, STORE_SQL_CLEAR_NETWORK, ntohl(subnets[i]));
	run_with(store, STORE_SQL_CLEAR_OLD, forgotten);
	run(store, statement(store, STORE_SQL_CLEAR_DECLINED));
}

void store__put_network(struct store *store, const struct store_network *network)
{
	sqlite3_stmt *put = statement(store, STORE_SQL_PUT_NETWORK);

	if (!put)
		return;
	sqlite3_bind_int64(put, 1, ntohl(network->subnet));
	sqlite3_bind_int(put, 2, __builtin_popcount(network->mask));
	run(store, put);
}

/* Bind subnet, htype and hardware as parameters @first and on. */
static void bind_client(sqlite3_stmt *prepared, int first, const struct xdpxe_client *client)
{
	sqlite3_bind_int64(prepared, first, ntohl(client->subnet));
	sqlite3_bind_int(prepared, first + 1, client->htype);
	sqlite3_bind_blob(prepared, first + 2, client->chaddr, store__hardware_len(client),
			  SQLITE_STATIC);
}

void store__put_lease(struct store *store, const struct store_lease *lease)
{
	struct store_lease *pending;

	if (store->failed != SQLITE_OK)
		return;
	if (store->pending.count == PENDING_MAX)
		put_pending(store);
	pending = rows__add(&store->pending);
	if (pending)
		*pending = *lease;
	else
		store->failed = SQLITE_NOMEM;
}

void store__drop_lease(struct store *store, const struct xdpxe_client *client)
{
	sqlite3_stmt *drop;

	put_pending(store);
	drop = statement(store, STORE_SQL_DROP_LEASE);
	if (drop)
		bind_client(drop, 1, client);
	run(store, drop);
}

void store__put_declined(struct store *store, const struct store_declined *declined)
{
	sqlite3_stmt *put = statement(store, STORE_SQL_PUT_DECLINED);

	if (!put)
		return;
	sqlite3_bind_int64(put, 1, ntohl(declined->addr));
	sqlite3_bind_int64(put, 2, declined->until);
	run(store, put);
}

static void put_clock(struct store *store, const struct store_clock *clock)
{
	sqlite3_stmt *put = statement(store, STORE_SQL_PUT_CLOCK);

	if (!put)
		return;
	sqlite3_bind_text(put, 1, clock->boot, -1, SQLITE_STATIC);
	sqlite3_bind_int64(put, 2, clock->calendar);
	sqlite3_bind_int64(put, 3, clock->written);
	run(store, put);
}

int store__commit(struct store *store, const struct store_clock *clock, struct store_fault *fault)
{
	put_pending(store);
	run_with(store, STORE_SQL_END_DECLINED, clock->written);
	put_clock(store, clock);
	run(store, statement(store, STORE_SQL_COMMIT));
	if (store->failed == SQLITE_OK)
		return 0;
	store__fault(fault, store->db, store->failed);
	if (!sqlite3_get_autocommit(store->db))
		sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}
