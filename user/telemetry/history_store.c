// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Writing boots. */
#include "history_store.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "store_priv.h"
#include "story.h"

#define WAIT_MS 2000 /* for whoever writes leases */

enum statement {
	SQL_BEGIN,
	SQL_PUT_BOOT,
	SQL_FIND_BOOT,
	SQL_CLEAR_STEPS,
	SQL_PUT_STEP,
	SQL_FORGET_OF_MACHINE,
	SQL_FORGET_OLDEST,
	SQL_COMMIT,
	SQL_COUNT,
};

static const char *const sql[SQL_COUNT] = {
	[SQL_BEGIN] = "BEGIN IMMEDIATE",
	[SQL_PUT_BOOT] = "INSERT INTO boot (htype, hardware, begun, ended, result, reason, address,"
			 " arch) VALUES (?1,?2,?3,?4,?5,?6,?7,?8)"
			 " ON CONFLICT (htype, hardware, begun) DO UPDATE SET ended = ?4,"
			 " result = ?5, reason = ?6, address = ?7, arch = ?8",
	[SQL_FIND_BOOT] = "SELECT id FROM boot WHERE htype = ?1 AND hardware = ?2 AND begun = ?3",
	[SQL_CLEAR_STEPS] = "DELETE FROM step WHERE boot = ?1",
	[SQL_PUT_STEP] =
		"INSERT INTO step (boot, number, time, step, detail) VALUES (?1,?2,?3,?4,?5)",
	[SQL_FORGET_OF_MACHINE] =
		"DELETE FROM boot WHERE htype = ?1 AND hardware = ?2 AND begun <= (SELECT begun"
		" FROM boot WHERE htype = ?1 AND hardware = ?2 ORDER BY begun DESC LIMIT 1"
		" OFFSET ?3)",
	[SQL_FORGET_OLDEST] =
		"DELETE FROM boot WHERE id IN (SELECT id FROM boot ORDER BY begun LIMIT ?1)",
	[SQL_COMMIT] = "COMMIT",
};

struct history_store {
	struct store *store;
	sqlite3_stmt *statements[SQL_COUNT]; /* NULL until it is used */
	int64_t boots;			     /* in all */
	int failed;			     /* the first SQLite error, or SQLITE_OK */
};

static sqlite3_stmt *statement(struct history_store *boots, enum statement which)
{
	sqlite3_stmt **prepared = &boots->statements[which];

	if (boots->failed == SQLITE_OK && !*prepared)
		boots->failed = sqlite3_prepare_v3(boots->store->db, sql[which], -1,
						   SQLITE_PREPARE_PERSISTENT, prepared, NULL);
	return boots->failed == SQLITE_OK ? *prepared : NULL;
}

/* Run a statement; @number: its first column, where it yields one. */
static void run(struct history_store *boots, sqlite3_stmt *prepared, int64_t *number)
{
	int code;

	if (!prepared)
		return;
	code = sqlite3_step(prepared);
	if (code == SQLITE_ROW && number)
		*number = sqlite3_column_int64(prepared, 0);
	sqlite3_reset(prepared);
	sqlite3_clear_bindings(prepared);
	if (code != SQLITE_DONE && code != SQLITE_ROW)
		boots->failed = code;
}

static void bind_machine(sqlite3_stmt *prepared, const struct xdpxe_client *client)
{
	sqlite3_bind_int(prepared, 1, client->htype);
	sqlite3_bind_blob(prepared, 2, client->chaddr, client->hlen, SQLITE_STATIC);
}

static void bind_boot(sqlite3_stmt *put, const struct machine_save *save)
{
	bind_machine(put, &save->client);
	sqlite3_bind_int64(put, 3, save->begun_ms);
	if (save->ended_ms)
		sqlite3_bind_int64(put, 4, save->ended_ms);
	sqlite3_bind_text(put, 5, machines__stage_name(save->result), -1, SQLITE_STATIC);
	sqlite3_bind_text(put, 6, save->reason, -1, SQLITE_STATIC);
	if (save->addr)
		sqlite3_bind_int64(put, 7, ntohl(save->addr));
	if (save->arch != XDPXE_NONE)
		sqlite3_bind_int(put, 8, save->arch);
}

/* Return: its number, 0 after a failure */
static int64_t put_boot(struct history_store *boots, const struct machine_save *save)
{
	sqlite3_stmt *put = statement(boots, SQL_PUT_BOOT);
	sqlite3_stmt *find = statement(boots, SQL_FIND_BOOT);
	int64_t before = put ? sqlite3_last_insert_rowid(boots->store->db) : 0;
	int64_t id = 0;

	if (!put || !find)
		return 0;
	bind_boot(put, save);
	run(boots, put, NULL);
	bind_machine(find, &save->client);
	sqlite3_bind_int64(find, 3, save->begun_ms);
	run(boots, find, &id);
	if (sqlite3_last_insert_rowid(boots->store->db) != before)
		boots->boots++;
	return boots->failed == SQLITE_OK ? id : 0;
}

