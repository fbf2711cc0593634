// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Attaching programs to interfaces: the last step of a start, and the only one that anybody else notices. */
#include "engine_priv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/if_link.h>

#include "log.h"

/* An interface that was deleted leaves a link to nothing. */
bool engine__link_is_alive(int link, unsigned int ifindex, uint32_t *prog_id)
{
	struct bpf_link_info info = {};
	uint32_t len = sizeof(info);

	if (bpf_obj_get_info_by_fd(link, &info, &len) < 0)
		return false;
	if (prog_id)
		*prog_id = info.prog_id;
	return info.xdp.ifindex == ifindex;
}

bool engine__is_native(unsigned int ifindex)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, query);

	return bpf_xdp_query(ifindex, 0, &query) == 0 && query.attach_mode == XDP_ATTACHED_DRV;
}

int engine__check_free(const struct engine *engine, const struct plan_port *port)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, query);
	char path[2 * PINS_PATH];
	uint32_t own = 0;
	int link;

	if (bpf_xdp_query(port->ifindex, 0, &query) < 0 || query.attach_mode == XDP_ATTACHED_NONE)
		return 0;
	pins__port_path(&engine->instance, port->name, "link", path, sizeof(path));
	link = bpf_obj_get(path);
	if (link >= 0) {
		engine__link_is_alive(link, port->ifindex, &own);
		close(link);
	}
	if (own && own == query.prog_id)
		return 0;
	log_error("%s already has an XDP program that is not ours (id %u); it is left alone. "
		  "`bpftool prog show id %u` tells what it is",
		  port->name, query.prog_id, query.prog_id);
	return -EBUSY;
}

static int pin_program(const struct engine *engine, const struct engine_port *port,
		       const char *leaf, int fd)
{
	char path[2 * PINS_PATH];

	pins__port_path(&engine->instance, port->name, leaf, path, sizeof(path));
	unlink(path);
	return bpf_obj_pin(fd, path) < 0 ? -errno : 0;
}

/* A new link, in the driver where it can, else generic. */
static int attach_new(struct engine *engine, struct engine_port *port)
{
	LIBBPF_OPTS(bpf_link_create_opts, native, .flags = XDP_FLAGS_DRV_MODE);
	LIBBPF_OPTS(bpf_link_create_opts, generic, .flags = XDP_FLAGS_SKB_MODE);
	int prog = engine__ingress(port);
	char path[2 * PINS_PATH];

	port->link = bpf_link_create(prog, port->ifindex, BPF_XDP, &native);
	if (port->link < 0) {
		log_warn("%s: no XDP in its driver (%s; an MTU above 3,000 is one cause): "
			 "generic mode, which is slower",
			 port->name, strerror(errno));
		port->link = bpf_link_create(prog, port->ifindex, BPF_XDP, &generic);
	}
	if (port->link < 0)
		return -errno;
	pins__port_path(&engine->instance, port->name, "link", path, sizeof(path));
	if (bpf_obj_pin(port->link, path) < 0)
		return -errno;
	return 0;
}

static int attach_port(struct engine *engine, struct engine_port *port)
{
	char path[2 * PINS_PATH];
	int err;

	pins__port_path(&engine->instance, port->name, "", path, sizeof(path));
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return -errno;
	pins__port_path(&engine->instance, port->name, "link", path, sizeof(path));
	port->link = bpf_obj_get(path);
	if (port->link >= 0 && engine__link_is_alive(port->link, port->ifindex, NULL)) {
		err = bpf_link_update(port->link, engine__ingress(port), NULL) < 0 ? -errno : 0;
	} else {
		if (port->link >= 0)
			close(port->link);
		unlink(path);
		err = attach_new(engine, port);
	}
	if (err == 0)
		err = pin_program(engine, port, "ingress", engine__ingress(port));
	if (err == 0)
		err = pin_program(engine, port, "egress", engine__egress(port));
	port->native = engine__is_native(port->ifindex);
	if (err < 0)
		log_error("%s: cannot attach: %s", port->name, strerror(-err));
	return err;
}

/* What `ports` says of interfaces that no program of ours serves any more. */
static void forget_other_numbers(const struct engine *engine)
{
	static const struct xdpxe_port none = { .network = XDPXE_NONE };

	for (uint32_t number = 0; number < XDPXE_PORTS_MAX; number++) {
		bool ours = false;

		for (size_t i = 0; i < engine->port_count; i++)
			ours |= engine->ports[i].number == number;
		if (!ours)
			bpf_map_update_elem(engine->maps.ports, &number, &none, BPF_ANY);
	}
}

void engine__unlink(struct engine *engine)
{
	for (size_t i = 0; i < engine->port_count; i++)
		if (engine->ports[i].link >= 0)
			bpf_link_detach(engine->ports[i].link);
}

/* Interfaces that the configuration no longer names. */
static void drop_other_ports(const struct engine *engine)
{
	char names[XDPXE_PORTS_MAX][IF_NAMESIZE];
	int count = pins__ports(&engine->instance, names, XDPXE_PORTS_MAX);

	for (int i = 0; i < count; i++) {
		bool ours = false;

		for (size_t j = 0; j < engine->port_count; j++)
			ours |= strcmp(names[i], engine->ports[j].name) == 0;
		if (ours)
			continue;
		log_info("%s is no longer configured: detached", names[i]);
		pins__remove_port(&engine->instance, names[i]);
	}
}

int engine__attach(struct engine *engine)
{
	for (size_t i = 0; i < engine->port_count; i++) {
		int err = attach_port(engine, &engine->ports[i]);

		if (err < 0)
			return err;
	}
	drop_other_ports(engine);
	forget_other_numbers(engine);
	return 0;
}
