// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "require.h"

#include <inttypes.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "log.h"
#include "parse.h"
#include "xdpxe/abi.h"

/* REQUIRE_KERNEL as numbers: bpf_xdp_store_bytes(), live frames in BPF_PROG_RUN */
#define KERNEL_MAJOR 5
#define KERNEL_MINOR 18

#ifndef CAP_BPF
#define CAP_PERFMON 38
#define CAP_BPF 39
#endif

static bool parse_release(const char *release, uint32_t *major, uint32_t *minor)
{
	char text[2][8];

	return sscanf(release, "%7[0-9].%7[0-9]", text[0], text[1]) == 2 &&
	       parse__u32(text[0], 0, 1000, major) && parse__u32(text[1], 0, 1000, minor);
}

bool require__kernel(const char *release)
{
	uint32_t major, minor;

	if (!parse_release(release, &major, &minor))
		return true; /* a name we cannot read: the verifier will tell */
	return major > KERNEL_MAJOR || (major == KERNEL_MAJOR && minor >= KERNEL_MINOR);
}

static uint64_t effective_capabilities(void)
{
	FILE *status = fopen("/proc/self/status", "r");
	uint64_t capabilities = 0;
	char line[256];

	if (!status)
		return 0;
	while (fgets(line, sizeof(line), status))
		if (sscanf(line, "CapEff: %" SCNx64, &capabilities) == 1)
			break;
	fclose(status);
	return capabilities;
}

static bool has(uint64_t capabilities, int capability)
{
	return capabilities & (1ULL << capability);
}

bool require__permission(void)
{
	uint64_t capabilities = effective_capabilities();

	return has(capabilities, CAP_SYS_ADMIN) ||
	       (has(capabilities, CAP_BPF) && has(capabilities, CAP_PERFMON) &&
		has(capabilities, CAP_NET_ADMIN) && has(capabilities, CAP_NET_RAW));
}

int require__this_machine(void)
{
	struct utsname name;

	if (uname(&name) == 0 && !require__kernel(name.release)) {
		log_error("this kernel is %s; xdpxe needs " REQUIRE_KERNEL " or later",
			  name.release);
		return -1;
	}
	if (require__permission())
		return 0;
	log_error("not permitted to load XDP programs; run as root, "
		  "or with CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN and CAP_NET_RAW; adopting what is "
		  "pinned needs CAP_SYS_ADMIN");
	return -1;
}

bool require__local_ports(unsigned int *first, unsigned int *last)
{
	FILE *range = fopen("/proc/sys/net/ipv4/ip_local_port_range", "r");
	bool read;

	if (!range)
		return false;
	read = fscanf(range, "%u %u", first, last) == 2;
	fclose(range);
	return read;
}

bool require__meets_tids(unsigned int first, unsigned int last)
{
	return first < XDPXE_TID_FIRST + XDPXE_TID_COUNT && last >= XDPXE_TID_FIRST;
}

void require__tid_range(void)
{
	unsigned int first, last;

	if (require__local_ports(&first, &last) && require__meets_tids(first, last))
		log_warn("net.ipv4.ip_local_port_range is %u-%u and meets the TID ports %u-%u: "
			 "set it above, or a local program may be given one of them",
			 first, last, XDPXE_TID_FIRST, XDPXE_TID_FIRST + XDPXE_TID_COUNT - 1);
}

void require__tags(const struct plan *plan)
{
	for (size_t i = 0; i < plan->port_count; i++) {
		const struct plan_port *port = &plan->ports[i];

		if (!port->has_vlans)
			continue;
		if (!strcmp(port->driver, "veth"))
			log_warn("%s is a veth: frames whose tag its peer leaves beside them look "
				 "like frames without; type, where the peer is: "
				 "ethtool -K PEER txvlan off",
				 port->name);
		else if (port->rxvlan)
			log_warn("%s takes VLAN tags off before XDP sees the frames, which then "
				 "look like frames without; type: ethtool -K %s rxvlan off",
				 port->name, port->name);
	}
}
