// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Asking the table. Copies are made a few at a time, so that whoever feeds it never waits for long. */
#include "machines_priv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COPY_AT_ONCE 64

/* A machine that matches, while the table is not locked. */
struct match {
	uint64_t born;
	int64_t since_ms;
	uint32_t link;
	unsigned int rank;
};

const char *machines__stage_name(enum machine_stage stage)
{
	static const char *const names[MACHINE_STAGES] = {
		[MACHINE_DISCOVERING] = "discovering", [MACHINE_LEASED] = "leased",
		[MACHINE_LOADING] = "loading",	       [MACHINE_IPXE] = "ipxe",
		[MACHINE_HANDED_OVER] = "handed-over", [MACHINE_STUCK] = "stuck",
	};

	return (unsigned int)stage < MACHINE_STAGES ? names[stage] : "";
}

const char *machines__step_name(enum machine_step step)
{
	static const char *const names[STEPS] = {
		[STEP_OFFER] = "offer",
		[STEP_LEASED] = "leased",
		[STEP_REFUSED] = "refused",
		[STEP_NOT_ANSWERED] = "not-answered",
		[STEP_RELEASED] = "released",
		[STEP_DECLINED] = "declined",
		[STEP_IPXE] = "ipxe",
		[STEP_HANDED_OVER] = "handed-over",
		[STEP_FILE_BEGUN] = "file-begun",
		[STEP_FILE_SIZE] = "file-size",
		[STEP_FILE_DONE] = "file-done",
		[STEP_FILE_MISSING] = "file-missing",
		[STEP_FILE_REFUSED] = "file-refused",
		[STEP_FILE_ABORTED] = "file-aborted",
		[STEP_FILE_STALLED] = "file-stalled",
		[STEP_STUCK] = "stuck",
		[STEP_UNSTUCK] = "unstuck",
	};

	return (unsigned int)step < STEPS ? names[step] : "";
}

size_t machines__count(struct machines *machines, size_t counts[MACHINE_STAGES])
{
	size_t all;

	pthread_mutex_lock(&machines->mutex);
	memcpy(counts, machines->stages, sizeof(machines->stages));
	all = machines->count;
	pthread_mutex_unlock(&machines->mutex);
	return all;
}

uint64_t machines__change(struct machines *machines)
{
	uint64_t change;

	pthread_mutex_lock(&machines->mutex);
	change = machines->change;
	pthread_mutex_unlock(&machines->mutex);
	return change;
}

static bool has_text(const struct machine_view *view, const char *text)
{
	char line[3 * BOOTP_CHADDR_LEN + 1] = "", addr[INET_ADDRSTRLEN];

	for (int i = 0; i < view->client.hlen && i < BOOTP_CHADDR_LEN; i++)
		snprintf(line + (i ? 3 * i - 1 : 0), 4, i ? ":%02x" : "%02x",
			 view->client.chaddr[i]);
	if (strcasestr(line, text) || strcasestr(view->file, text))
		return true;
	return view->addr && inet_ntop(AF_INET, &view->addr, addr, sizeof(addr)) &&
	       strstr(addr, text);
}

static bool matches(const struct machine_view *view, const struct machine_filter *filter)
{
	return (filter->stage == MACHINE_STAGES || view->stage == filter->stage) &&
	       (!filter->subnet || view->client.subnet == filter->subnet) &&
	       (!filter->text[0] || has_text(view, filter->text));
}

static unsigned int rank_of(enum machine_stage stage)
{
	return stage == MACHINE_STUCK ? 0 : stage == MACHINE_HANDED_OVER ? 2 : 1;
}

/* The latest changes first, so that few of them cost little. Return: struct match */
static struct rows collect(struct machines *machines, const struct machine_filter *filter)
{
	struct rows found = { .size = sizeof(struct match) };
	const struct machine *machine;
	struct match *match;

	pthread_mutex_lock(&machines->mutex);
	for (uint32_t link = machines->last[ORDER_CHANGED]; link;
	     link = machine->order[ORDER_CHANGED].before) {
		machine = &machines->slots[link - 1];
		if (machine->change <= filter->since && filter->since)
			break;
		if (!matches(&machine->view, filter))
			continue;
		match = rows__add(&found);
		if (!match)
			break;
		*match = (struct match){ .born = machine->born,
					 .since_ms = machine->view.since_ms,
					 .link = link,
					 .rank = rank_of(machine->view.stage) };
	}
	pthread_mutex_unlock(&machines->mutex);
	return found;
}

static int compare(const void *a, const void *b)
{
	const struct match *one = a, *other = b;

	if (one->rank != other->rank)
		return one->rank < other->rank ? -1 : 1;
	if (one->since_ms != other->since_ms)
		return one->since_ms < other->since_ms ? -1 : 1;
	return one->link < other->link ? -1 : one->link > other->link;
}

/* Copy the next few that are still there. Return: how many */
static size_t copy_some(struct machines *machines, const struct rows *found, size_t from,
			size_t end, struct machine_view *out)
{
	size_t count = 0;

	pthread_mutex_lock(&machines->mutex);
	for (size_t i = from; i < end; i++) {
		const struct match *match = rows__at(found, i);
		const struct machine *machine = &machines->slots[match->link - 1];

		if (machine->born == match->born)
			out[count++] = machine->view;
	}
	pthread_mutex_unlock(&machines->mutex);
	return count;
}

size_t machines__visit(struct machines *machines, const struct machine_filter *filter, size_t skip,
		       size_t most, bool (*see)(const struct machine_view *, void *), void *context)
{
	struct rows found = collect(machines, filter);
	struct machine_view *views = calloc(COPY_AT_ONCE, sizeof(*views));
	size_t all = found.count, end;
	bool more = views;

	rows__sort(&found, compare);
	end = skip < all && most < all - skip ? skip + most : all;
	for (size_t i = skip; more && i < end; i += COPY_AT_ONCE) {
		size_t last = i + COPY_AT_ONCE < end ? i + COPY_AT_ONCE : end;
		size_t count = copy_some(machines, &found, i, last, views);

		for (size_t j = 0; j < count && more; j++)
			more = see(&views[j], context);
	}
	free(views);
	rows__free(&found);
	return all;
}

static void fill_boot(const struct machine *machine, struct machine_boot *boot)
{
	memset(boot, 0, sizeof(*boot));
	boot->begun_ms = machine->view.begun_ms;
	boot->result = machine->view.stage;
	memcpy(boot->reason, machine->view.reason, sizeof(boot->reason));
	boot->line_count =
		story__lines(story__bytes(&machine->story), machine->story.used, boot->lines);
}

int machines__find(struct machines *machines, const struct xdpxe_client *client,
		   struct machine_view *view, struct machine_boot *boot)
{
	const struct machine *machine;

	pthread_mutex_lock(&machines->mutex);
	machine = machines__lookup(machines, client);
	if (machine && view)
		*view = machine->view;
	if (machine && boot)
		fill_boot(machine, boot);
	pthread_mutex_unlock(&machines->mutex);
	return machine ? 0 : -ENOENT;
}
