// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What the driver of an interface can do for XDP. Asked of the kernel only: nothing is attached to find out. */
#include "doctor.h"

#include <errno.h>
#include <linux/if_link.h>
#include <string.h>

#include <bpf/libbpf.h>

#include "netdev.h"
#include "pins.h"

static const char *mode_name(unsigned int mode)
{
	switch (mode) {
	case XDP_ATTACHED_DRV:
		return "native";
	case XDP_ATTACHED_SKB:
		return "generic";
	case XDP_ATTACHED_HW:
		return "offloaded";
	default:
		return "several";
	}
}

static void look_at_program(struct doctor *doctor, const struct net_interface *facts)
{
	LIBBPF_OPTS(bpf_xdp_query_opts, query);
	struct instance instance;
	char type[DOCTOR_TEXT];

	if (bpf_xdp_query((int)facts->ifindex, 0, &query) < 0)
		return;
	if (query.attach_mode == XDP_ATTACHED_NONE) {
		doctor__add(doctor, DOCTOR_GOOD, "XDP program", NULL, NULL, "none yet");
	} else if (pins__find(facts->name, &instance) == 0) {
		doctor__add(doctor, DOCTOR_GOOD, "XDP program", NULL, NULL, "xdpxe serves here, %s",
			    mode_name(query.attach_mode));
	} else {
		snprintf(type, sizeof(type), "bpftool prog show id %u", query.prog_id);
		doctor__add(doctor, DOCTOR_BAD, "XDP program",
			    "all: xdpxe leaves an interface alone that has another program", type,
			    "another one, id %u, %s", query.prog_id, mode_name(query.attach_mode));
	}
}

/* A veth offers it as soon as its peer has a program. */
static void tell_no_redirect(struct doctor *doctor, const struct net_interface *facts)
{
	if (strcmp(facts->driver, "veth") == 0)
		doctor__add(doctor, DOCTOR_BAD, "peer's XDP program",
			    "all: a veth hands the frames that XDP sends to its peer only if that "
			    "has a native XDP program, too",
			    "in the peer's namespace, with xdp_pass.o as README.md makes it: "
			    "ip link set dev PEER xdpdrv object xdp_pass.o section xdp",
			    "none");
	else
		doctor__add(doctor, DOCTOR_POOR, "redirect to itself",
			    "windows are lost: set `tftp.window: 1`. Some drivers say so only "
			    "once a program is attached",
			    NULL, "not now");
}

static void tell_features(struct doctor *doctor, const struct net_interface *facts,
			  uint64_t features)
{
	if (features & NETDEV_XDP_ACT_BASIC)
		doctor__add(doctor, DOCTOR_GOOD, "native XDP", NULL, NULL, "in the driver");
	else
		doctor__add(doctor, DOCTOR_POOR, "native XDP",
			    "generic mode: slower, no windows, and the daemon has to run", NULL,
			    "not in this driver, or not with these settings");
	if (features & NETDEV_XDP_ACT_NDO_XMIT)
		doctor__add(doctor, DOCTOR_GOOD, "redirect to itself", NULL, NULL,
			    "yes: windows, and replies to frames without room");
	else
		tell_no_redirect(doctor, facts);
}

static void look_at_features(struct doctor *doctor, const struct net_interface *facts)
{
	uint64_t features;
	int err = netdev__xdp_features(facts->ifindex, &features);

	if (err == 0)
		tell_features(doctor, facts, features);
	else
		doctor__add(doctor, DOCTOR_NOTE, "native XDP", NULL, NULL,
			    "not known beforehand (%s); `xdpxe run` says which it got",
			    err == -EOPNOTSUPP ? "kernel before 6.3" : strerror(-err));
}

/* Measured room behind a frame, for replies in the client's own one. */
static void tell_room(struct doctor *doctor, const struct net_interface *facts)
{
	if (strcmp(facts->driver, "veth") == 0)
		doctor__add(doctor, DOCTOR_NOTE, "room to grow", NULL, NULL,
			    "little for frames of a local socket: replies to those are clones");
	else if (strcmp(facts->driver, "tun") == 0)
		doctor__add(doctor, DOCTOR_NOTE, "room to grow", NULL, NULL,
			    "about 390 bytes: DATA is sent in clones");
	else
		doctor__add(doctor, DOCTOR_NOTE, "room to grow", NULL, "xdpxe status",
			    "1,536 bytes or more in most drivers; in_place and cloned tell");
}

void doctor__driver(struct doctor *doctor, const struct net_interface *facts)
{
	doctor__add(doctor, DOCTOR_GOOD, "driver", NULL, NULL, "%s", facts->driver);
	look_at_program(doctor, facts);
	look_at_features(doctor, facts);
	tell_room(doctor, facts);
}
