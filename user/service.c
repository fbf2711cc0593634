// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "service.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <systemd/sd-daemon.h>

#include "fill.h"
#include "lint.h"
#include "log.h"
#include "pools.h"
#include "require.h"
#include "runtime.h"
#include "service_files.h"
#include "service_leases.h"
#include "service_probe.h"
#include "service_telemetry.h"
#include "sessions.h"

#define IMAGE_IDLE_S 60	 /* an old file version is freed this long after its last use */
#define DRAIN_SECONDS 10 /* at most */
#define DRAIN_HEARD_S 2	 /* a client that was not heard for longer is not waited for */
#define DRAIN_LOOK_MS 50
#define RECLAIM_TICKS 5 /* offers that were not taken up return this often, */
#define ASIDE_TICKS 60	/* and addresses that were set aside are looked at, in seconds */

/* Return: 0, -1 with a message logged */
static int lock_one(struct service *service, const char *name)
{
	struct service_lock *lock = &service->locks[service->lock_count];
	pid_t holder = 0;

	lock->fd = runtime__lock(name, &holder);
	if (lock->fd == -EBUSY)
		log_error("%s is already served by another xdpxe run (pid %d); "
			  "`xdpxe reload` makes it read its configuration again",
			  name, (int)holder);
	else if (lock->fd < 0)
		log_error("cannot lock %s: %s", name, strerror(-lock->fd));
	if (lock->fd < 0)
		return -1;
	snprintf(lock->name, sizeof(lock->name), "%s", name);
	service->lock_count++;
	return 0;
}

static int lock_ports(struct service *service)
{
	for (size_t i = 0; i < service->plan->port_count; i++)
		if (lock_one(service, service->plan->ports[i].name) < 0)
			return -1;
	return 0;
}

/* What is adopted may be named after an interface that the configuration has no more. */
static int lock_instance(struct service *service)
{
	const char *first = service->engine.instance.first;

	for (size_t i = 0; i < service->lock_count; i++)
		if (strcmp(service->locks[i].name, first) == 0)
			return 0;
	return lock_one(service, first);
}

static void tell_warning(const char *line, void *context)
{
	(void)context;
	log_warn("%s", line);
}

static struct plan *read_plan(const char *path, struct config_error *err)
{
	struct config *config = config__load(path, err);
	struct plan *plan = config ? plan__make(config, err) : NULL;

	if (plan)
		lint__warn(plan, tell_warning, NULL);
	return plan;
}

static int write_meta(const struct service *service)
{
	struct xdpxe_meta meta = {
		.abi = XDPXE_ABI_VERSION,
		.pid = getpid(),
		.generation = service->generation,
		.cache_bytes = service->plan->config->cache_bytes,
		.version = XDPXE_VERSION,
	};
	struct timespec now;
	uint32_t zero = 0;
	char *full;

	clock_gettime(CLOCK_MONOTONIC, &now);
	meta.started_s = now.tv_sec;
	full = realpath(service->plan->config->path, NULL);
	snprintf(meta.config, sizeof(meta.config), "%s", full ? full : service->plan->config->path);
	free(full);
	return bpf_map_update_elem(service->engine.maps.meta, &zero, &meta, BPF_ANY) < 0 ? -errno
											 : 0;
}

static int check_ports_free(const struct service *service)
{
	for (size_t i = 0; i < service->plan->port_count; i++)
		if (engine__check_free(&service->engine, &service->plan->ports[i]) < 0)
			return -1;
	return 0;
}

/* Programs and maps, complete but not attached. */
static int load_and_fill(struct service *service)
{
	struct engine *engine = &service->engine;
	int err = 0, old_half = -1;

	for (size_t i = 0; i < service->plan->port_count && err == 0; i++)
		err = engine__load(engine, &service->plan->ports[i]);
	if (err == 0)
		err = service_leases__restore(service);
	if (err == 0)
		err = service_files__sync(service, service->plan, true);
	old_half = fill__half(engine);
	if (err >= 0)
		err = fill__apply(engine, service->plan);
	if (err == 0)
		conflict__inherit(service->conflict, old_half);
	if (err == 0)
		err = write_meta(service);
	if (err == 0 && !engine->adopted)
		err = sessions__set_mark(&engine->maps); /* none is under way */
	if (err == 0)
		err = engine__pin(engine);
	return err;
}

