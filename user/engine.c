// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "engine_priv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "leases.h"
#include "log.h"
#include "xdpxe.skel.h"

static int read_meta(const struct maps *maps, struct xdpxe_meta *meta)
{
	uint32_t zero = 0;

	return bpf_map_lookup_elem(maps->meta, &zero, meta) < 0 ? -errno : 0;
}

static bool instance_is_alive(const struct instance *instance)
{
	char names[XDPXE_PORTS_MAX][IF_NAMESIZE];
	int count = pins__ports(instance, names, XDPXE_PORTS_MAX);
	bool alive = false;

	for (int i = 0; i < count && !alive; i++) {
		char path[2 * PINS_PATH];
		int link;

		pins__port_path(instance, names[i], "link", path, sizeof(path));
		link = bpf_obj_get(path);
		alive = link >= 0 && engine__link_is_alive(link, if_nametoindex(names[i]), NULL);
		if (link >= 0)
			close(link);
	}
	return alive;
}

uint64_t engine__generation(const struct engine *engine)
{
	struct xdpxe_meta meta;

	return engine->adopted && read_meta(&engine->maps, &meta) == 0 ? meta.generation + 1 : 0;
}

static int adopt(struct engine *engine)
{
	struct xdpxe_meta meta;

	if (read_meta(&engine->maps, &meta) < 0 || meta.abi == 0)
		return -EINVAL; /* its daemon died before it was ready: nothing worth keeping */
	engine->adopted = true;
	unsetenv(ENGINE_RETURNED);
	return 0;
}

/* The instance that serves one of the interfaces, or a new one named after the first. */
static int choose_instance(struct engine *engine, const struct plan *plan)
{
	for (size_t i = 0; i < plan->port_count; i++)
		if (pins__find(plan->ports[i].name, &engine->instance) == 0)
			return 0;
	return pins__instance(plan->ports[0].name, &engine->instance);
}

int engine__open(struct engine *engine, const struct plan *plan)
{
	int err;

	memset(engine, 0, sizeof(*engine));
	memset(&engine->maps, 0xff, sizeof(engine->maps));
	memset(&engine->old, 0xff, sizeof(engine->old));
	err = choose_instance(engine, plan);
	if (err < 0)
		return err;
	if (access(engine->instance.dir, F_OK) < 0)
		return 0;
	/* Where no link is alive the interface, or its namespace, was deleted; the daemon that saw it come back says so. */
	err = instance_is_alive(&engine->instance) || getenv(ENGINE_RETURNED) ? 0 : -ENOENT;
	if (err == 0 && engine__replaces(engine))
		return 0;
	if (err == 0)
		err = pins__open(&engine->instance, &engine->maps);
	if (err == 0)
		err = adopt(engine);
	if (err == 0)
		return 0;
	log_info("removing what an earlier daemon left unfinished for %s", engine->instance.first);
	pins__close(&engine->maps);
	err = leases__remove_pinned(&engine->instance);
	if (err < 0)
		log_error("%s cannot be removed: %s", engine->instance.dir, strerror(-err));
	return err;
}

static int reuse_maps(const struct maps *maps, struct xdpxe_bpf *skel)
{
	int err = 0;

#define REUSE(name)                                                                                \
	if (err == 0 && maps->name >= 0)                                                           \
		err = bpf_map__reuse_fd(skel->maps.name, maps->name);
	XDPXE_MAPS(REUSE)
#undef REUSE
	return err;
}

/* Descriptors of our own for the maps, so that the skeletons may come and go. */
static int keep_maps(struct maps *maps, const struct xdpxe_bpf *skel)
{
#define KEEP(name)                                                                                 \
	if (maps->name < 0)                                                                        \
		maps->name = dup(bpf_map__fd(skel->maps.name));                                    \
	if (maps->name < 0)                                                                        \
		return -errno;
	XDPXE_MAPS(KEEP)
#undef KEEP
	return 0;
}

/* A device map of @count entries that all name the interface itself. Return: descriptor, negative errno */
static int make_copies(const struct engine_port *port, uint32_t count)
{
	struct bpf_devmap_val self = {
		.ifindex = port->ifindex,
		.bpf_prog.fd = engine__egress(port),
	};
	int map = bpf_map_create(BPF_MAP_TYPE_DEVMAP, "xdpxe_copies", sizeof(uint32_t),
				 sizeof(self), count, NULL);

	for (uint32_t i = 0; map >= 0 && i < count; i++)
		if (bpf_map_update_elem(map, &i, &self, BPF_ANY) < 0) {
			int err = -errno;

			close(map);
			return err;
		}
	return map;
}

