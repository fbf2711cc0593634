// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cmd_import_leases.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cmd.h"
#include "config.h"
#include "import_leases.h"
#include "lease_lock.h"
#include "log.h"
#include "store.h"

#define WAIT_MS 2000

/*
 * All of them or none. The times are the calendar's, so the database is told of no boot: what the daemon knows of its
 * own boot is no help to them.
 */
static int put(struct store *store, const struct rows *leases, struct store_fault *fault)
{
	struct store_clock clock = { .written = time(NULL) };

	store__begin(store);
	for (size_t i = 0; i < leases->count; i++)
		store__put_lease(store, rows__at(leases, i));
	return store__commit(store, &clock, fault);
}

static int write_leases(const char *database, const struct rows *leases)
{
	struct store_fault fault = { 0 };
	struct store *store;
	int lock, err = -1;

	if (lease_lock__take(database, &lock) < 0)
		return EXIT_FAILED;
	store = store__open(database, STORE_WRITE, WAIT_MS, &fault);
	if (store)
		err = put(store, leases, &fault);
	if (err < 0)
		log_error("%s: %s", database, fault.text);
	store__close(store);
	if (lock >= 0)
		close(lock);
	return err < 0 ? EXIT_FAILED : EXIT_DONE;
}

static int take_over(struct import *import, enum import_format format, char *text,
		     const struct config *config, const char *database)
{
	struct rows leases = { .size = sizeof(struct import_lease) };
	struct rows chosen = { .size = sizeof(struct store_lease) };
	struct import_lease_sum sum = { 0 };
	int code = EXIT_FAILED;

	import_leases__read(import, format, text, &leases);
	import_leases__choose(import, config, time(NULL), &leases, &chosen, &sum);
	import__tell(import, stderr);
	if (import->no_memory)
		log_error("%s: %s", import->path, strerror(ENOMEM));
	else
		code = write_leases(database, &chosen);
	if (code == EXIT_DONE)
		fprintf(stderr, "%s: leases written: %zu, over: %zu, left out: %zu\n", database,
			sum.taken, sum.over, sum.unlike);
	rows__free(&leases);
	rows__free(&chosen);
	return code;
}

int cmd_import_leases(const char *path, const enum import_format *format, const char *database,
		      const char *config_path)
{
	struct config_error err;
	struct config *config = config__load(config_path, &err);
	char *text = config ? import_file__read(path) : NULL;
	struct import import;
	int code = EXIT_FAILED;

	if (!config)
		log_error("%s", err.text);
	else if (!text)
		log_error("%s: %s", path, strerror(errno));
	else if (!database && !config->lease_database)
		log_error("%s: it keeps no leases (`mode`, `leases.database`); name a --database",
			  config_path);
	else {
		import__init(&import, path);
		code = take_over(&import, format ? *format : import_leases__guess(text), text,
				 config, database ? database : config->lease_database);
		import__free(&import);
	}
	free(text);
	config__free(config);
	return code;
}
