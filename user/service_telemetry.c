// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "service_telemetry.h"

#include "log.h"

void service_telemetry__start(struct service *service)
{
	const struct config *config = service->plan->config;

	if (!config->telemetry)
		return;
	service->telemetry = telemetry__start(&service->engine.maps, service->plan,
					      config->lease_database, service->engine.adopted);
	resolver__measure(service->resolver, telemetry__histograms(service->telemetry));
	if (service->telemetry)
		log_info("telemetry: up to %d machines, %.0f MiB at most, as they come",
			 MACHINES_MAX, telemetry__bytes() / 1048576.0);
}
