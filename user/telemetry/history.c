// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The thread that has boots written: see history.h. */
#include "history_feed.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "background.h"
#include "history_store.h"
#include "log.h"

#define LOOK_MS 1000
#define AT_ONCE 200 /* boots of one transaction, so that nobody waits for long for the lock */
#define PAUSE_MS 5  /* in which others get it */
#define RETRY_LOOKS 30

struct history {
	pthread_mutex_t mutex; /* of path */
	char *path;	       /* NULL: no database */
	struct machines *machines;
	pthread_t thread;
	bool running;
	int wake; /* eventfd: end */

	/* Of the thread. */
	char *open_path; /* of @boots */
	struct history_store *boots;
	unsigned int wait_looks; /* until it is tried again */
	uint64_t dropped;
	struct store_fault told; /* STORE_NO_FAULT: all is well */
};

static char *path_now(struct history *history)
{
	char *path;

	pthread_mutex_lock(&history->mutex);
	path = history->path ? strdup(history->path) : NULL;
	pthread_mutex_unlock(&history->mutex);
	return path;
}

static void close_store(struct history *history)
{
	history_store__close(history->boots);
	free(history->open_path);
	history->boots = NULL;
	history->open_path = NULL;
}

/* Told once, until it goes well again. */
static void trouble(struct history *history, const struct store_fault *fault, size_t lost)
{
	history->dropped += lost;
	history->wait_looks = RETRY_LOOKS;
	if (history->told.kind != fault->kind)
		log_warn("%s: %s. Stories of boots are not kept; all else goes on",
			 history->open_path ? history->open_path : "database", fault->text);
	history->told = *fault;
	close_store(history);
}

static void all_well(struct history *history)
{
	if (history->told.kind != STORE_NO_FAULT)
		log_info("%s: stories of boots are kept again; %llu were lost", history->open_path,
			 (unsigned long long)history->dropped);
	history->told.kind = STORE_NO_FAULT;
	history->dropped = 0;
}

/* The database that is to be written, open. Return: false where there is none, or where it is in trouble */
static bool follow_path(struct history *history, bool now)
{
	struct store_fault fault;
	char *path = path_now(history);
	bool same = path && history->open_path && strcmp(path, history->open_path) == 0;

	if (history->boots && (!same || history_store__is_gone(history->boots)))
		close_store(history);
	if (history->wait_looks && !now)
		history->wait_looks--;
	if (!path || history->boots || (history->wait_looks && !now)) {
		free(path);
		return history->boots;
	}
	free(history->open_path);
	history->open_path = path;
	history->boots = history_store__open(path, &fault);
	if (!history->boots)
		trouble(history, &fault, 0);
	return history->boots;
}

static void write_all(struct history *history, const struct rows *saves)
{
	struct store_fault fault;
	size_t end;

	for (size_t i = 0; i < saves->count; i = end) {
		end = i + AT_ONCE < saves->count ? i + AT_ONCE : saves->count;
		if (history_store__write(history->boots, saves, i, end, &fault) < 0) {
			trouble(history, &fault, saves->count - i);
			return;
		}
		if (end < saves->count)
			poll(NULL, 0, PAUSE_MS);
	}
	all_well(history);
}

static void step(struct history *history, bool now)
{
	struct rows saves;

	history->dropped += machines__take_saves(history->machines, &saves);
	if (saves.count) {
		if (follow_path(history, now))
			write_all(history, &saves);
		else
			history->dropped += saves.count;
	}
	for (size_t i = 0; i < saves.count; i++)
		free(((struct machine_save *)rows__at(&saves, i))->story);
	rows__free(&saves);
}

static void *run(void *context)
{
	struct history *history = context;
	struct pollfd wake = { .fd = history->wake, .events = POLLIN };

	background__enter("stories");
	while (poll(&wake, 1, LOOK_MS) <= 0)
		step(history, false);
	step(history, true);
	close_store(history);
	return NULL;
}

struct history *history__open(const char *path)
{
	struct history *history = calloc(1, sizeof(*history));

	if (!history)
		return NULL;
	history->wake = -1;
	pthread_mutex_init(&history->mutex, NULL);
	history__move(history, path);
	return history;
}

void history__move(struct history *history, const char *path)
{
	char *copy = path ? strdup(path) : NULL, *old;

	pthread_mutex_lock(&history->mutex);
	old = history->path;
	history->path = copy;
	pthread_mutex_unlock(&history->mutex);
	free(old);
}

int history__start(struct history *history, struct machines *machines)
{
	int err;

	history->machines = machines;
	history->wake = eventfd(0, EFD_CLOEXEC);
	if (history->wake < 0)
		return -errno;
	err = pthread_create(&history->thread, NULL, run, history);
	history->running = err == 0;
	return -err;
}

void history__close(struct history *history)
{
	if (!history)
		return;
	if (history->running) {
		eventfd_write(history->wake, 1);
		pthread_join(history->thread, NULL);
	}
	if (history->wake >= 0)
		close(history->wake);
	free(history->path);
	pthread_mutex_destroy(&history->mutex);
	free(history);
}

size_t history__read(struct history *history, const struct xdpxe_client *client,
		     struct machine_boot *out, size_t most)
{
	struct machine_boot under_way;
	char *path = history ? path_now(history) : NULL;
	size_t count = 0, room = most < HISTORY_BOOTS ? most + 1 : HISTORY_BOOTS + 1;
	struct machine_boot *boots = path ? calloc(room, sizeof(*boots)) : NULL;
	size_t found = boots ? history_store__read(path, client, boots, room) : 0;

	if (!found || machines__find(history->machines, client, NULL, &under_way) < 0)
		under_way.begun_ms = 0;
	for (size_t i = 0; i < found && count < most; i++)
		if (boots[i].begun_ms != under_way.begun_ms)
			out[count++] = boots[i];
	free(boots);
	free(path);
	return count;
}

void history__latest(struct history *history, size_t most, history_fn fn, void *context)
{
	char *path = path_now(history);

	if (path)
		history_store__latest(path, most, fn, context);
	free(path);
}
