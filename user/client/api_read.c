// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "client/api_read.h"

#include <string.h>

#include "client/plain.h"

uint64_t api_read__number(const json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);
	double real;

	if (json_is_integer(value))
		return json_integer_value(value) > 0 ? (uint64_t)json_integer_value(value) : 0;
	real = json_real_value(value); /* 0 when it is none */
	return real >= 0 && real < (double)INT64_MAX ? (uint64_t)real : 0;
}

char *api_read__text(const json_t *object, const char *key, char *text, size_t size)
{
	const char *value = json_string_value(json_object_get(object, key));

	return plain__clean(text, size, value ? value : "");
}

static enum machine_stage read_stage(const json_t *object)
{
	const char *name = json_string_value(json_object_get(object, "stage"));

	for (int i = 0; name && i < MACHINE_STAGES; i++)
		if (strcmp(name, machines__stage_name(i)) == 0)
			return i;
	return MACHINE_STAGES;
}

void api_read__stages(const json_t *object, uint64_t counts[MACHINE_STAGES])
{
	for (int i = 0; i < MACHINE_STAGES; i++)
		counts[i] = api_read__number(object, machines__stage_name(i));
}

#define READ_TEXT(key, to) api_read__text(json, key, to, sizeof(to))

void api_read__machine(const json_t *json, struct api_machine *machine)
{
	READ_TEXT("mac", machine->mac);
	READ_TEXT("addr", machine->addr);
	READ_TEXT("network", machine->network);
	READ_TEXT("arch_name", machine->arch);
	READ_TEXT("file", machine->file);
	READ_TEXT("reason", machine->reason);
	machine->ipxe = json_is_true(json_object_get(json, "ipxe"));
	machine->stage = read_stage(json);
	machine->since_ms = (int64_t)api_read__number(json, "since");
	machine->heard_ms = (int64_t)api_read__number(json, "heard");
	machine->begun_ms = (int64_t)api_read__number(json, "begun");
	machine->block = api_read__number(json, "block");
	machine->blocks = api_read__number(json, "blocks");
	machine->blksize = api_read__number(json, "blksize");
	machine->bytes_per_s = api_read__number(json, "bytes_per_s");
	machine->tries = api_read__number(json, "tries");
	machine->boots = api_read__number(json, "boots");
}

void api_read__step(const json_t *json, struct api_step *step)
{
	READ_TEXT("mac", step->mac);
	READ_TEXT("network", step->network);
	READ_TEXT("arch_name", step->arch);
	READ_TEXT("step", step->step);
	READ_TEXT("detail", step->detail);
	step->number = api_read__number(json, "number");
	step->dropped = api_read__number(json, "dropped");
	step->time_ms = (int64_t)api_read__number(json, "time");
}
