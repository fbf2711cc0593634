// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What may happen to a machine, whatever the reason. */
#include "machines_priv.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOLD_MAX 65536 /* steps that wait to be fetched */
#define SAVE_AFTER_MS                                                                              \
	3000 /* a boot is written when it has gone on for so long, not for every step */

uint32_t machine_count__more(struct machine_count *count, int64_t now_ms)
{
	if (now_ms - count->since_ms > MINUTE_MS)
		*count = (struct machine_count){ .since_ms = now_ms };
	return ++count->count;
}

void machine__changed(struct machines *machines, struct machine *machine)
{
	machine->change = ++machines->change;
	machines__touch(machines, machine, ORDER_CHANGED);
}

/* @detail: shorter than MACHINES_TEXT */
static void tell(struct machines *machines, const struct machine *machine, int64_t now_ms,
		 enum machine_step step, const char *detail)
{
	struct happening *told =
		machines->told.count < TOLD_MAX ? rows__add(&machines->told) : NULL;

	if (!told)
		return;
	told->time_ms = now_ms;
	told->client = machine->view.client;
	told->addr = machine->view.addr;
	told->arch = machine->view.arch;
	told->ipxe = machine->view.ipxe;
	told->step = step;
	memcpy(told->network, machine->view.network, sizeof(told->network));
	memcpy(told->detail, detail, strlen(detail)); /* the rest is zero */
}

/* What came from the network may hold anything; what is shown holds no control characters. */
static void make_plain(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
}

void machine__say(struct machines *machines, struct machine *machine, int64_t now_ms,
		  enum machine_step step, const char *format, ...)
{
	char detail[MACHINES_TEXT];
	va_list args;

	va_start(args, format);
	vsnprintf(detail, sizeof(detail), format, args);
	va_end(args);
	make_plain(detail);
	story__add(&machine->story, now_ms, step, detail);
	tell(machines, machine, now_ms, step, detail);
	if (machines->saving && !machine->save_ms)
		machine->save_ms = now_ms + SAVE_AFTER_MS;
	machine__changed(machines, machine);
}

static void set_stage(struct machines *machines, struct machine *machine, enum machine_stage stage,
		      int64_t now_ms)
{
	if (machine->view.stage == stage)
		return;
	machines->stages[machine->view.stage]--;
	machines->stages[stage]++;
	machine->view.stage = stage;
	machine->view.since_ms = now_ms;
	machine__changed(machines, machine);
}

static bool still_loops(const struct machine *machine, int64_t now_ms)
{
	return machine->trouble == TROUBLE_LOOP &&
	       now_ms - machine->loads_ms[LOADS - 1] < MINUTE_MS;
}

void machine__enter(struct machines *machines, struct machine *machine, enum machine_stage stage,
		    int64_t now_ms)
{
	if (still_loops(machine, now_ms) && stage != MACHINE_HANDED_OVER)
		return;
	if (machine->trouble != TROUBLE_NONE) {
		machine->trouble = TROUBLE_NONE;
		machine__say(machines, machine, now_ms, STEP_UNSTUCK, "goes on");
		machine->view.reason[0] = '\0';
	}
	set_stage(machines, machine, stage, now_ms);
}

void machine__stick(struct machines *machines, struct machine *machine, int64_t now_ms,
		    enum machine_trouble trouble, const char *format, ...)
{
	bool again = machine->trouble == trouble || machine->trouble == TROUBLE_LOOP;
	va_list args;

	if (machine->trouble == TROUBLE_LOOP && trouble != TROUBLE_LOOP)
		return;
	va_start(args, format);
	vsnprintf(machine->view.reason, sizeof(machine->view.reason), format, args);
	va_end(args);
	make_plain(machine->view.reason);
	machine->trouble = trouble;
	machine->wait = WAIT_NOTHING;
	machine->due_ms = 0;
	set_stage(machines, machine, MACHINE_STUCK, now_ms);
	if (!again)
		machine__say(machines, machine, now_ms, STEP_STUCK, "%s", machine->view.reason);
	else
		machine__changed(machines, machine);
}

void machine__wait(struct machine *machine, enum machine_wait wait, int64_t now_ms, int64_t ms)
{
	machine->wait = wait;
	machine->due_ms = wait == WAIT_NOTHING ? 0 : now_ms + ms;
}

bool machine__save(struct machines *machines, struct machine *machine, int64_t ended_ms)
{
	struct machine_save *save;
	uint8_t *story;

	machine->save_ms = 0;
	if (!machine->story.used)
		return true;
	story = machines->saves.count < MACHINES_SAVES_MAX ? malloc(machine->story.used) : NULL;
	save = story ? rows__add(&machines->saves) : NULL;
	if (!save) {
		free(story);
		return false;
	}
	memcpy(story, story__bytes(&machine->story), machine->story.used);
	*save = (struct machine_save){ .client = machine->view.client,
				       .addr = machine->view.addr,
				       .arch = machine->view.arch,
				       .begun_ms = machine->view.begun_ms,
				       .ended_ms = ended_ms,
				       .result = machine->view.stage,
				       .story = story,
				       .story_len = machine->story.used };
	memcpy(save->reason, machine->view.reason, sizeof(save->reason));
	return true;
}

void machine__begin(struct machines *machines, struct machine *machine, int64_t now_ms)
{
	if (machines->saving && machine->view.begun_ms &&
	    !machine__save(machines, machine, machine->view.heard_ms))
		machines->dropped++;
	story__clear(&machine->story);
	/* No two begin at once: by its beginning a boot is known in the database. */
	machine->view.begun_ms =
		now_ms > machine->view.begun_ms ? now_ms : machine->view.begun_ms + 1;
	machine->view.boots++;
	machine->view.tries = 0;
	machine->view.ipxe = false;
	machine->view.file[0] = '\0';
	machine->view.block = machine->view.blocks = machine->view.blksize = 0;
	machine->view.bytes_per_s = 0;
	machine->asked_ms = machine->transfer_ms = 0;
	machine->had_arch = machine->offered = false;
	machine->told[0] = '\0';
	machine->missing = (struct machine_count){};
	machine->silences = (struct machine_count){};
	machine__wait(machine, WAIT_NOTHING, now_ms, 0);
}
