// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "service_leases.h"

#include <string.h>

#include "handover.h"
#include "lease_clock.h"
#include "log.h"

int service_leases__open(struct service *service)
{
	const char *path = service->plan->config->lease_database;

	if (!path)
		return 0;
	return leases__new(path, &service->leases) < 0 ? -1 : 0;
}

static enum leases_maps state_of(const struct engine *engine)
{
	if (engine->adopted)
		return LEASES_ADOPTED;
	return engine->old.leases >= 0 ? LEASES_TAKEN : LEASES_NEW;
}

int service_leases__restore(struct service *service)
{
	const struct maps *maps = &service->engine.maps;
	int err = service->engine.adopted ? lease_clock__follow(maps->lease_clock)
					  : lease_clock__begin(maps->lease_clock);

	if (err == 0 && service->engine.replaces)
		err = handover__take(&service->engine.old, maps, service->plan);
	if (err < 0)
		return err;
	if (service->leases)
		return leases__restore(service->leases, maps, service->plan,
				       state_of(&service->engine));
	leases__forget(maps);
	return 0;
}

int service_leases__take_rest(struct service *service)
{
	struct engine *engine = &service->engine;
	int err = handover__take(&engine->old, &engine->maps, service->plan);

	pins__close(&engine->old);
	return err;
}

/* The maps hold leases that the new database does not, so they count as adopted. */
static void change_database(struct service *service)
{
	const char *path = service->plan->config->lease_database;
	int err;

	leases__stop(service->leases);
	leases__free(service->leases);
	service->leases = NULL;
	leases__forget(&service->engine.maps);
	if (!path)
		return;
	err = leases__new(path, &service->leases);
	if (err == 0)
		err = leases__restore(service->leases, &service->engine.maps, service->plan,
				      LEASES_ADOPTED);
	if (err == 0)
		err = leases__start(service->leases);
	if (err == 0)
		return;
	log_error("%s: %s; leases are in the kernel only", path, strerror(-err));
	leases__free(service->leases);
	service->leases = NULL;
}

void service_leases__follow(struct service *service)
{
	const char *path = service->plan->config->lease_database;
	bool same =
		service->leases ? path && strcmp(path, leases__path(service->leases)) == 0 : !path;

	if (!same)
		change_database(service);
	else if (service->leases)
		leases__follow(service->leases, service->plan);
}