static int start(struct service *service)
{
	int err = service_probe__start(service);

	if (err == 0)
		err = load_and_fill(service);
	if (err == 0) {
		service->resolver =
			resolver__new(&service->engine, &service->plan, service->conflict);
		service->rescue = rescue__new(&service->engine);
		err = service->resolver && service->rescue ? 0 : -ENOMEM;
	}
	if (err == 0)
		err = engine__attach(&service->engine);
	if (err == 0)
		err = fill__native(&service->engine);
	if (err == 0)
		err = service_leases__take_rest(service);
	if (err == 0 && service->leases)
		err = leases__start(service->leases);
	if (err == 0)
		service_telemetry__start(service);
	if (err < 0) {
		log_error("not started: %s", strerror(-err));
		if (!service->engine.adopted && !service->engine.replaces)
			engine__detach(&service->engine);
		return -1;
	}
	return 0;
}

int service__start(struct service *service, const char *path)
{
	struct config_error err;

	memset(&service->engine.maps, 0xff, sizeof(service->engine.maps));
	memset(&service->engine.old, 0xff, sizeof(service->engine.old));
	service->plan = read_plan(path, &err);
	if (!service->plan) {
		fprintf(stderr, "%s\n", err.text);
		return -1;
	}
	if (require__this_machine() < 0 || lock_ports(service) < 0 ||
	    engine__open(&service->engine, service->plan) < 0 || lock_instance(service) < 0 ||
	    check_ports_free(service) < 0 || service_leases__open(service) < 0)
		return -1;
	require__tid_range();
	require__tags(service->plan);
	service->generation = engine__generation(&service->engine);
	service->engine.telemetry = service->plan->config->telemetry;
	return start(service);
}

void service__print_ready(const struct service *service)
{
	size_t addresses = 0;

	printf("ready:");
	for (size_t i = 0; i < service->engine.port_count; i++)
		printf("%s %s (%s)", i ? "," : "", service->engine.ports[i].name,
		       service->engine.ports[i].native ? "native" : "generic");
	for (size_t i = 0; i < service->plan->network_count; i++)
		addresses += service->plan->networks[i].address_count;
	printf(", %zu addresses", addresses);
	if (service->plan->network_count > 1)
		printf(" in %zu networks", service->plan->network_count);
	printf(", %u files, %.1f MiB cached of %.0f%s\n", service->files.files,
	       service->files.bytes / 1048576.0, service->plan->config->cache_bytes / 1048576.0,
	       service->engine.adopted ? ", adopted" : "");
	fflush(stdout);
}

static bool same_interfaces(const struct plan *a, const struct plan *b)
{
	bool same = a->port_count == b->port_count;

	for (size_t i = 0; same && i < a->port_count; i++)
		same = strcmp(a->ports[i].name, b->ports[i].name) == 0 &&
		       a->ports[i].ifindex == b->ports[i].ifindex;
	return same;
}

/* Not while the maps may name what the plan in force does not have any more. */
static void sweep(struct service *service)
{
	if (!service->boots_swept && !service->boots_stale)
		service->boots_swept = fill__sweep(&service->engine, service->plan) == 0;
}

/* Put a new plan in force. Files first: a boot instruction must not name what is not there yet. */
static int apply(struct service *service, struct plan *plan)
{
	int err = service_files__sync(service, plan, true);
	int old_half = fill__half(&service->engine);

	sweep(service); /* of an earlier reload: so there is room for two */
	service->boots_swept = false;
	if (err >= 0)
		err = fill__apply(&service->engine, plan);
	service->boots_stale = err < 0; /* then the old plan is written again */
	if (err < 0)
		return err;
	conflict__plan(service->conflict, plan);
	conflict__inherit(service->conflict, old_half);
	return 0;
}