/* For each number of frames a map with as many entries: see bpf/maps.h. */
static int fill_clones(const struct engine_port *port)
{
	int clones = bpf_map__fd(port->skel->maps.clones);

	for (uint32_t frames = 2; frames <= XDPXE_FRAMES_MAX; frames++) {
		int map = make_copies(port, frames);
		int err;

		if (map < 0)
			return map;
		err = bpf_map_update_elem(clones, &frames, &map, BPF_ANY) < 0 ? -errno : 0;
		close(map);
		if (err < 0)
			return err;
	}
	return 0;
}

/*
 * The number an adopted interface had, so that its old program, which serves until it is swapped, is not misled; else
 * the first one that no interface has.
 */
static uint32_t choose_number(const struct engine *engine, unsigned int ifindex)
{
	uint32_t unused = XDPXE_PORTS_MAX;

	for (uint32_t i = 0; i < XDPXE_PORTS_MAX; i++) {
		struct xdpxe_port port = {};
		bool taken = false;

		if (engine->maps.ports >= 0)
			bpf_map_lookup_elem(engine->maps.ports, &i, &port);
		for (size_t j = 0; j < engine->port_count; j++)
			taken |= engine->ports[j].number == i;
		if (port.ifindex == ifindex && !taken)
			return i;
		if (unused == XDPXE_PORTS_MAX && port.ifindex == 0 && !taken)
			unused = i;
	}
	return unused;
}

int engine__load(struct engine *engine, const struct plan_port *plan)
{
	struct engine_port *port = &engine->ports[engine->port_count];
	uint64_t seed;
	int err;

	snprintf(port->name, sizeof(port->name), "%s", plan->name);
	port->ifindex = plan->ifindex;
	port->link = -1;
	port->native = engine__is_native(port->ifindex);
	port->number = choose_number(engine, port->ifindex);
	if (port->number >= XDPXE_PORTS_MAX)
		return -ENOSPC;
	port->skel = xdpxe_bpf__open();
	if (!port->skel)
		return -errno;
	port->skel->rodata->port_number = port->number;
	port->skel->rodata->telemetry = engine->telemetry;
	port->skel->rodata->event_parts = xdpxe_event_parts(libbpf_num_possible_cpus());
	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) == sizeof(seed))
		port->skel->rodata->guard_seed = seed;
	engine->port_count++;
	err = reuse_maps(&engine->maps, port->skel);
	if (err == 0)
		err = xdpxe_bpf__load(port->skel);
	if (err == 0)
		err = keep_maps(&engine->maps, port->skel);
	if (err == 0)
		err = fill_clones(port);
	if (err < 0)
		log_error("%s: the kernel refused the program: %s", port->name, strerror(-err));
	return err;
}

int engine__pin(struct engine *engine)
{
	char path[2 * PINS_PATH];
	int err;

	if (engine->adopted)
		return 0;
	if (engine->replaces)
		pins__remove_maps(&engine->instance);
	err = pins__make(&engine->instance);
	if (err < 0)
		return err;
#define PIN(name)                                                                                  \
	snprintf(path, sizeof(path), "%s/" #name, engine->instance.dir);                           \
	if (bpf_obj_pin(engine->maps.name, path) < 0)                                              \
		return -errno;
	XDPXE_MAPS(PIN)
#undef PIN
	return 0;
}

const struct engine_port *engine__port(const struct engine *engine, unsigned int ifindex)
{
	for (size_t i = 0; i < engine->port_count; i++)
		if (engine->ports[i].ifindex == ifindex)
			return &engine->ports[i];
	return NULL;
}

int engine__ingress(const struct engine_port *port)
{
	return bpf_program__fd(port->skel->progs.xdpxe_ingress);
}

int engine__egress(const struct engine_port *port)
{
	return bpf_program__fd(port->skel->progs.xdpxe_egress);
}

int engine__reap(const struct engine *engine, const struct xdpxe_client *client, uint64_t word,
		 uint32_t *addr)
{
	struct xdpxe_reap reap = { .client = *client, .word = word };
	/* The kernel writes a syscall program's context back to where it came from, and refuses ctx_out. */
	LIBBPF_OPTS(bpf_test_run_opts, run, .ctx_in = &reap, .ctx_size_in = sizeof(reap));
	int prog = bpf_program__fd(engine->ports[0].skel->progs.xdpxe_reap);

	if (bpf_prog_test_run_opts(prog, &run) < 0)
		return -errno;
	*addr = reap.addr;
	return reap.removed;
}

int engine__detach(struct engine *engine)
{
	engine__unlink(engine);
	return pins__remove(&engine->instance);
}

void engine__close(struct engine *engine)
{
	for (size_t i = 0; i < engine->port_count; i++) {
		if (engine->ports[i].link >= 0)
			close(engine->ports[i].link);
		xdpxe_bpf__destroy(engine->ports[i].skel);
	}
	pins__close(&engine->maps);
	pins__close(&engine->old);
	engine->port_count = 0;
}
