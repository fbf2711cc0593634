// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* TFTP that the program does not take: what begins a transfer, what ends it, and what is wrong with it. */
#include <arpa/inet.h>
#include <string.h>

#include "image_sums.h"
#include "storm.h"
#include "storm_tftp.h"

#define ERROR_ILLEGAL 4

static uint64_t size_of(const struct storm *storm, const struct storm_machine *machine)
{
	return storm->options->expects.list[machine->file].size;
}

/* It ends the transfer as the client would, and goes no further. */
static void refuse(struct storm *storm, uint32_t number, const char *why)
{
	storm_machine__abort(storm, number, ERROR_ILLEGAL, why);
	storm_machine__fail(storm, number);
}

static void open_flow(struct storm *storm, uint32_t number, const struct storm_granted *granted)
{
	struct storm_machine *machine = &storm->machines[number];
	const struct storm_tftp_model *model = storm_model__tftp(machine->client);
	struct storm_flow *flow = &storm->engine.flows[number];

	flow->address = machine->address;
	flow->server = machine->server;
	flow->port = htons(machine->port);
	flow->tid = machine->tid;
	flow->next = 1;
	flow->acked = 0;
	flow->heard_ns = 0;
	flow->blksize = granted->blksize;
	flow->window = granted->window;
	flow->file = machine->file;
	flow->habits = model->habits;
	flow->ttl = model->ttl;
	flow->gap = 0;
	flow->sums = image_sums__first(granted->blksize);
	__atomic_store_n(&flow->state, STORM_FLOW_OPEN, __ATOMIC_RELEASE);
}

static void hear_oack(struct storm *storm, uint32_t number, const struct storm_packet *packet)
{
	struct storm_machine *machine = &storm->machines[number];
	const struct storm_tftp_model *model = storm_model__tftp(machine->client);
	struct storm_ask ask = storm_machine__ask(storm, number);
	struct storm_granted granted;
	const char *wrong;

	if (machine->state == STORM_DATA) { /* again: so was our ACK of it lost */
		storm->late++;
		if (storm->engine.flows[number].next == 1 && model->habits & STORM_ANSWERS_OLD)
			storm_machine__send_ack(storm, number, 0);
		return;
	}
	machine->tid = packet->source_port;
	wrong = storm_tftp__oack(packet->payload + 2, packet->len - 2, model, &ask, &granted);
	if (wrong) {
		storm__fault(storm, number, STORM_FAULT_MALFORMED_TFTP, "%s", wrong);
		refuse(storm, number, "Malformed OACK");
		return;
	}
	if (granted.has_size && granted.size != size_of(storm, machine))
		storm__fault(storm, number, STORM_FAULT_WRONG_SIZE, "tsize is %llu, not %llu",
			     (unsigned long long)granted.size,
			     (unsigned long long)size_of(storm, machine));
	if (machine->state == STORM_PROBE) {
		storm_machine__end_probe(storm, number);
		return;
	}
	open_flow(storm, number, &granted);
	storm_machine__enter(storm, number, STORM_DATA);
}

/* A server that knows no options sends the first block at once. */
static void hear_first_data(struct storm *storm, uint32_t number, const struct storm_packet *packet,
			    const uint8_t *frame, size_t len)
{
	const struct storm_granted granted = { .blksize = TFTP_BLKSIZE_DEFAULT, .window = 1 };
	struct storm_machine *machine = &storm->machines[number];

	machine->tid = packet->source_port;
	if (storm_model__tftp(machine->client)->must_have_oack) {
		storm__fault(storm, number, STORM_FAULT_NO_OACK,
			     "DATA in answer to a request with options");
		refuse(storm, number, "No options");
		return;
	}
	if (machine->state == STORM_PROBE) {
		storm_machine__end_probe(storm, number);
		return;
	}
	open_flow(storm, number, &granted);
	storm_machine__enter_silently(storm, number, STORM_DATA);
	storm_engine__again(&storm->engine, frame, len);
}

