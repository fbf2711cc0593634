// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Opening and closing a database, and what SQLite's errors mean to an operator. */
#include "store_priv.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int store__fault_text(struct store_fault *fault, enum store_fault_kind kind, const char *format,
		      ...)
{
	va_list args;

	fault->kind = kind;
	va_start(args, format);
	vsnprintf(fault->text, sizeof(fault->text), format, args);
	va_end(args);
	return -1;
}

static bool is_full(sqlite3 *db, int code)
{
	int error = db ? sqlite3_system_errno(db) : 0;

	return code == SQLITE_FULL ||
	       (code == SQLITE_IOERR && (error == ENOSPC || error == EDQUOT || error == EFBIG));
}

int store__fault(struct store_fault *fault, sqlite3 *db, int code)
{
	int error = db ? sqlite3_system_errno(db) : 0;

	code &= 0xff; /* the rest says more than an operator needs */
	if (is_full(db, code))
		return store__fault_text(fault, STORE_FULL, "no space is left; make room");
	switch (code) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return store__fault_text(fault, STORE_LOCKED,
					 "another program has locked it; end that program");
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return store__fault_text(fault, STORE_DAMAGED,
					 "it is damaged and is left as it is; put back a copy, or "
					 "move it away and a new one is made");
	case SQLITE_READONLY:
		return store__fault_text(fault, STORE_READ_ONLY,
					 "it cannot be written; mount and permissions tell why");
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return store__fault_text(fault, STORE_NO_FILE, "it cannot be opened%s%s",
					 error ? ": " : "", error ? strerror(error) : "");
	}
	return store__fault_text(fault, STORE_BROKEN, "%s%s%s", sqlite3_errstr(code),
				 error ? ": " : "", error ? strerror(error) : "");
}

int store__number(sqlite3 *db, const char *sql, int64_t *number)
{
	sqlite3_stmt *statement = NULL;
	int code = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);

	if (code == SQLITE_OK) {
		code = sqlite3_step(statement);
		if (code == SQLITE_ROW)
			*number = sqlite3_column_int64(statement, 0);
		code = code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code;
	}
	sqlite3_finalize(statement);
	return code;
}

void store__make_folders(const char *path)
{
	char *folder = strdup(path);

	for (char *slash = folder ? strchr(folder + 1, '/') : NULL; slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		mkdir(folder, 0755);
		*slash = '/';
	}
	free(folder);
}

/* Without this, closing a database that is not ours, or not whole, would write its journal into it. */
static void keep_hands_off(sqlite3 *db, bool off)
{
	sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, (int)off, NULL);
}

/* What a statement that fails halfway takes back stays in memory: no folder for temporary files is needed. */
static void set_up_sqlite(void)
{
	sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, -1);
}

static int open_file(const char *path, int flags, unsigned int wait_ms, sqlite3 **db)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	int code;

	pthread_once(&once, set_up_sqlite);
	code = sqlite3_open_v2(path, db, flags | SQLITE_OPEN_NOMUTEX, NULL);
	if (code != SQLITE_OK)
		return code;
	keep_hands_off(*db, true);
	return sqlite3_busy_timeout(*db, (int)wait_ms);
}

/* Does a journal hold changes that the file itself does not? */
static bool has_journal(const char *path)
{
	char *name = sqlite3_mprintf("%s-wal", path);
	struct stat st;
	bool has = name && stat(name, &st) == 0 && st.st_size > 0;

	sqlite3_free(name);
	return has;
}

/* Without locks, and without its journal. */
static int open_as_it_lies(const char *path, sqlite3 **db)
{
	char *uri = sqlite3_mprintf("file:%s?immutable=1", path);
	int code = SQLITE_NOMEM;

	sqlite3_close(*db);
	*db = NULL;
	if (uri)
		code = open_file(uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, 0, db);
	sqlite3_free(uri);
	return code;
}

/*
 * One that somebody keeps to himself, or that lies where its journal cannot be made, is read as it lies on disk: what
 * may be old in it is better than nothing.
 */
static int open_to_read(const char *path, unsigned int wait_ms, struct store *store)
{
	int code = open_file(path, SQLITE_OPEN_READONLY, wait_ms, &store->db);
	int64_t number;

	if (code == SQLITE_OK)
		code = store__number(store->db, "PRAGMA schema_version", &number) & 0xff;
	if (code != SQLITE_BUSY && code != SQLITE_CANTOPEN && code != SQLITE_READONLY)
		return SQLITE_OK; /* the reading tells the rest */
	if (code == SQLITE_BUSY || has_journal(path))
		store->stale = code == SQLITE_BUSY ? SQLITE_BUSY : SQLITE_READONLY;
	return open_as_it_lies(path, &store->db);
}

static int open_to_write(const char *path, unsigned int wait_ms, sqlite3 **db,
			 const struct rows *pending, struct store_fault *fault)
{
	int code;

	store__make_folders(path);
	code = open_file(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, wait_ms, db);
	if (code != SQLITE_OK)
		return store__fault(fault, *db, code);
	if (store_schema__prepare(*db, fault) < 0)
		return -1;
	keep_hands_off(*db, false);
	code = store_pending__register(*db, pending);
	return code == SQLITE_OK ? 0 : store__fault(fault, *db, code);
}

static int check_path(const char *path, enum store_mode mode, struct store_fault *fault)
{
	struct stat st;

	if (stat(path, &st) < 0) {
		if (mode == STORE_READ && errno == ENOENT)
			return store__fault_text(fault, STORE_ABSENT, "there is no such file");
		return 0;
	}
	if (S_ISREG(st.st_mode))
		return 0;
	return store__fault_text(fault, STORE_NO_FILE, "it is %s; name a file",
				 S_ISDIR(st.st_mode) ? "a folder" : "no regular file");
}

struct store *store__open(const char *path, enum store_mode mode, unsigned int wait_ms,
			  struct store_fault *fault)
{
	struct store *store = calloc(1, sizeof(*store));
	int err = store ? check_path(path, mode, fault) : store__fault(fault, NULL, SQLITE_NOMEM);
	int code;

	if (store)
		store->pending.size = sizeof(struct store_lease);
	if (!err && mode == STORE_WRITE) {
		err = open_to_write(path, wait_ms, &store->db, &store->pending, fault);
	} else if (!err) {
		code = open_to_read(path, wait_ms, store);
		err = code == SQLITE_OK ? 0 : store__fault(fault, store->db, code);
	}
	if (!err)
		return store;
	store__close(store);
	return NULL;
}

void store__close(struct store *store)
{
	if (!store)
		return;
	for (int i = 0; i < STORE_SQL_COUNT; i++)
		sqlite3_finalize(store->statements[i]);
	if (store->db && store->failed != SQLITE_OK)
		keep_hands_off(store->db, true);
	sqlite3_close(store->db);
	rows__free(&store->pending);
	free(store);
}

bool store__is_gone(struct store *store)
{
	int moved = 0;

	return sqlite3_file_control(store->db, "main", SQLITE_FCNTL_HAS_MOVED, &moved) ==
		       SQLITE_OK &&
	       moved;
}
