/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What store.c, store_open.c and store_read.c share. */
#ifndef XDPXE_STORE_PRIV_H
#define XDPXE_STORE_PRIV_H

#include <sqlite3.h>

#include "store.h"

enum store_statement {
	STORE_SQL_BEGIN,
	STORE_SQL_CLEAR_NETWORK,
	STORE_SQL_CLEAR_OLD,
	STORE_SQL_CLEAR_DECLINED,
	STORE_SQL_PUT_NETWORK,
	STORE_SQL_PUT_LEASES,
	STORE_SQL_DROP_LEASE,
	STORE_SQL_PUT_DECLINED,
	STORE_SQL_END_DECLINED,
	STORE_SQL_PUT_CLOCK,
	STORE_SQL_COMMIT,
	STORE_SQL_COUNT,
};

struct store {
	sqlite3 *db;
	sqlite3_stmt *statements[STORE_SQL_COUNT]; /* NULL until it is used */
	struct rows pending; /* struct store_lease: put, and not yet written */
	int stale;	     /* the SQLite error for which what is read may be old, or SQLITE_OK */
	int failed;	     /* the first SQLite error of a change, or SQLITE_OK */
};

/* The virtual table of leases that are pending. Its name is no table's, so that no file has one in its place. */
#define STORE_PENDING "xdpxe_pending"

/** store_pending__register() - make @rows readable as that table. Return: an SQLite code */
int store_pending__register(sqlite3 *db, const struct rows *rows);

/** store__hardware_len() - bytes of the hardware address, never more than there are */
static inline int store__hardware_len(const struct xdpxe_client *client)
{
	return client->hlen <= BOOTP_CHADDR_LEN ? client->hlen : BOOTP_CHADDR_LEN;
}

/** store__fault() - what SQLite's error @code means; @db: NULL without one. Return: -1 */
int store__fault(struct store_fault *fault, sqlite3 *db, int code);

/** store__fault_text() - Return: -1 */
int store__fault_text(struct store_fault *fault, enum store_fault_kind kind, const char *format,
		      ...) __attribute__((format(printf, 3, 4)));

/** store__number() - the number that a statement yields in its first row. Return: an SQLite code */
int store__number(sqlite3 *db, const char *sql, int64_t *number);

/**
 * store_schema__prepare() - is this database ours, whole, and not of the future? One of an earlier version, or an empty
 * one, is brought to this one.
 * Return: 0; -1 with @fault filled and nothing changed
 */
int store_schema__prepare(sqlite3 *db, struct store_fault *fault);

#endif
