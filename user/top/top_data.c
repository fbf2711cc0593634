// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "top/top.h"

#include <stdio.h>
#include <string.h>

#include "client/machine_story.h"
#include "client/plain.h"

const char *top_data__stage_label(enum machine_stage stage)
{
	static const char *const labels[MACHINE_STAGES] = {
		[MACHINE_DISCOVERING] = "discovering", [MACHINE_LEASED] = "leased",
		[MACHINE_LOADING] = "loading",	       [MACHINE_IPXE] = "iPXE",
		[MACHINE_HANDED_OVER] = "handed over", [MACHINE_STUCK] = "stuck",
	};

	return stage < MACHINE_STAGES ? labels[stage] : "?";
}

enum paint top_data__stage_paint(enum machine_stage stage)
{
	static const enum paint paints[MACHINE_STAGES] = {
		[MACHINE_DISCOVERING] = PAINT_FAINT, [MACHINE_LEASED] = PAINT_BEGUN,
		[MACHINE_LOADING] = PAINT_WORK,	     [MACHINE_IPXE] = PAINT_ODD,
		[MACHINE_HANDED_OVER] = PAINT_GOOD,  [MACHINE_STUCK] = PAINT_BAD,
	};

	return stage < MACHINE_STAGES ? paints[stage] : PAINT_PLAIN;
}

void top_data__init(struct top_data *data)
{
	memset(data, 0, sizeof(*data));
	data->networks.size = sizeof(struct top_network);
	data->machines.size = sizeof(struct api_machine);
	data->story.size = sizeof(struct machine_story_line);
}

void top_data__free(struct top_data *data)
{
	rows__free(&data->networks);
	rows__free(&data->machines);
	rows__free(&data->story);
}

void top_data__add_totals(struct top_data *data, const json_t *totals)
{
	static const char *const keys[TOP_RATES] = {
		[TOP_OFFERS] = "offers", [TOP_ACKS] = "acks",	  [TOP_BLOCKS] = "blocks",
		[TOP_BYTES] = "bytes",	 [TOP_MISSES] = "misses",
	};
	const json_t *rates = json_object_get(totals, "rates");

	api_read__stages(json_object_get(totals, "stages"), data->stages);
	for (int i = 0; i < TOP_RATES; i++) {
		uint64_t *history = data->rates[i];

		memmove(history, history + 1, (TOP_HISTORY - 1) * sizeof(*history));
		history[TOP_HISTORY - 1] = api_read__number(rates, keys[i]);
	}
	if (data->seconds < TOP_HISTORY)
		data->seconds++;
}

uint64_t top_data__rate(const struct top_data *data, enum top_rate rate)
{
	return data->rates[rate][TOP_HISTORY - 1];
}

void top_data__set_status(struct top_data *data, const json_t *status)
{
	const json_t *interfaces = json_object_get(status, "interfaces");
	const json_t *networks = json_object_get(status, "networks");
	size_t i, len = 0;
	json_t *each;

	data->started_ms = (int64_t)api_read__number(status, "started");
	data->interfaces[0] = '\0';
	json_array_foreach(interfaces, i, each)
	{
		char name[API_WORD];

		plain__clean(name, sizeof(name),
			     json_is_string(each) ? json_string_value(each) : "");
		if (len < sizeof(data->interfaces))
			len += (size_t)snprintf(data->interfaces + len,
						sizeof(data->interfaces) - len, "%s%s",
						i ? ", " : "", name);
	}
	data->networks.count = 0;
	json_array_foreach(networks, i, each)
	{
		struct top_network *network = rows__add(&data->networks);

		if (network)
			api_read__text(each, "subnet", network->subnet, sizeof(network->subnet));
	}
}

void top_data__set_machines(struct top_data *data, const json_t *list, size_t offset)
{
	const json_t *machines = json_object_get(list, "machines");
	json_t *each;
	size_t i;

	data->total = api_read__number(list, "total");
	data->matching = api_read__number(list, "matching");
	data->offset = offset;
	data->machines.count = 0;
	json_array_foreach(machines, i, each)
	{
		struct api_machine *machine = i < TOP_ROWS_MAX ? rows__add(&data->machines) : NULL;

		if (!machine)
			break;
		api_read__machine(each, machine);
	}
	if (json_is_object(json_object_get(list, "stages")))
		api_read__stages(json_object_get(list, "stages"), data->stages);
}