/* The program did not take it: why? */
static void judge(struct storm *storm, uint32_t number, const struct storm_packet *packet)
{
	struct storm_machine *machine = &storm->machines[number];
	const struct storm_flow *flow = &storm->engine.flows[number];
	const struct storm_expected *file = &storm->options->expects.list[machine->file];
	uint32_t block = flow->next;
	uint64_t at = (uint64_t)(block - 1) * flow->blksize, left = file->size - at;
	size_t want = left < flow->blksize ? (size_t)left : flow->blksize;
	size_t got = packet->len - sizeof(struct tftp_header);
	const uint8_t *bytes = packet->payload + sizeof(struct tftp_header);
	size_t place = 0;

	if (at > file->size ||
	    (uint16_t)(packet->payload[2] << 8 | packet->payload[3]) != (uint16_t)block) {
		storm->late++; /* taken meanwhile */
		return;
	}
	while (place < got && place < want && bytes[place] == file->data[at + place])
		place++;
	if (place < got && place < want) {
		storm__fault(storm, number, STORM_FAULT_WRONG_BYTES,
			     "%.60s differs at byte %llu, in block %u", file->name,
			     (unsigned long long)(at + place), block);
	} else if (got != want) {
		storm__fault(storm, number, STORM_FAULT_WRONG_LENGTH,
			     "%.60s: block %u has %zu bytes, not %zu", file->name, block, got,
			     want);
	} else {
		storm->late++;
		return;
	}
	refuse(storm, number, "Not what was expected");
}

static void hear_error(struct storm *storm, uint32_t number, const struct storm_packet *packet)
{
	int len = (int)(packet->len - sizeof(struct tftp_header));

	storm__fault(storm, number, STORM_FAULT_REFUSED, "ERROR %u: %.*s",
		     packet->payload[2] << 8 | packet->payload[3], len < 60 ? len : 60,
		     packet->payload + sizeof(struct tftp_header));
	storm_machine__fail(storm, number);
}

/* Is it for a transfer that is over, or one that a repeated request began beside the other? */
static bool is_late(const struct storm *storm, uint32_t number, const struct storm_packet *packet)
{
	const struct storm_machine *machine = &storm->machines[number];
	uint16_t port = ntohs(packet->target_port);
	bool reading = machine->state >= STORM_PROBE && machine->state <= STORM_DATA;

	if (packet->source != machine->server || machine->state == STORM_OFF)
		return false;
	if (port == machine->port && !reading)
		return machine->tid != 0;
	if (port == machine->port)
		return machine->asked_again;
	return (uint16_t)(port + 1) == machine->port;
}

static bool is_expected(const struct storm_machine *machine, const struct storm_packet *packet)
{
	if (packet->source != machine->server || packet->target != machine->address ||
	    ntohs(packet->target_port) != machine->port)
		return false;
	return machine->state == STORM_PROBE || machine->state == STORM_RRQ ||
	       (machine->state == STORM_DATA && packet->source_port == machine->tid);
}

void storm_hear__tftp(struct storm *storm, uint32_t number, const struct storm_packet *packet,
		      const uint8_t *frame, size_t len)
{
	struct storm_machine *machine = &storm->machines[number];
	uint16_t opcode = packet->len < 2 ? 0 : packet->payload[0] << 8 | packet->payload[1];

	if (!is_expected(machine, packet)) {
		if (is_late(storm, number, packet))
			storm->late++;
		else
			storm__fault(storm, number, STORM_FAULT_FOREIGN_PACKET,
				     "UDP from %08x (hexadecimal) port %u to port %u",
				     ntohl(packet->source), ntohs(packet->source_port),
				     ntohs(packet->target_port));
		return;
	}
	if (opcode == TFTP_OACK) {
		hear_oack(storm, number, packet);
	} else if (packet->len < sizeof(struct tftp_header) ||
		   (opcode != TFTP_DATA && opcode != TFTP_ERROR)) {
		storm__fault(storm, number, STORM_FAULT_MALFORMED_TFTP, "opcode %u, %zu bytes",
			     opcode, packet->len);
		storm_machine__fail(storm, number);
	} else if (opcode == TFTP_ERROR) {
		hear_error(storm, number, packet);
	} else if (machine->state == STORM_DATA) {
		judge(storm, number, packet);
	} else {
		hear_first_data(storm, number, packet, frame, len);
	}
}
