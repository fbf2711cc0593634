// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Reading boots. What the database says is checked as if a stranger had written it. */
#include "history_store.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store_priv.h"

#define READ_WAIT_MS 300

static void copy_text(char *to, size_t size, sqlite3_stmt *row, int column)
{
	const unsigned char *text = sqlite3_column_text(row, column);

	snprintf(to, size, "%s", text ? (const char *)text : "");
	for (; *to; to++)
		if ((unsigned char)*to < ' ' || *to == 0x7f)
			*to = '?';
}

static enum machine_stage stage_of(sqlite3_stmt *row, int column)
{
	const char *name = (const char *)sqlite3_column_text(row, column);
	int stage = 0;

	while (name && stage < MACHINE_STAGES && strcmp(machines__stage_name(stage), name) != 0)
		stage++;
	return name && stage < MACHINE_STAGES ? (enum machine_stage)stage : MACHINE_DISCOVERING;
}

static int step_of(sqlite3_stmt *row, int column)
{
	const char *name = (const char *)sqlite3_column_text(row, column);
	int step = 0;

	while (name && step < STEPS && strcmp(machines__step_name(step), name) != 0)
		step++;
	return name ? step : STEPS;
}

/* The steps of boot @id. @steps: the statement that yields them */
static void read_steps(sqlite3_stmt *steps, int64_t id, struct machine_boot *boot)
{
	sqlite3_bind_int64(steps, 1, id);
	boot->line_count = 0;
	while (boot->line_count < MACHINES_STEPS && sqlite3_step(steps) == SQLITE_ROW) {
		struct machine_line *line = &boot->lines[boot->line_count];
		int step = step_of(steps, 1);

		if (step == STEPS)
			continue;
		line->time_ms = sqlite3_column_int64(steps, 0);
		line->step = (enum machine_step)step;
		copy_text(line->detail, sizeof(line->detail), steps, 2);
		boot->line_count++;
	}
	sqlite3_reset(steps);
}

#define STEPS_SQL "SELECT time, step, detail FROM step WHERE boot = ?1 ORDER BY number"
#define BOOT_SQL "id, begun, ended, result, reason"

/* The columns of BOOT_SQL. */
static void read_boot(sqlite3_stmt *row, struct machine_boot *boot)
{
	memset(boot, 0, sizeof(*boot));
	boot->begun_ms = sqlite3_column_int64(row, 1);
	boot->ended_ms = sqlite3_column_int64(row, 2);
	boot->result = stage_of(row, 3);
	copy_text(boot->reason, sizeof(boot->reason), row, 4);
}

/* A database, and two statements on it. */
struct reading {
	struct store *store;
	sqlite3_stmt *boots, *steps;
};

static void reading__close(struct reading *reading)
{
	sqlite3_finalize(reading->boots);
	sqlite3_finalize(reading->steps);
	store__close(reading->store);
}

/* Return: false where it cannot be read, or is of a time before boots were written */
static bool reading__open(struct reading *reading, const char *path, const char *boots)
{
	struct store_fault fault;

	*reading = (struct reading){ .store = store__open(path, STORE_READ, READ_WAIT_MS, &fault) };
	if (reading->store &&
	    sqlite3_prepare_v2(reading->store->db, boots, -1, &reading->boots, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(reading->store->db, STEPS_SQL, -1, &reading->steps, NULL) ==
		    SQLITE_OK)
		return true;
	reading__close(reading);
	return false;
}

size_t history_store__read(const char *path, const struct xdpxe_client *client,
			   struct machine_boot *out, size_t most)
{
	struct reading reading;
	size_t count = 0;

	if (client->hlen > BOOTP_CHADDR_LEN ||
	    !reading__open(&reading, path,
			   "SELECT " BOOT_SQL " FROM boot WHERE htype = ?1 AND hardware = ?2"
			   " ORDER BY begun DESC"))
		return 0;
	sqlite3_bind_int(reading.boots, 1, client->htype);
	sqlite3_bind_blob(reading.boots, 2, client->chaddr, client->hlen, SQLITE_STATIC);
	while (count < most && sqlite3_step(reading.boots) == SQLITE_ROW) {
		read_boot(reading.boots, &out[count]);
		read_steps(reading.steps, sqlite3_column_int64(reading.boots, 0), &out[count]);
		count++;
	}
	reading__close(&reading);
	return count;
}

/* The columns behind those of BOOT_SQL. Return: false where they make no sense */
static bool read_machine(sqlite3_stmt *row, struct machine_view *view)
{
	int htype = sqlite3_column_int(row, 5), hlen = sqlite3_column_bytes(row, 6);
	const void *hardware = sqlite3_column_blob(row, 6);
	int64_t addr = sqlite3_column_int64(row, 7);
	int arch = sqlite3_column_int(row, 8);

	if (!hardware || hlen < 1 || hlen > BOOTP_CHADDR_LEN || htype < 0 || htype > UINT8_MAX)
		return false;
	memset(view, 0, sizeof(*view));
	view->client.htype = (uint8_t)htype;
	view->client.hlen = (uint8_t)hlen;
	memcpy(view->client.chaddr, hardware, (size_t)hlen);
	view->addr = addr > 0 && addr < UINT32_MAX ? htonl((uint32_t)addr) : 0;
	view->arch = XDPXE_NONE;
	if (sqlite3_column_type(row, 8) == SQLITE_INTEGER && arch >= 0 && arch < (int)XDPXE_NONE)
		view->arch = (uint16_t)arch;
	view->boots = (uint32_t)sqlite3_column_int(row, 9);
	return true;
}

void history_store__latest(const char *path, size_t most, history_fn fn, void *context)
{
	struct machine_boot *boot = malloc(sizeof(*boot));
	struct machine_view view;
	struct reading reading;

	/* SQLite takes the other columns from the row that max() is of. */
	if (!boot || !reading__open(&reading, path,
				    "SELECT id, max(begun), ended, result, reason, htype, hardware,"
				    " address, arch, count(*) FROM boot GROUP BY htype, hardware"
				    " ORDER BY 2 LIMIT ?1")) {
		free(boot);
		return;
	}
	sqlite3_bind_int64(reading.boots, 1, (int64_t)most);
	while (sqlite3_step(reading.boots) == SQLITE_ROW) {
		if (!read_machine(reading.boots, &view))
			continue;
		read_boot(reading.boots, boot);
		read_steps(reading.steps, sqlite3_column_int64(reading.boots, 0), boot);
		fn(&view, boot, context);
	}
	reading__close(&reading);
	free(boot);
}
