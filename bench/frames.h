/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The requests of bench_prog.c, and the machines that they come from. */
#ifndef XDPXE_BENCH_FRAMES_H
#define XDPXE_BENCH_FRAMES_H

#include <stdint.h>

#include "../bench/bare.h"

#define SERVER 0x0a4d0001 /* 10.77.0.1 */
#define CLIENT 0x0a4d0102
#define SUBNET 0x0a4c0000 /* 10.76.0.0/14 */
#define MASK 0xfffc0000
#define FIRST_ADDRESS 0x0a4e0000 /* of machine 0 */

/** frames__ack() - ACKs from @sessions clients in turn, each of one of @files, for @blocks blocks one after another */
struct bare_plan frames__ack(uint32_t sessions, uint32_t files, uint32_t blocks);

/** frames__request() - RRQs for file0000 and so on, of 1,468 bytes a block, from @sessions clients in turn */
struct bare_plan frames__request(uint32_t sessions, uint32_t files);

/** frames__dhcp() - a DISCOVER or REQUEST from each of @machines in turn, @first the first */
struct bare_plan frames__dhcp(uint8_t type, uint32_t machines, uint32_t first);

/** frames__mac() - the hardware address of a machine, 6 bytes */
void frames__mac(uint8_t *mac, uint32_t machine);

#endif
