// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Nanoseconds a packet, by BPF_PROG_RUN on one CPU: xdpxe beside bare programs, in one run. Read the ratios: machines
 * are noisy. Rounds are interleaved and the median of each is printed.
 */
#include <stdio.h>
#include <stdlib.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "frames.h"
#include "harness.h"
#include "setup.h"
#include "xdpxe/dhcp_wire.h"
#include "xdpxe/reasons.h"

#define CALLS 400000
#define FEW_SESSIONS 256
#define MANY_SESSIONS 65536
#define FEW_LEASES 100
#define MANY_LEASES 60000
#define NEW_MACHINES 6000 /* in each round */

static void print_instructions(const char *name, struct bpf_program *program)
{
	struct bpf_prog_info info = {};
	uint32_t len = sizeof(info);

	if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &len) == 0)
		printf("%-34s %7u bytes of BPF, %6u of machine code, %7u instructions verified\n",
		       name, info.xlated_prog_len, info.jited_prog_len, info.verified_insns);
}

static void print_row(const char *name, double ns, const struct result *base)
{
	double bare = base->grow_copy - base->nothing;

	printf("%-44s %8.1f %10.1f %8.2f\n", name, ns, ns - base->nothing,
	       (ns - base->nothing) / bare);
}

/* @first: of clients that nobody knows yet */
static struct result acks(const struct bench *bench, uint32_t first, uint32_t sessions)
{
	struct work work = { frames__ack(sessions, 1, FILE_BLOCKS), CALLS, sessions,
			     XDPXE_R_TFTP_DATA, true };

	work.plan.first_session = first;
	return harness__measure(bench, &work);
}

static void bench_acks(const struct bench *bench)
{
	struct result few = acks(bench, 0, FEW_SESSIONS);
	struct result many = acks(bench, FEW_SESSIONS, MANY_SESSIONS);

	printf("\n%-44s %8s %10s %8s\n", "medians of 9 rounds, ns a packet", "all", "- harness",
	       "x bare");
	print_row("harness: restore the frame, transmit", few.nothing, &few);
	print_row("bare: grow", few.grow, &few);
	print_row("bare: grow, copy 1,468 bytes", few.grow_copy, &few);
	print_row("xdpxe: ACK -> DATA 1,468, 256 sessions", few.xdpxe, &few);
	print_row("xdpxe: ACK -> DATA 1,468, 65,536 sessions", many.xdpxe, &many);
}

/* Return: ns a message without the harness */
static double bench_dhcp(const struct bench *bench, const char *name, uint8_t type,
			 uint32_t machines)
{
	bool discover = type == DHCP_DISCOVER;
	const struct work work = { frames__dhcp(type, machines, 0), CALLS, MANY_LEASES,
				   discover ? XDPXE_R_DHCP_OFFER : XDPXE_R_DHCP_ACK, false };
	struct result result = harness__measure(bench, &work);

	printf("xdpxe: %-37s %8.1f %10.1f\n", name, result.xdpxe, result.xdpxe - result.nothing);
	return result.xdpxe - result.nothing;
}

/* Machines that come for the first time: each call takes an address from the pool and makes a lease. */
static void bench_new_machines(const struct bench *bench)
{
	uint32_t all = NEW_MACHINES * (ROUNDS + 1);
	const struct work work = { frames__dhcp(DHCP_DISCOVER, all, MANY_LEASES), NEW_MACHINES,
				   NEW_MACHINES, XDPXE_R_DHCP_OFFER, false };
	struct result result;

	setup__pool(bench, MANY_LEASES, MANY_LEASES + all);
	result = harness__measure(bench, &work);
	printf("xdpxe: %-37s %8.1f %10.1f\n", "DISCOVER -> OFFER, new machines", result.xdpxe,
	       result.xdpxe - result.nothing);
}

int main(void)
{
	struct bench bench = {};
	double few[2], many[2];

	if (!harness__pin(0))
		fail("CPU");
	setup__all(&bench);
	print_instructions("xdpxe_ingress", bench.xdpxe->progs.xdpxe_ingress);
	print_instructions("xdpxe_egress", bench.xdpxe->progs.xdpxe_egress);
	print_instructions("bare: grow and copy", bench.bare->progs.grow_copy);
	bench_acks(&bench);
	setup__leases(&bench, 0, FEW_LEASES);
	few[0] = bench_dhcp(&bench, "DISCOVER -> OFFER, 100 leases", DHCP_DISCOVER, FEW_LEASES);
	few[1] = bench_dhcp(&bench, "REQUEST -> ACK, 100 leases", DHCP_REQUEST, FEW_LEASES);
	setup__leases(&bench, FEW_LEASES, MANY_LEASES);
	many[0] =
		bench_dhcp(&bench, "DISCOVER -> OFFER, 60,000 leases", DHCP_DISCOVER, MANY_LEASES);
	many[1] = bench_dhcp(&bench, "REQUEST -> ACK, 60,000 leases", DHCP_REQUEST, MANY_LEASES);
	bench_new_machines(&bench);
	printf("\nAmong 60,000 leases an OFFER costs %.2f times what it costs among 100, an ACK "
	       "%.2f times.\n",
	       many[0] / few[0], many[1] / few[1]);
	ring_buffer__free(bench.lease_events);
	bare_bpf__destroy(bench.bare);
	xdpxe_bpf__destroy(bench.xdpxe);
	return 0;
}
