// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "service_probe.h"

#include <errno.h>

#include "mapread.h"

#define WAITING_NS 5000000ULL /* until waiting misses are looked at again */

int service_probe__start(struct service *service)
{
	service->conflict = conflict__new(&service->engine, service->plan);
	if (!service->conflict)
		return -ENOMEM;
	if (conflict__plan(service->conflict, service->plan) == 0 && !service->engine.adopted)
		conflict__ask_early(service->conflict);
	return 0;
}

void service__probe(struct service *service)
{
	conflict__run(service->conflict);
	resolver__serve_waiting(service->resolver);
}

uint64_t service__probe_wake(const struct service *service)
{
	uint64_t wake = conflict__wake(service->conflict), soon = mapread__now_ns() + WAITING_NS;

	return resolver__has_waiting(service->resolver) && wake > soon ? soon : wake;
}
