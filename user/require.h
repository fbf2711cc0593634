/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What must be so before anything is loaded. */
#ifndef XDPXE_REQUIRE_H
#define XDPXE_REQUIRE_H

#include <stdbool.h>

/** require__kernel() - is @release ("6.1.0-13-amd64") at least the kernel that the program needs? Logs why not */
bool require__kernel(const char *release);

/** require__this_machine() - kernel and privileges of this process. Logs what is missing. Return: 0, -1 */
int require__this_machine(void);

/** require__tid_range() - warn when the kernel hands out the TID ports to local programs */
void require__tid_range(void);

#endif
