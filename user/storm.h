/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Machines that boot. The program (bpf/storm.bpf.c) takes DATA that is right; all else is decided here, in one thread:
 * what a machine says, what it thinks of an answer, and when it loses patience.
 */
#ifndef XDPXE_STORM_RUN_H
#define XDPXE_STORM_RUN_H

#include "storm_engine.h"
#include "storm_fault.h"
#include "storm_packet.h"
#include "storm_plan.h"
#include "storm_tftp.h"

enum storm_state {
	STORM_OFF,
	STORM_DISCOVER, /* waits for an OFFER */
	STORM_COLLECT,	/* has one, waits for better ones */
	STORM_REQUEST,	/* waits for the ACK */
	STORM_ARP,
	STORM_PROBE, /* waits for the OACK that tells the size */
	STORM_RRQ,
	STORM_DATA,
	STORM_DONE,
	STORM_FAILED,
	STORM_STATES,
};

/**
 * struct storm_machine - one machine; its transfer is in struct storm_flow
 * Addresses and ports are in network byte order, but for @port.
 *
 * @since_ns: when it entered its state, or last made progress in it
 * @tries: sent in that state beyond the first
 * @old_xid: of the exchange before, whose late replies are no fault
 * @hop: whom it asks for a hardware address: the server, or the router; @hop_mac: the answer
 * @file: number of the expected file; @slash: the server named it with a leading '/'
 * @asked_again: its RRQ may have gone out twice, so two transfers may answer
 */
struct storm_machine {
	uint64_t begun_ns, since_ns, done_ns;
	uint32_t xid, old_xid;
	uint32_t address, server_id, server, mask, router, hop;
	uint16_t arch, port, tid, ident, size_blocks;
	uint8_t hop_mac[6];
	uint8_t uuid[16];
	uint8_t state, tries, client, file;
	bool ipxe, slash, asked_again;
};

/** struct storm_span - first and last moment of something */
struct storm_span {
	uint64_t first_ns, last_ns;
};

/**
 * struct storm - a run
 * @deadlines: by machine: when its state has lasted too long, 0: never
 * @in_state: machines by enum storm_state; @in_ipxe: those in DHCP for the second time
 * @resent: repeats, by state; @late: answers that came twice or after the time, which is no fault
 * @other: frames for machines that are neither ARP nor UDP, or proxy offers: looked at no further
 */
struct storm {
	const struct storm_options *options;
	struct storm_engine engine;
	struct storm_machine *machines;
	uint64_t *deadlines;
	struct storm_addresses *addresses;
	struct storm_delays *delays;
	struct storm_talks *talks;
	struct storm_faults faults;
	uint64_t begun_ns, now_ns, ended_ns;
	uint64_t heard, heard_ns; /* events, and when the latest one came */
	uint32_t born;
	uint32_t in_state[STORM_STATES], in_ipxe;
	uint64_t resent[STORM_STATES];
	uint64_t suffered[4]; /* by enum storm_fate_kind: frames that were sent from here */
	uint64_t exchanges, late, other, transfers;
	struct storm_span dhcp, tftp;
	bool stopped;
};

