// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What stands in the database.
 *
 *   lease      an address that was acknowledged, and to whom: at most one row for an address, and one for a machine on a
 *              network. address and subnet are IPv4 as a number; hardware is the address of the machine as bytes.
 *              arch is the code of option 93, NULL for none; times are Unix time.
 *   network    a network that leases are or were of, and the bits of its prefix
 *   declined   an address that a client found in use, and until when nobody gets it
 *   clock      one row: in which boot the times were written, how the calendar stood to the kernel's clock, and when
 *   leases     the first as a person would read it
 *   boot       a boot of a machine, whose beginning and end are in milliseconds; result is the stage that it came to,
 *              reason why it is stuck
 *   step       what happened in it, in order; those of a boot that is deleted go with it
 *
 * PRAGMA application_id says that a database is ours, user_version which schema it has. A change of the schema is one
 * more step at the end of `steps`; a step that has once been released is never changed.
 */
#include "store_priv.h"

#include <stdio.h>

#define APPLICATION_ID 0x78647078 /* "xdpx" */

static const char *const steps[] = {
	/* 0 -> 1 */
	"CREATE TABLE lease ("
	" address INTEGER PRIMARY KEY,"
	" subnet INTEGER NOT NULL,"
	" htype INTEGER NOT NULL,"
	" hardware BLOB NOT NULL,"
	" expires INTEGER NOT NULL,"
	" first_seen INTEGER NOT NULL,"
	" last_seen INTEGER NOT NULL,"
	" arch INTEGER,"
	" ipxe INTEGER NOT NULL,"
	" reserved INTEGER NOT NULL,"
	" UNIQUE (subnet, htype, hardware));"
	"CREATE TABLE declined (address INTEGER PRIMARY KEY, until INTEGER NOT NULL);"
	"CREATE TABLE clock ("
	" one INTEGER PRIMARY KEY CHECK (one = 1),"
	" boot TEXT NOT NULL,"
	" calendar INTEGER NOT NULL,"
	" written INTEGER NOT NULL);"
	"CREATE VIEW leases AS SELECT"
	" printf('%d.%d.%d.%d', address >> 24, address >> 16 & 255, address >> 8 & 255,"
	"        address & 255) AS address,"
	" lower(hex(hardware)) AS hardware,"
	" datetime(expires, 'unixepoch', 'localtime') AS expires,"
	" datetime(first_seen, 'unixepoch', 'localtime') AS first_seen,"
	" datetime(last_seen, 'unixepoch', 'localtime') AS last_seen,"
	" arch, ipxe, reserved FROM lease;",
	/* 1 -> 2 */
	"CREATE TABLE boot ("
	" id INTEGER PRIMARY KEY,"
	" htype INTEGER NOT NULL,"
	" hardware BLOB NOT NULL,"
	" begun INTEGER NOT NULL,"
	" ended INTEGER,"
	" result TEXT NOT NULL,"
	" reason TEXT NOT NULL,"
	" address INTEGER,"
	" arch INTEGER,"
	" UNIQUE (htype, hardware, begun));"
	"CREATE INDEX boot_by_time ON boot (begun);"
	"CREATE TABLE step ("
	" boot INTEGER NOT NULL,"
	" number INTEGER NOT NULL,"
	" time INTEGER NOT NULL,"
	" step TEXT NOT NULL,"
	" detail TEXT NOT NULL,"
	" PRIMARY KEY (boot, number)) WITHOUT ROWID;"
	"CREATE TRIGGER boot_is_gone AFTER DELETE ON boot"
	" BEGIN DELETE FROM step WHERE boot = old.id; END;",
	/* 2 -> 3 */
	"CREATE TABLE network (subnet INTEGER PRIMARY KEY, bits INTEGER NOT NULL);",
};
#define VERSION ((int64_t)(sizeof(steps) / sizeof(steps[0])))

/* What a database says of itself. */
struct facts {
	int64_t id, version, tables;
};

static int read_facts(sqlite3 *db, struct facts *facts)
{
	int code = store__number(db, "PRAGMA application_id", &facts->id);

	if (code == SQLITE_OK)
		code = store__number(db, "PRAGMA user_version", &facts->version);
	if (code == SQLITE_OK)
		code = store__number(db, "SELECT count(*) FROM sqlite_schema", &facts->tables);
	return code;
}

static int check_owner(const struct facts *facts, struct store_fault *fault)
{
	if (facts->id != APPLICATION_ID && (facts->id || facts->version || facts->tables))
		return store__fault_text(fault, STORE_FOREIGN,
					 "it is another program's database; name another file");
	if (facts->version > VERSION)
		return store__fault_text(fault, STORE_NEWER,
					 "it is of a later version of xdpxe (schema %lld, this one "
					 "knows %lld); use that, or name another file",
					 (long long)facts->version, (long long)VERSION);
	return 0;
}

/* Says "ok" in its only row when all is well. */
static int check_whole(sqlite3 *db, struct store_fault *fault)
{
	sqlite3_stmt *check = NULL;
	int code = sqlite3_prepare_v2(db, "PRAGMA quick_check(1)", -1, &check, NULL);
	const unsigned char *said;
	bool good = false;

	if (code == SQLITE_OK)
		code = sqlite3_step(check);
	if (code == SQLITE_ROW) {
		said = sqlite3_column_text(check, 0);
		good = said && sqlite3_stricmp((const char *)said, "ok") == 0;
		code = good ? SQLITE_OK : SQLITE_CORRUPT;
	}
	sqlite3_finalize(check);
	return good ? 0 : store__fault(fault, db, code);
}

/* Another connection may have done it by the time that this one has the lock. */
static int upgrade(sqlite3 *db)
{
	char sql[96];
	int64_t from = VERSION;
	int code = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);

	if (code == SQLITE_OK)
		code = store__number(db, "PRAGMA user_version", &from);
	for (int64_t step = from; code == SQLITE_OK && step < VERSION; step++)
		code = sqlite3_exec(db, steps[step], NULL, NULL, NULL);
	snprintf(sql, sizeof(sql), "PRAGMA application_id = %d; PRAGMA user_version = %d",
		 APPLICATION_ID, (int)VERSION);
	if (code == SQLITE_OK)
		code = sqlite3_exec(db, sql, NULL, NULL, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
	if (code != SQLITE_OK)
		sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
	return code;
}

int store_schema__prepare(sqlite3 *db, struct store_fault *fault)
{
	struct facts facts = {};
	int code;

	if (sqlite3_db_readonly(db, "main") == 1)
		return store__fault(fault, db, SQLITE_READONLY);
	code = read_facts(db, &facts);
	if (code != SQLITE_OK)
		return store__fault(fault, db, code);
	if (check_owner(&facts, fault) < 0 || check_whole(db, fault) < 0)
		return -1;
	/* FULL: a transaction is on disk when it ends, whatever becomes of the machine. */
	code = sqlite3_exec(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL", NULL, NULL,
			    NULL);
	if (code == SQLITE_OK && facts.version < VERSION)
		code = upgrade(db);
	return code == SQLITE_OK ? 0 : store__fault(fault, db, code);
}
