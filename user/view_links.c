// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Which networks are in force, and on which interface and VLAN each is.
#include <errno.h>
#include <net/if.h>
#include <stdio.h>

#include <bpf/bpf.h>

#include "mapread.h"
#include "view.h"

/* The ports in force, and the half that they name: 1 or 2, 0 when nothing is in force. */
struct links {
	struct xdpxe_port ports[XDPXE_PORTS_MAX];
	unsigned int half;
	struct rows *rows; /* struct view_network */
};

static void read_ports(const struct view *view, struct links *links)
{
	for (__u32 i = 0; i < XDPXE_PORTS_MAX; i++) {
		struct xdpxe_port *port = &links->ports[i];

		if (bpf_map_lookup_elem(view->maps.ports, &i, port) || !port->ifindex)
			*port = (struct xdpxe_port){ .network = XDPXE_NONE };
		else if (port->half)
			links->half = port->half;
	}
}

static int add_networks(const struct view *view, const struct links *links)
{
	for (__u32 i = 0; links->half && i < XDPXE_NETWORKS_MAX; i++) {
		__u32 slot = (links->half - 1) * XDPXE_NETWORKS_MAX + i;
		struct view_network *row;
		struct xdpxe_network wire;

		if (bpf_map_lookup_elem(view->maps.networks, &slot, &wire) || !wire.server)
			continue;
		row = rows__add(links->rows);
		if (!row)
			return -ENOMEM;
		row->wire = wire;
	}
	return 0;
}

static void name_link(const struct links *links, __u32 first, const struct xdpxe_port *port,
		      const struct xdpxe_vlan *vlan)
{
	char name[IF_NAMESIZE] = "?";

	if_indextoname(port->ifindex, name);
	for (size_t i = 0; i < links->rows->count; i++) {
		struct view_network *row = rows__at(links->rows, i);

		if (row->wire.link != first)
			continue;
		snprintf(row->interface, sizeof(row->interface), "%s", name);
		row->vlan[0] = vlan->outer;
		row->vlan[1] = vlan->inner;
	}
}

static int name_vlan(const void *key, const void *value, void *context)
{
	const struct xdpxe_vlan *vlan = key;
	const struct links *links = context;

	if (vlan->half == links->half && vlan->port < XDPXE_PORTS_MAX)
		name_link(links, *(const __u32 *)value, &links->ports[vlan->port], vlan);
	return 0;
}

int view__networks(const struct view *view, struct rows *networks)
{
	static const struct xdpxe_vlan untagged;
	struct links links = { .rows = networks };
	int err;

	*networks = (struct rows){ .size = sizeof(struct view_network) };
	read_ports(view, &links);
	err = add_networks(view, &links);
	if (err)
		return err;
	for (size_t i = 0; i < XDPXE_PORTS_MAX; i++)
		if (links.ports[i].network != XDPXE_NONE)
			name_link(&links, links.ports[i].network, &links.ports[i], &untagged);
	return mapread__each(view->maps.vlans, name_vlan, &links);
}

const struct view_network *view__network_of(const struct rows *networks, __be32 addr)
{
	for (size_t i = 0; i < networks->count; i++) {
		const struct view_network *row = rows__at(networks, i);

		if ((addr & row->wire.mask) == row->wire.subnet)
			return row;
	}
	return NULL;
}

void view__vlan_text(char text[VIEW_VLAN_TEXT], const struct view_network *network)
{
	text[0] = '\0';
	if (network->vlan[1])
		snprintf(text, VIEW_VLAN_TEXT, "%u.%u", network->vlan[0], network->vlan[1]);
	else if (network->vlan[0])
		snprintf(text, VIEW_VLAN_TEXT, "%u", network->vlan[0]);
}
