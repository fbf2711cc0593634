// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "manager.h"

#include <stdio.h>

#include <systemd/sd-daemon.h>

#include "telemetry/telemetry.h"

#define STATE_LINE 512

/* Both cut what has no room. */
static void add_ports(const struct service *service, FILE *line)
{
	for (size_t i = 0; i < service->engine.port_count; i++)
		fprintf(line, "%s%s (%s)", i ? ", " : "", service->engine.ports[i].name,
			service->engine.ports[i].native ? "native" : "generic");
}

static void add_machines(const struct service *service, FILE *line)
{
	struct machines *machines = telemetry__machines(service->telemetry);
	size_t counts[MACHINE_STAGES], all;
	const char *sep = ": ";

	if (!machines)
		return;
	all = machines__count(machines, counts);
	fprintf(line, "; %zu machine%s", all, all == 1 ? "" : "s");
	for (int stage = 0; stage < MACHINE_STAGES; stage++) {
		if (counts[stage] == 0)
			continue;
		fprintf(line, "%s%zu %s", sep, counts[stage], machines__stage_name(stage));
		sep = ", ";
	}
}

void manager__tell_state(const struct service *service)
{
	char text[STATE_LINE];
	FILE *line = fmemopen(text, sizeof(text), "w");

	if (!line)
		return;
	add_ports(service, line);
	add_machines(service, line);
	fclose(line);
	text[sizeof(text) - 1] = 0;
	sd_notifyf(0, "STATUS=%s", text);
}
