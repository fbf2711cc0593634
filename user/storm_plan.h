/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who is switched on when: all of it follows from the options, with the seed. */
#ifndef XDPXE_STORM_PLAN_H
#define XDPXE_STORM_PLAN_H

#include <stdio.h>

#include "storm_options.h"

/**
 * struct storm_birth - what is settled about a machine before it is switched on
 * @at_ns: from the beginning of the run; ascending with the machine's number
 * @xid: of its first DHCP exchange; that as iPXE has the next one
 * @port: of its first TFTP request, host byte order
 */
struct storm_birth {
	uint64_t at_ns;
	uint32_t xid;
	uint16_t arch, port;
	enum storm_client client;
	uint8_t uuid[16];
};

/** storm_plan__birth() - of machine @number */
void storm_plan__birth(const struct storm_options *options, uint32_t number,
		       struct storm_birth *out);

/** storm_plan__mac() - of machine @number */
void storm_plan__mac(uint32_t number, uint8_t mac[6]);

/** storm_plan__digest() - a number that differs where schedules do */
uint64_t storm_plan__digest(const struct storm_options *options);

/** storm_plan__print() - a row for each machine */
void storm_plan__print(const struct storm_options *options, FILE *out);

#endif
