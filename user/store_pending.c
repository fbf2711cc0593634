// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Leases that are about to be written, as SQLite reads them: a virtual table, so that one statement writes many. Bound
 * and run for each row, a statement costs twice as much as the row.
 */
#include "store_priv.h"

#include <arpa/inet.h>
#include <stdlib.h>

/* In the order of the declaration. */
enum column {
	COLUMN_ADDRESS,
	COLUMN_SUBNET,
	COLUMN_HTYPE,
	COLUMN_HARDWARE,
	COLUMN_EXPIRES,
	COLUMN_FIRST_SEEN,
	COLUMN_LAST_SEEN,
	COLUMN_ARCH,
	COLUMN_IPXE,
	COLUMN_RESERVED,
};

struct table {
	sqlite3_vtab base;
	const struct rows *rows; /* struct store_lease */
};

struct cursor {
	sqlite3_vtab_cursor base;
	size_t row;
};

static int open_table(sqlite3 *db, void *rows, int argc, const char *const *argv,
		      sqlite3_vtab **out, char **error)
{
	struct table *table = calloc(1, sizeof(*table));

	(void)argc, (void)argv, (void)error;
	if (!table)
		return SQLITE_NOMEM;
	table->rows = rows;
	*out = &table->base;
	return sqlite3_declare_vtab(db, "CREATE TABLE pending (address, subnet, htype, hardware, "
					"expires, first_seen, last_seen, arch, ipxe, reserved)");
}

static int close_table(sqlite3_vtab *table)
{
	free(table);
	return SQLITE_OK;
}

/* There is but one way to read it: from end to end. */
static int plan_reading(sqlite3_vtab *table, sqlite3_index_info *info)
{
	(void)table, (void)info;
	return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **out)
{
	struct cursor *cursor = calloc(1, sizeof(*cursor));

	(void)table;
	if (!cursor)
		return SQLITE_NOMEM;
	*out = &cursor->base;
	return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *cursor)
{
	free(cursor);
	return SQLITE_OK;
}

static int go_to_first(sqlite3_vtab_cursor *cursor, int plan, const char *name, int argc,
		       sqlite3_value **argv)
{
	(void)plan, (void)name, (void)argc, (void)argv;
	((struct cursor *)cursor)->row = 0;
	return SQLITE_OK;
}

static int go_on(sqlite3_vtab_cursor *cursor)
{
	((struct cursor *)cursor)->row++;
	return SQLITE_OK;
}

static const struct store_lease *lease_at(const sqlite3_vtab_cursor *cursor)
{
	const struct table *table = (const struct table *)cursor->pVtab;

	return rows__at(table->rows, ((const struct cursor *)cursor)->row);
}

static int is_at_end(sqlite3_vtab_cursor *cursor)
{
	return !lease_at(cursor);
}

static int64_t number_of(const struct store_lease *lease, int column)
{
	switch ((enum column)column) {
	case COLUMN_ADDRESS:
		return ntohl(lease->addr);
	case COLUMN_SUBNET:
		return ntohl(lease->client.subnet);
	case COLUMN_HTYPE:
		return lease->client.htype;
	case COLUMN_EXPIRES:
		return lease->expires;
	case COLUMN_FIRST_SEEN:
		return lease->first_seen;
	case COLUMN_LAST_SEEN:
		return lease->last_seen;
	case COLUMN_ARCH:
		return lease->arch;
	case COLUMN_IPXE:
		return lease->ipxe;
	case COLUMN_RESERVED:
		return lease->reserved;
	case COLUMN_HARDWARE:
		break; /* no number */
	}
	return 0;
}

static int read_column(sqlite3_vtab_cursor *cursor, sqlite3_context *out, int column)
{
	const struct store_lease *lease = lease_at(cursor);

	if (column == COLUMN_HARDWARE)
		sqlite3_result_blob(out, lease->client.chaddr, store__hardware_len(&lease->client),
				    SQLITE_STATIC);
	else if (column != COLUMN_ARCH || lease->arch != XDPXE_NONE)
		sqlite3_result_int64(out, number_of(lease, column));
	return SQLITE_OK;
}

static int read_number(sqlite3_vtab_cursor *cursor, sqlite3_int64 *number)
{
	*number = (sqlite3_int64)((const struct cursor *)cursor)->row;
	return SQLITE_OK;
}

int store_pending__register(sqlite3 *db, const struct rows *rows)
{
	static const sqlite3_module module = {
		.xConnect = open_table,
		.xBestIndex = plan_reading,
		.xDisconnect = close_table,
		.xOpen = open_cursor,
		.xClose = close_cursor,
		.xFilter = go_to_first,
		.xNext = go_on,
		.xEof = is_at_end,
		.xColumn = read_column,
		.xRowid = read_number,
	};

	return sqlite3_create_module(db, STORE_PENDING, &module, (void *)rows);
}
