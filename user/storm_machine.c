// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The life of a machine, and its patience. */
#include <arpa/inet.h>
#include <string.h>

#include "storm.h"
#include "storm_addresses.h"
#include "storm_talk.h"

#define NS_PER_MS 1000000ULL

static const char *const state_texts[] = {
	[STORM_OFF] = "off",	      [STORM_DISCOVER] = "DISCOVER", [STORM_COLLECT] = "OFFER",
	[STORM_REQUEST] = "REQUEST",  [STORM_ARP] = "ARP",	     [STORM_PROBE] = "size probe",
	[STORM_RRQ] = "read request", [STORM_DATA] = "ACK",	     [STORM_DONE] = "done",
	[STORM_FAILED] = "failed",
};

/* When what belongs to the state is said again; NULL for states that do not wait. */
static const struct storm_moments *moments_of(const struct storm_machine *machine)
{
	const struct storm_dhcp_model *dhcp = storm_model__dhcp(machine->arch, machine->ipxe);
	const struct storm_tftp_model *tftp = storm_model__tftp(machine->client);

	switch ((enum storm_state)machine->state) {
	case STORM_DISCOVER:
		return &dhcp->discover;
	case STORM_REQUEST:
		return &dhcp->request;
	case STORM_ARP:
		return &dhcp->arp;
	case STORM_PROBE:
	case STORM_RRQ:
		return &tftp->rrq;
	case STORM_DATA:
		return &tftp->ack;
	default:
		return NULL;
	}
}

void storm_machine__arm(struct storm *storm, uint32_t number)
{
	const struct storm_machine *machine = &storm->machines[number];
	const struct storm_moments *moments = moments_of(machine);
	uint64_t ms = 0;

	if (machine->state == STORM_COLLECT)
		ms = storm_model__dhcp(machine->arch, machine->ipxe)->collect_ms;
	else if (moments)
		ms = moments->ms[machine->tries + 1];
	storm->deadlines[number] = ms ? machine->since_ns + ms * NS_PER_MS : 0;
}

void storm_machine__enter_silently(struct storm *storm, uint32_t number, enum storm_state state)
{
	struct storm_machine *machine = &storm->machines[number];

	storm->in_state[machine->state]--;
	storm->in_state[state]++;
	machine->state = (uint8_t)state;
	machine->tries = 0;
	machine->since_ns = storm->now_ns;
	storm_machine__arm(storm, number);
}

void storm_machine__enter(struct storm *storm, uint32_t number, enum storm_state state)
{
	storm_machine__enter_silently(storm, number, state);
	storm_machine__send(storm, number);
}

void storm_machine__fail(struct storm *storm, uint32_t number)
{
	struct storm_machine *machine = &storm->machines[number];

	storm->engine.flows[number].state = STORM_FLOW_IDLE;
	storm->in_ipxe -= machine->ipxe;
	storm_machine__enter(storm, number, STORM_FAILED);
}

void storm_machine__finish(struct storm *storm, uint32_t number)
{
	struct storm_machine *machine = &storm->machines[number];

	machine->done_ns = storm->now_ns;
	storm->in_ipxe -= machine->ipxe;
	storm_machine__enter(storm, number, STORM_DONE);
}

/* Files alone: the addresses are told, and nobody is asked for them. */
static void boot_without_dhcp(struct storm *storm, uint32_t number)
{
	struct storm_machine *machine = &storm->machines[number];
	const struct storm_options *options = storm->options;
	int file = storm_expect__find(&options->expects, options->file, machine->arch);

	machine->address = htonl(options->address + number);
	machine->server = machine->hop = htonl(options->server);
	storm_addresses__claim(storm->addresses, machine->address, number);
	if (file < 0) {
		storm__fault(storm, number, STORM_FAULT_WRONG_FILE, "--file %.60s is not expected",
			     options->file);
		storm_machine__fail(storm, number);
		return;
	}
	machine->file = (uint8_t)file;
	machine->slash = options->file[0] == '/';
	storm_machine__enter(storm, number, STORM_ARP);
}

void storm_machine__boot(struct storm *storm, uint32_t number, uint64_t due_ns)
{
	struct storm_machine *machine = &storm->machines[number];
	struct storm_birth birth;

	storm_plan__birth(storm->options, number, &birth);
	machine->begun_ns = due_ns;
	machine->xid = machine->old_xid = birth.xid;
	machine->arch = birth.arch;
	machine->port = birth.port;
	machine->client = (uint8_t)birth.client;
	machine->ident = (uint16_t)birth.xid;
	memcpy(machine->uuid, birth.uuid, sizeof(machine->uuid));
	if (storm->options->stage == STORM_STAGE_TFTP)
		boot_without_dhcp(storm, number);
	else
		storm_machine__enter(storm, number, STORM_DISCOVER);
}

