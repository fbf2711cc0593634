/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What must be so before anything is loaded. */
#ifndef XDPXE_REQUIRE_H
#define XDPXE_REQUIRE_H

#include <stdbool.h>

#include "plan.h"

#define REQUIRE_KERNEL "5.18"

/** require__kernel() - is @release ("6.1.0-13-amd64") at least REQUIRE_KERNEL? One that cannot be read is */
bool require__kernel(const char *release);

/** require__permission() - may this process load XDP programs? */
bool require__permission(void);

/** require__local_ports() - the range of ports that the kernel hands out. Return: false when it does not tell */
bool require__local_ports(unsigned int *first, unsigned int *last);

/** require__meets_tids() - is one of these ports a TID port? */
bool require__meets_tids(unsigned int first, unsigned int last);

/** require__this_machine() - kernel and privileges of this process. Logs what is missing. Return: 0, -1 */
int require__this_machine(void);

/** require__tid_range() - warn when the kernel hands out the TID ports to local programs */
void require__tid_range(void);

/** require__tags() - warn where XDP may not see the tags of an interface that has VLANs */
void require__tags(const struct plan *plan);

#endif
