// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * How the cost of a packet grows: with sessions and leases, with files, and on two CPUs at once. BPF_PROG_RUN, beside
 * bare programs in one run; prints JSON, which growth.py shows.
 */
#include <bpf/libbpf.h>
#include <stdio.h>
#include <unistd.h>

#include "frames.h"
#include "harness.h"
#include "xdpxe/dhcp_wire.h"
#include "xdpxe/reasons.h"

#define CALLS 400000
#define TOGETHER_CALLS 100000 /* the ring of changed leases is not emptied meanwhile */
#define SHORT_SESSIONS 5000   /* that read short files */
#define CORE_SESSIONS 10000   /* of each CPU */

static const uint32_t session_counts[] = { 1, 100, 10000, 60000, 1000000 };
static const uint32_t lease_counts[] = { 1, 100, 10000, 60000, 130000 };
static const uint32_t file_counts[] = { 1, 100, BARE_FILES };

#define EACH(i, list) (size_t i = 0; i < sizeof(list) / sizeof((list)[0]); i++)

/* How far the output is, and which clients have been. */
static struct {
	bool begun;
	uint32_t clients;
} so_far;

static void begin_row(void)
{
	printf("%s\n ", so_far.begun ? "," : "[");
	so_far.begun = true;
}

/* Clients that nobody knows yet, as many as come to read by so many calls. */
static struct bare_plan by_new_clients(struct bare_plan plan, uint64_t calls)
{
	uint64_t readings = plan.blocks ? calls / plan.sessions / plan.blocks + 1 : 1;

	plan.first_session = so_far.clients;
	so_far.clients += (uint32_t)(readings * plan.sessions);
	return plan;
}

static void print_row(const char *series, const char *packet, uint32_t count, double ns)
{
	begin_row();
	printf("{\"series\": \"%s\", \"packet\": \"%s\", \"count\": %u, \"ns\": %.1f}", series,
	       packet, count, ns);
}

static void print_rate(const char *packet, int cores, double rate)
{
	begin_row();
	printf("{\"series\": \"cores\", \"packet\": \"%s\", \"count\": %d, \"per_second\": %.0f}",
	       packet, cores, rate);
}

static double measure(const struct bench *bench, struct bare_plan plan, uint32_t warm,
		      uint32_t reason)
{
	const struct work work = { by_new_clients(plan, (uint64_t)CALLS * ROUNDS + warm), CALLS,
				   warm, reason };
	struct result result = harness__measure(bench, &work);

	return result.xdpxe - result.nothing;
}

static void grow_sessions(const struct bench *bench)
{
	const struct bare_plan plan = frames__ack(100, 1, FILE_BLOCKS);
	const struct work work = { by_new_clients(plan, (uint64_t)CALLS * (ROUNDS + 1)), CALLS, 100,
				   XDPXE_R_TFTP_DATA };
	struct result bare = harness__measure(bench, &work);

	print_row("bare", "harness", 1, bare.nothing);
	print_row("bare", "grow", 1, bare.grow - bare.nothing);
	print_row("bare", "grow and copy", 1, bare.grow_copy - bare.nothing);
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

/* The same on one CPU and on two, which share nothing that they ask for. */
static void grow_cores(const struct bench *bench, const char *packet, struct bare_plan plan,
		       uint32_t reason)
{
	struct work works[2];

	for (uint32_t i = 0; i < 2; i++) {
		works[i] = (struct work){ plan, TOGETHER_CALLS, CORE_SESSIONS, reason };
		works[i].plan.first_machine = i * CORE_SESSIONS;
	}
	for (int cores = 1; cores <= 2; cores++) {
		for (int i = 0; i < cores; i++)
			works[i].plan = by_new_clients(works[i].plan,
						       (uint64_t)TOGETHER_CALLS * (ROUNDS + 1));
		print_rate(packet, cores, harness__together(bench, works, cores));
	}
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
	printf("\n]\n");
	if (harness__count(&bench, XDPXE_R_LEASE_EVENT_LOST)) {
		fprintf(stderr, "the ring of changed leases was full\n");
		return 1;
	}
	ring_buffer__free(bench.lease_events);
	bare_bpf__destroy(bench.bare);
	xdpxe_bpf__destroy(bench.xdpxe);
	return 0;
}