void service__reload(struct service *service, char *reply, size_t size)
{
	struct config_error err;
	struct plan *plan = read_plan(service->plan->config->path, &err);
	int failed;

	if (!plan) {
		snprintf(reply, size, "%s", err.text);
		return;
	}
	if (!same_interfaces(plan, service->plan)) {
		snprintf(reply, size,
			 "%s: interfaces: changed; start `xdpxe run` anew, "
			 "which takes over without a gap",
			 plan->config->path);
		plan__free(plan);
		return;
	}
	if (plan->config->telemetry != service->plan->config->telemetry)
		log_warn("%s: telemetry: changed; start `xdpxe run` anew", plan->config->path);
	failed = apply(service, plan);
	if (failed < 0) {
		snprintf(reply, size, "reload failed: %s", strerror(-failed));
		plan__free(plan);
		return;
	}
	plan__free(service->plan);
	service->plan = plan;
	service_leases__follow(service);
	telemetry__follow(service->telemetry, plan);
	service->generation++;
	write_meta(service);
	snprintf(reply, size, "ok: generation %llu, %u files (%u read, %u removed)",
		 (unsigned long long)service->generation, service->files.files,
		 service->files.loaded, service->files.removed);
}

bool service__refresh(struct service *service)
{
	int changed = service_files__sync(service, service->plan, false);

	service->boots_stale = service->boots_stale || changed > 0;
	if (changed >= 0 && service->boots_stale) {
		service->boots_stale = fill__boots(&service->engine, service->plan) < 0;
		service->boots_swept = false;
	}
	if (changed >= 0 && service->files.loaded + service->files.removed)
		log_info("files: %u read, %u removed", service->files.loaded,
			 service->files.removed);
	return changed >= 0 && service->files.hot;
}

void service__tick(struct service *service, unsigned int count)
{
	int half;

	if (service->images && images__collect(service->images, IMAGE_IDLE_S) > 0 &&
	    service->files.passed)
		service__refresh(service); /* there may be room now */
	sweep(service);
	half = fill__half(&service->engine);
	if (count % RECLAIM_TICKS || half < 0 || service->plan->config->mode != CONFIG_MODE_SERVER)
		return;
	for (size_t i = 0; i < service->plan->network_count; i++)
		pools__reclaim(&service->engine, half * XDPXE_NETWORKS_MAX + i,
			       &service->plan->networks[i], service->conflict, false);
	if (count % ASIDE_TICKS == 0)
		pools__end_quarantine(&service->engine, service->plan, service->conflict);
}

enum service_ports service__look_at_ports(struct service *service)
{
	for (size_t i = 0; i < service->plan->port_count; i++) {
		const struct plan_port *port = &service->plan->ports[i];
		unsigned int now = if_nametoindex(port->name);

		if (now && now != port->ifindex)
			return SERVICE_PORTS_RETURNED;
		if (!now && !service->gone[i])
			log_warn("%s is gone; it will be served again when it is back", port->name);
		service->gone[i] = !now;
	}
	return SERVICE_PORTS_SAME;
}

void service__drain(const struct service *service)
{
	struct pollfd miss = { .fd = resolver__fd(service->resolver), .events = POLLIN };
	int looks = DRAIN_SECONDS * 1000 / DRAIN_LOOK_MS;

	if (service->plan->config->mode != CONFIG_MODE_TFTP || fill__drain(&service->engine) < 0)
		return;
	while (looks-- && rescue__open_transfers(&service->engine.maps, DRAIN_HEARD_S) > 0) {
		if (poll(&miss, 1, DRAIN_LOOK_MS) > 0)
			resolver__run(service->resolver);
		rescue__run(service->rescue);
		sd_notify(0, "WATCHDOG=1");
	}
}

void service__stop(struct service *service, bool persist)
{
	resolver__end(service->resolver);
	if (persist) {
		leases__stop(service->leases);
		log_info("the fast path goes on serving; `xdpxe detach %s` ends it",
			 service->engine.ports[0].name);
		return;
	}
	engine__detach(&service->engine);
	leases__stop(service->leases); /* now that no lease changes any more */
}

void service__close(struct service *service)
{
	telemetry__stop(service->telemetry);
	leases__free(service->leases);
	resolver__free(service->resolver);
	rescue__free(service->rescue);
	images__free(service->images);
	conflict__free(service->conflict);
	engine__close(&service->engine);
	for (size_t i = 0; i < service->lock_count; i++) {
		runtime__forget(service->locks[i].name);
		close(service->locks[i].fd);
	}
	plan__free(service->plan);
	memset(service, 0, sizeof(*service));
}