static void put_steps(struct history_store *boots, int64_t id, const struct machine_save *save)
{
	struct machine_line lines[MACHINES_STEPS];
	size_t count = story__lines(save->story, save->story_len, lines);
	sqlite3_stmt *clear = statement(boots, SQL_CLEAR_STEPS);

	if (clear)
		sqlite3_bind_int64(clear, 1, id);
	run(boots, clear, NULL);
	for (size_t i = 0; i < count; i++) {
		sqlite3_stmt *put = statement(boots, SQL_PUT_STEP);

		if (!put)
			return;
		sqlite3_bind_int64(put, 1, id);
		sqlite3_bind_int64(put, 2, (int64_t)i);
		sqlite3_bind_int64(put, 3, lines[i].time_ms);
		sqlite3_bind_text(put, 4, machines__step_name(lines[i].step), -1, SQLITE_STATIC);
		sqlite3_bind_text(put, 5, lines[i].detail, -1, SQLITE_STATIC);
		run(boots, put, NULL);
	}
}

/* Boots of this machine beyond HISTORY_BOOTS, and the oldest of all beyond HISTORY_MAX. */
static void forget(struct history_store *boots, const struct xdpxe_client *client)
{
	sqlite3_stmt *of_machine = statement(boots, SQL_FORGET_OF_MACHINE);

	if (!of_machine)
		return;
	bind_machine(of_machine, client);
	sqlite3_bind_int(of_machine, 3, HISTORY_BOOTS);
	run(boots, of_machine, NULL);
	boots->boots -= sqlite3_changes(boots->store->db);
}

static void forget_oldest(struct history_store *boots)
{
	sqlite3_stmt *oldest;

	if (boots->boots <= HISTORY_MAX)
		return;
	oldest = statement(boots, SQL_FORGET_OLDEST);
	if (oldest)
		sqlite3_bind_int64(oldest, 1, boots->boots - HISTORY_MAX);
	run(boots, oldest, NULL);
	boots->boots = HISTORY_MAX;
}

int history_store__write(struct history_store *boots, const struct rows *saves, size_t from,
			 size_t end, struct store_fault *fault)
{
	int64_t before = boots->boots, id;

	boots->failed = SQLITE_OK;
	run(boots, statement(boots, SQL_BEGIN), NULL);
	for (size_t i = from; i < end && boots->failed == SQLITE_OK; i++) {
		const struct machine_save *save = rows__at(saves, i);
		int64_t known = boots->boots;

		id = put_boot(boots, save);
		put_steps(boots, id, save);
		if (boots->boots != known)
			forget(boots, &save->client);
	}
	forget_oldest(boots);
	run(boots, statement(boots, SQL_COMMIT), NULL);
	if (boots->failed == SQLITE_OK)
		return 0;
	boots->boots = before;
	store__fault(fault, boots->store->db, boots->failed);
	if (!sqlite3_get_autocommit(boots->store->db))
		sqlite3_exec(boots->store->db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}

struct history_store *history_store__open(const char *path, struct store_fault *fault)
{
	struct history_store *boots = calloc(1, sizeof(*boots));
	int code;

	if (!boots) {
		store__fault(fault, NULL, SQLITE_NOMEM);
		return NULL;
	}
	boots->store = store__open(path, STORE_WRITE, WAIT_MS, fault);
	if (!boots->store) {
		free(boots);
		return NULL;
	}
	/* A story may be lost with the power: no commit waits for the disk, so leases never wait for a story. */
	code = sqlite3_exec(boots->store->db, "PRAGMA synchronous = NORMAL", NULL, NULL, NULL);
	if (code == SQLITE_OK)
		code = store__number(boots->store->db, "SELECT count(*) FROM boot", &boots->boots);
	if (code == SQLITE_OK)
		return boots;
	store__fault(fault, boots->store->db, code);
	history_store__close(boots);
	return NULL;
}

void history_store__close(struct history_store *boots)
{
	if (!boots)
		return;
	for (int i = 0; i < SQL_COUNT; i++)
		sqlite3_finalize(boots->statements[i]);
	if (boots->store)
		boots->store->failed = boots->failed;
	store__close(boots->store);
	free(boots);
}

bool history_store__is_gone(struct history_store *boots)
{
	return store__is_gone(boots->store);
}
