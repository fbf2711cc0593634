// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Reading the database. What it says is checked as if a stranger had written it. */
#include "store_priv.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TIME_MAX (1LL << 40)
#define ROWS_MAX XDPXE_LEASES_MAX /* of each table: more would not fit the maps */

/* Take one row of a statement into the content. Return: false without memory */
typedef bool (*take_fn)(sqlite3_stmt *row, struct store_content *content);

static bool is_address(sqlite3_stmt *row, int column)
{
	int64_t number = sqlite3_column_int64(row, column);

	return sqlite3_column_type(row, column) == SQLITE_INTEGER && number > 0 &&
	       number < UINT32_MAX;
}

/* Far enough from the ends of an int64_t that a sum of a few never overflows. */
static int64_t unix_time(sqlite3_stmt *row, int column)
{
	int64_t time_s = sqlite3_column_int64(row, column);

	return time_s < 0 ? 0 : time_s < TIME_MAX ? time_s : TIME_MAX;
}

static bool take_lease(sqlite3_stmt *row, struct store_content *content)
{
	int hlen = sqlite3_column_bytes(row, 3), htype = sqlite3_column_int(row, 2);
	const void *hardware = sqlite3_column_blob(row, 3);
	struct store_lease *lease;
	int arch = sqlite3_column_int(row, 7);

	if (!is_address(row, 0) || !is_address(row, 1) || hlen < 1 || hlen > BOOTP_CHADDR_LEN ||
	    !hardware || htype < 0 || htype > UINT8_MAX)
		return true;
	lease = rows__add(&content->leases);
	if (!lease)
		return false;
	lease->addr = htonl((uint32_t)sqlite3_column_int64(row, 0));
	lease->client.subnet = htonl((uint32_t)sqlite3_column_int64(row, 1));
	lease->client.htype = (uint8_t)htype;
	lease->client.hlen = (uint8_t)hlen;
	memcpy(lease->client.chaddr, hardware, (size_t)hlen);
	lease->expires = unix_time(row, 4);
	lease->first_seen = unix_time(row, 5);
	lease->last_seen = unix_time(row, 6);
	lease->arch = XDPXE_NONE;
	if (sqlite3_column_type(row, 7) == SQLITE_INTEGER && arch >= 0 && arch < (int)XDPXE_NONE)
		lease->arch = (uint16_t)arch;
	lease->ipxe = sqlite3_column_int(row, 8);
	lease->reserved = sqlite3_column_int(row, 9);
	return true;
}

static bool take_declined(sqlite3_stmt *row, struct store_content *content)
{
	struct store_declined *declined;

	if (!is_address(row, 0))
		return true;
	declined = rows__add(&content->declined);
	if (!declined)
		return false;
	declined->addr = htonl((uint32_t)sqlite3_column_int64(row, 0));
	declined->until = unix_time(row, 1);
	return true;
}

static bool take_network(sqlite3_stmt *row, struct store_content *content)
{
	struct store_network *network;
	int bits = sqlite3_column_int(row, 1);

	if (!is_address(row, 0) || bits < 1 || bits > 32)
		return true;
	network = rows__add(&content->networks);
	if (!network)
		return false;
	network->subnet = htonl((uint32_t)sqlite3_column_int64(row, 0));
	network->mask = htonl(UINT32_MAX << (32 - bits));
	return true;
}

static bool take_clock(sqlite3_stmt *row, struct store_content *content)
{
	const unsigned char *boot = sqlite3_column_text(row, 0);

	snprintf(content->clock.boot, sizeof(content->clock.boot), "%s",
		 boot ? (const char *)boot : "");
	content->clock.calendar = sqlite3_column_int64(row, 1);
	if (llabs(content->clock.calendar) > TIME_MAX)
		content->clock.boot[0] = '\0'; /* it says nothing */
	content->clock.written = unix_time(row, 2);
	return true;
}

static int read_rows(sqlite3 *db, const char *sql, take_fn take, struct store_content *content)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_bind_int(statement, 1, ROWS_MAX);
	while (code == SQLITE_OK) {
		code = sqlite3_step(statement);
		if (code == SQLITE_ROW)
			code = take(statement, content) ? SQLITE_OK : SQLITE_NOMEM;
	}
	sqlite3_finalize(statement);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

/* Databases of schema 1 have none. */
static int read_networks(sqlite3 *db, struct store_content *content)
{
	int64_t tables = 0;
	int code = store__number(db, "SELECT count(*) FROM sqlite_schema WHERE name = 'network'",
				 &tables);

	if (code != SQLITE_OK || tables == 0)
		return code;
	return read_rows(db, "SELECT subnet, bits FROM network ORDER BY bits DESC LIMIT ?",
			 take_network, content);
}

/* Each table for itself: what one has lost, another may still have. The clock first: without it no time means much. */
static int read_tables(sqlite3 *db, struct store_content *content)
{
	int codes[] = {
		read_rows(db, "SELECT boot, calendar, written FROM clock LIMIT ?", take_clock,
			  content),
		read_rows(db,
			  "SELECT address, subnet, htype, hardware, expires, first_seen,"
			  " last_seen, arch, ipxe, reserved FROM lease ORDER BY address LIMIT ?",
			  take_lease, content),
		read_rows(db, "SELECT address, until FROM declined ORDER BY address LIMIT ?",
			  take_declined, content),
		read_networks(db, content),
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i] != SQLITE_OK)
			return codes[i];
	return SQLITE_OK;
}

int store__read(struct store *store, struct store_content *content, struct store_fault *fault)
{
	int64_t tables = 0;
	int code;

	*content = (struct store_content){ .leases = { .size = sizeof(struct store_lease) },
					   .declined = { .size = sizeof(struct store_declined) },
					   .networks = { .size = sizeof(struct store_network) } };
	code = store__number(store->db, "SELECT count(*) FROM sqlite_schema", &tables);
	if (code == SQLITE_OK && tables == 0)
		return 0; /* nothing was written yet */
	if (code == SQLITE_OK)
		code = sqlite3_exec(store->db, "BEGIN", NULL, NULL, NULL);
	if (code == SQLITE_OK) {
		code = read_tables(store->db, content);
		sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL);
	}
	code = code == SQLITE_OK ? store->stale : code;
	return code == SQLITE_OK ? 0 : store__fault(fault, store->db, code);
}

void store_content__free(struct store_content *content)
{
	rows__free(&content->leases);
	rows__free(&content->declined);
	rows__free(&content->networks);
}