/** storm__fault() - note a fault of a machine, with its address before the text */
#define storm__fault(storm, machine, which, format, ...)                                           \
	storm_fault__note(&(storm)->faults, which, "machine %u: " format, machine, ##__VA_ARGS__)

/* --- storm_run.c */

/** storm_tick_fn() - called now and then while a run goes on */
typedef void storm_tick_fn(struct storm *storm, void *context);

/** storm__open() - load, attach. Return: 0; negative errno with a message logged */
int storm__open(struct storm *storm, const struct storm_options *options);

/** storm__run() - boot them all, within the bounds; SIGINT and SIGTERM end it early */
void storm__run(struct storm *storm, storm_tick_fn *tick, void *context);

/** storm__memory() - bytes held by maps and tables, which do not grow */
uint64_t storm__memory(const struct storm *storm);

void storm__free(struct storm *storm);

/** storm__failed() - is any machine not done, or anything wrong? */
bool storm__failed(const struct storm *storm);

/* --- storm_send.c */

/** storm_machine__enter() - a new state, which begins now; sends what it begins with */
void storm_machine__enter(struct storm *storm, uint32_t number, enum storm_state state);

/** storm_machine__enter_silently() - the same, and sends nothing */
void storm_machine__enter_silently(struct storm *storm, uint32_t number, enum storm_state state);

/** storm_machine__ask() - what its RRQ asks for in its state */
struct storm_ask storm_machine__ask(const struct storm *storm, uint32_t number);

/** storm_machine__delay_ack() - the ACK of @block goes out at @at_ns */
void storm_machine__delay_ack(struct storm *storm, uint32_t number, uint32_t block, uint64_t at_ns);

/** storm_machine__send() - send what belongs to the state, for the first time or again */
void storm_machine__send(struct storm *storm, uint32_t number);

/** storm_machine__send_ack() - the ACK of @block of its transfer */
void storm_machine__send_ack(struct storm *storm, uint32_t number, uint32_t block);

/** storm_machine__abort() - an ERROR that ends its transfer */
void storm_machine__abort(struct storm *storm, uint32_t number, uint16_t code, const char *text);

/** storm_machine__arp_reply() - tell who asks for the machine's address */
void storm_machine__arp_reply(struct storm *storm, uint32_t number,
			      const struct storm_packet *question);

/* --- storm_machine.c */

/** storm_machine__state_text() - what it waits for, in a word or two */
const char *storm_machine__state_text(const struct storm_machine *machine);

/** storm_machine__fail() - it goes no further */
void storm_machine__fail(struct storm *storm, uint32_t number);

/** storm_machine__boot() - switch it on; @due_ns: from when on its boot takes time */
void storm_machine__boot(struct storm *storm, uint32_t number, uint64_t due_ns);

/** storm_machine__expire() - its deadline has come */
void storm_machine__expire(struct storm *storm, uint32_t number);

/** storm_machine__finish_read() - its file is complete */
void storm_machine__finish_read(struct storm *storm, uint32_t number, uint64_t time_ns);

/** storm_machine__finish() - it has booted */
void storm_machine__finish(struct storm *storm, uint32_t number);

/** storm_machine__arm() - set the deadline that belongs to state and tries */
void storm_machine__arm(struct storm *storm, uint32_t number);

/** storm_machine__begin_read() - it knows whom to ask for its file: do */
void storm_machine__begin_read(struct storm *storm, uint32_t number);

/** storm_machine__end_probe() - the size is known: ask for the file itself, from the next port */
void storm_machine__end_probe(struct storm *storm, uint32_t number);

/** storm_machine__seek() - it has an address and a file's name: find the server */
void storm_machine__seek(struct storm *storm, uint32_t number);

/* --- storm_hear*.c */

/** storm_hear__event() - an event of the program; a storm_event_fn() that returns -EAGAIN now and then, to pause */
int storm_hear__event(void *context, void *event, size_t size);

/** storm_hear__dhcp() - a reply for a machine */
void storm_hear__dhcp(struct storm *storm, uint32_t number, const struct storm_packet *packet);

struct storm_dhcp_heard;

/** storm_hear__take_offer() - an OFFER that it follows */
void storm_hear__take_offer(struct storm *storm, uint32_t number,
			    const struct storm_dhcp_heard *heard);

/** storm_hear__bound() - the program has taken the ACK of @address, network byte order */
void storm_hear__bound(struct storm *storm, uint32_t number, uint32_t address);

/** storm_hear__tftp() - a UDP packet for another port of a machine; @frame: the same, for the program */
void storm_hear__tftp(struct storm *storm, uint32_t number, const struct storm_packet *packet,
		      const uint8_t *frame, size_t len);

/** storm_span__note() - widen it to @time_ns */
static inline void storm_span__note(struct storm_span *span, uint64_t time_ns)
{
	if (!span->first_ns || time_ns < span->first_ns)
		span->first_ns = time_ns;
	if (time_ns > span->last_ns)
		span->last_ns = time_ns;
}

#endif
