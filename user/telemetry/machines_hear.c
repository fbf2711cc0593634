// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Feeding the table, and fetching what follows from it. */
#include "machines_priv.h"

#include <stdlib.h>
#include <string.h>

#define TOLD_SPARE 16384  /* steps at most whose room is kept for the next ones */
#define TICK_AT_ONCE 1024 /* machines, before others get the lock */

/* A transfer's frame may come from a router: its address tells better whose it is. */
static struct machine *machine_of(struct machines *machines, const struct machine_heard *heard)
{
	struct machine *machine = heard->message ? NULL : machines__at_addr(machines, heard->addr);

	return machine ? machine : machines__get(machines, &heard->client, heard->time_ms);
}

void machines__hear(struct machines *machines, const struct machine_heard *heard)
{
	struct machine *machine;

	pthread_mutex_lock(&machines->mutex);
	machine = machine_of(machines, heard);
	if (machine) {
		if (heard->network[0]) {
			machine->view.client.subnet = heard->client.subnet;
			memcpy(machine->view.network, heard->network,
			       sizeof(machine->view.network));
		}
		if (heard->message)
			machine_dhcp__hear(machines, machine, heard);
		else
			machine_tftp__hear(machines, machine, heard);
		machine->view.heard_ms = heard->time_ms;
		machines__touch(machines, machine, ORDER_HEARD);
	}
	pthread_mutex_unlock(&machines->mutex);
}

static void tick_one(struct machines *machines, struct machine *machine, int64_t now_ms, bool all)
{
	if (machine->due_ms && now_ms >= machine->due_ms)
		machine__judge(machines, machine, now_ms);
	if (machine->save_ms && (all || now_ms >= machine->save_ms) &&
	    !machine__save(machines, machine, 0))
		machine->save_ms = now_ms; /* there is no room now */
}

void machines__tick(struct machines *machines, int64_t now_ms, bool all)
{
	uint32_t i = 0, count;

	do {
		pthread_mutex_lock(&machines->mutex);
		count = machines->count;
		for (uint32_t end = i + TICK_AT_ONCE; i < count && i < end; i++)
			tick_one(machines, &machines->slots[i], now_ms, all);
		pthread_mutex_unlock(&machines->mutex);
	} while (i < count);
}

void machines__told(struct machines *machines, void (*fn)(const struct happening *, void *),
		    void *context)
{
	struct rows told, unused;

	pthread_mutex_lock(&machines->mutex);
	told = machines->told;
	machines->told = machines->spare;
	machines->spare = (struct rows){ .size = told.size };
	pthread_mutex_unlock(&machines->mutex);
	for (size_t i = 0; i < told.count; i++)
		fn(rows__at(&told, i), context);
	if (told.room > TOLD_SPARE) {
		rows__free(&told);
		return;
	}
	told.count = 0;
	pthread_mutex_lock(&machines->mutex);
	unused = machines->spare;
	machines->spare = told;
	pthread_mutex_unlock(&machines->mutex);
	rows__free(&unused);
}

size_t machines__take_saves(struct machines *machines, struct rows *saves)
{
	size_t dropped;

	pthread_mutex_lock(&machines->mutex);
	*saves = machines->saves;
	machines->saves = (struct rows){ .size = saves->size };
	dropped = machines->dropped;
	machines->dropped = 0;
	pthread_mutex_unlock(&machines->mutex);
	return dropped;
}

static void restore_boot(struct machine *machine, const struct machine_boot *boot)
{
	for (size_t i = 0; i < boot->line_count && i < MACHINES_STEPS; i++) {
		story__add(&machine->story, boot->lines[i].time_ms, boot->lines[i].step,
			   boot->lines[i].detail);
		machine->had_arch = machine->had_arch || machine->view.arch != XDPXE_NONE;
	}
	machine->view.begun_ms = boot->begun_ms;
}

void machines__restore(struct machines *machines, const struct machine_view *view,
		       const struct machine_boot *boot)
{
	struct machine *machine;
	__be32 listed;

	pthread_mutex_lock(&machines->mutex);
	machine = machines__get(machines, &view->client, view->heard_ms);
	if (machine) {
		machines->stages[machine->view.stage]--;
		listed = machine->view.addr;
		machine->view = *view;
		machine->view.addr = listed;
		machines->stages[view->stage]++;
		machines__move_addr(machines, machine, view->addr);
		machine->offered = machine->had_arch = view->arch != XDPXE_NONE;
		if (view->stage == MACHINE_STUCK)
			machine->trouble = TROUBLE_FILES;
		if (boot)
			restore_boot(machine, boot);
		machine__changed(machines, machine);
	}
	pthread_mutex_unlock(&machines->mutex);
}
