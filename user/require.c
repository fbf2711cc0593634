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

#define KERNEL_MAJOR 5
#define KERNEL_MINOR 18 /* bpf_xdp_store_bytes(), live frames in BPF_PROG_RUN */

#ifndef CAP_BPF
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
	if (major > KERNEL_MAJOR || (major == KERNEL_MAJOR && minor >= KERNEL_MINOR))
		return true;
	log_error("this kernel is %s; xdpxe needs %d.%d or later", release, KERNEL_MAJOR,
		  KERNEL_MINOR);
	return false;
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

int require__this_machine(void)
{
	uint64_t capabilities = effective_capabilities();
	struct utsname name;

	if (uname(&name) == 0 && !require__kernel(name.release))
		return -1;
	if (has(capabilities, CAP_SYS_ADMIN) ||
	    (has(capabilities, CAP_BPF) && has(capabilities, CAP_NET_ADMIN) &&
	     has(capabilities, CAP_NET_RAW)))
		return 0;
	log_error("not permitted to load XDP programs; run as root, "
		  "or with CAP_BPF, CAP_NET_ADMIN and CAP_NET_RAW");
	return -1;
}

void require__tid_range(void)
{
	FILE *range = fopen("/proc/sys/net/ipv4/ip_local_port_range", "r");
	unsigned int first, last;

	if (!range)
		return;
	if (fscanf(range, "%u %u", &first, &last) == 2 &&
	    first < XDPXE_TID_FIRST + XDPXE_TID_COUNT && last >= XDPXE_TID_FIRST)
		log_warn("net.ipv4.ip_local_port_range is %u-%u and meets the TID ports %u-%u: "
			 "set it above, or a local program may be given one of them",
			 first, last, XDPXE_TID_FIRST, XDPXE_TID_FIRST + XDPXE_TID_COUNT - 1);
	fclose(range);
}
