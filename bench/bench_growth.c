// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * How the cost of a packet grows: with sessions and leases, with files, and on two CPUs at once. BPF_PROG_RUN, beside
 * bare programs in one run; prints a line of JSON for each figure as it is found, which bench_growth.py shows.
 */
#include <bpf/libbpf.h>
#include <stdio.h>
#include <unistd.h>

#include "frames.h"
#include "harness.h"
#include "together.h"
#include "xdpxe/dhcp_wire.h"
#include "xdpxe/reasons.h"

#define CALLS 250000
#define SHORT_SESSIONS 5000 /* that read short files */
#define CORE_SESSIONS 10000 /* of each CPU */

static const uint32_t session_counts[] = { 1, 100, 10000, 60000, 1000000 };
static const uint32_t lease_counts[] = { 1, 100, 10000, 60000, 130000 };
static const uint32_t file_counts[] = { 1, 100, BARE_FILES };

#define EACH(i, list) (size_t i = 0; i < sizeof(list) / sizeof((list)[0]); i++)

static uint32_t clients_so_far;

/* Clients that nobody knows yet, as many as come to read by so many calls. */
static struct bare_plan by_new_clients(struct bare_plan plan, uint64_t calls)
{
	uint64_t readings = plan.blocks ? calls / plan.sessions / plan.blocks + 1 : 1;

	plan.first_session = clients_so_far;
	clients_so_far += (uint32_t)(readings * plan.sessions);
	return plan;
}

static void print_row(const char *series, const char *packet, uint32_t count, double ns)
{
	printf("{\"series\": \"%s\", \"packet\": \"%s\", \"count\": %u, \"ns\": %.1f}\n", series,
	       packet, count, ns);
	fflush(stdout);
}

static void print_cores(const char *packet, const struct together *rates)
{
	static const char form[] = "{\"series\": \"cores\", \"packet\": \"%s\", \"count\": %d, "
				   "\"per_second\": %.0f, \"times\": %.3f}\n";

	printf(form, packet, 1, rates->alone, 1.0);
	printf(form, packet, 2, rates->both, rates->times);
	fflush(stdout);
}

static double measure(const struct bench *bench, struct bare_plan plan, uint32_t warm,
		      uint32_t reason)
{
	const struct work work = { by_new_clients(plan, (uint64_t)CALLS * ROUNDS + warm), CALLS,
				   warm, reason, false };
	struct result result = harness__measure(bench, &work);

	return result.xdpxe - result.nothing;
}

static void grow_sessions(const struct bench *bench)
{
	const struct bare_plan plan = frames__ack(100, 1, FILE_BLOCKS);
	const struct work work = { by_new_clients(plan, (uint64_t)CALLS * (ROUNDS + 1)), CALLS, 100,
				   XDPXE_R_TFTP_DATA, true };
	struct result bare = harness__measure(bench, &work);

	print_row("bare", "harness", 1, bare.nothing);
	print_row("bare", "grow", 1, bare.grow - bare.nothing);
	print_row("bare", "grow and copy", 1, bare.grow_copy - bare.nothing);
	print_row("bare", "ACK -> DATA", 100, bare.xdpxe - bare.nothing);
	for
		EACH(i, session_counts)
		{
			uint32_t count = session_counts[i];

			print_row("sessions", "ACK -> DATA", count,
				  measure(bench, frames__ack(count, 1, FILE_BLOCKS), count,
					  XDPXE_R_TFTP_DATA));
		}
}

static void grow_requests(const struct bench *bench)
{
	for
		EACH(i, session_counts)
		{
			uint32_t count = session_counts[i];

			print_row("sessions", "RRQ -> OACK", count,
				  measure(bench, frames__request(count, 1), count,
					  XDPXE_R_TFTP_OACK));
		}
}

static void grow_leases(const struct bench *bench)
{
	uint32_t made = 0;

	for
		EACH(i, lease_counts)
		{
			uint32_t count = lease_counts[i];

			setup__leases(bench, made, count);
			made = count;
			print_row("sessions", "DISCOVER -> OFFER", count,
				  measure(bench, frames__dhcp(DHCP_DISCOVER, count, 0), count,
					  XDPXE_R_DHCP_OFFER));
		}
}

static void grow_files(const struct bench *bench)
{
	for
		EACH(i, file_counts)
		{
			uint32_t count = file_counts[i];

			print_row("files", "ACK -> DATA", count,
				  measure(bench, frames__ack(SHORT_SESSIONS, count, SHORT_BLOCKS),
					  SHORT_SESSIONS, XDPXE_R_TFTP_DATA));
			print_row("files", "RRQ -> OACK", count,
				  measure(bench, frames__request(SHORT_SESSIONS, count),
					  SHORT_SESSIONS, XDPXE_R_TFTP_OACK));
		}
}

/* The same on each of two CPUs and on both, which share nothing that they ask for. */
static void grow_cores(const struct bench *bench, const char *packet, struct bare_plan plan,
		       uint32_t reason)
{
	struct work works[2];
	struct together rates;

	for (uint32_t i = 0; i < 2; i++) {
		plan.first_machine = i * CORE_SESSIONS;
		works[i] =
			(struct work){ by_new_clients(plan, 2ULL * CALLS * ROUNDS + CORE_SESSIONS),
				       CALLS, CORE_SESSIONS, reason, false };
	}
	rates = together__measure(bench, works);
	print_cores(packet, &rates);
}

int main(void)
{
	struct bench bench = {};

	if (!harness__pin(0))
		fail("CPU");
	setup__all(&bench);
	grow_sessions(&bench);
	grow_leases(&bench);
	if (sysconf(_SC_NPROCESSORS_ONLN) > 1) {
		grow_cores(&bench, "ACK -> DATA", frames__ack(CORE_SESSIONS, 1, FILE_BLOCKS),
			   XDPXE_R_TFTP_DATA);
		grow_cores(&bench, "DISCOVER -> OFFER",
			   frames__dhcp(DHCP_DISCOVER, CORE_SESSIONS, 0), XDPXE_R_DHCP_OFFER);
	}
	setup__read_short(&bench, BARE_FILES);
	grow_requests(&bench);
	grow_files(&bench);
	ring_buffer__free(bench.lease_events);
	bare_bpf__destroy(bench.bare);
	xdpxe_bpf__destroy(bench.xdpxe);
	return 0;
}