void storm_machine__seek(struct storm *storm, uint32_t number)
{
	struct storm_machine *machine = &storm->machines[number];

	machine->hop = machine->server;
	if ((machine->server ^ machine->address) & machine->mask)
		machine->hop = machine->router;
	if (!machine->hop) {
		storm__fault(storm, number, STORM_FAULT_MISSING_OPTION,
			     "the file's server is behind a router, but option 3 names none");
		storm_machine__fail(storm, number);
		return;
	}
	storm_machine__enter(storm, number, STORM_ARP);
}

void storm_machine__begin_read(struct storm *storm, uint32_t number)
{
	struct storm_machine *machine = &storm->machines[number];
	bool knows_size =
		machine->size_blocks && storm_model__dhcp(machine->arch, false)->skips_probe;

	machine->tid = 0;
	machine->asked_again = false;
	storm_machine__enter(storm, number,
			     storm_model__tftp(machine->client)->probe && !knows_size ? STORM_PROBE
										      : STORM_RRQ);
}

void storm_machine__end_probe(struct storm *storm, uint32_t number)
{
	struct storm_machine *machine = &storm->machines[number];
	const struct storm_tftp_model *model = storm_model__tftp(machine->client);

	storm_machine__abort(storm, number, model->abort_code, model->abort_text);
	machine->port++;
	machine->tid = 0;
	machine->asked_again = false;
	storm_machine__enter(storm, number, STORM_RRQ);
}

void storm_machine__finish_read(struct storm *storm, uint32_t number, uint64_t time_ns)
{
	struct storm_machine *machine = &storm->machines[number];

	if (machine->state != STORM_DATA)
		return;
	storm_span__note(&storm->tftp, time_ns);
	storm->transfers++;
	if (storm->options->stage == STORM_STAGE_TFTP) {
		storm_machine__finish(storm, number);
		return;
	}
	machine->old_xid = machine->xid;
	machine->xid = (uint32_t)storm_mix((uint64_t)machine->xid << 32 | number);
	machine->ipxe = true;
	storm->in_ipxe++;
	storm_machine__enter(storm, number, STORM_DISCOVER);
}

static void give_up(struct storm *storm, uint32_t number)
{
	struct storm_machine *machine = &storm->machines[number];

	if (machine->state == STORM_REQUEST &&
	    storm_model__dhcp(machine->arch, machine->ipxe)->new_xid) {
		storm_machine__enter(storm, number, STORM_DISCOVER); /* as U-Boot does */
		return;
	}
	storm__fault(storm, number, STORM_FAULT_GAVE_UP, "no answer to %s%s in %u ms, %u sent",
		     state_texts[machine->state], machine->ipxe ? " as iPXE" : "",
		     moments_of(machine)->ms[moments_of(machine)->count - 1], machine->tries + 1u);
	storm_machine__fail(storm, number);
}

/* Blocks came meanwhile: the clock starts anew from the last one. Return: so it is */
static bool has_progressed(struct storm *storm, uint32_t number)
{
	struct storm_machine *machine = &storm->machines[number];
	const struct storm_flow *flow = &storm->engine.flows[number];

	if (machine->state != STORM_DATA)
		return false;
	if (flow->state == STORM_FLOW_DONE) { /* the ring was full, and did not say so */
		storm_machine__finish_read(storm, number, storm->now_ns);
		return true;
	}
	if (flow->heard_ns <= machine->since_ns)
		return false;
	machine->since_ns = flow->heard_ns;
	machine->tries = 0;
	storm_machine__arm(storm, number);
	return storm->deadlines[number] > storm->now_ns;
}

void storm_machine__expire(struct storm *storm, uint32_t number)
{
	struct storm_machine *machine = &storm->machines[number];
	const struct storm_moments *moments;

	if (storm_talk__sync(storm, number) && storm->deadlines[number] > storm->now_ns)
		return;
	moments = moments_of(machine);
	storm->deadlines[number] = 0;
	if (machine->state == STORM_COLLECT) {
		storm_machine__enter(storm, number, STORM_REQUEST);
		return;
	}
	if (!moments || has_progressed(storm, number))
		return;
	if (machine->tries + 2u >= moments->count) {
		give_up(storm, number);
		return;
	}
	machine->tries++;
	machine->asked_again |= machine->state == STORM_RRQ || machine->state == STORM_PROBE;
	storm->resent[machine->state]++;
	storm_machine__arm(storm, number);
	storm_machine__send(storm, number);
}

const char *storm_machine__state_text(const struct storm_machine *machine)
{
	return state_texts[machine->state];
}
