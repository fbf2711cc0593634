// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What machines say. */
#include <arpa/inet.h>
#include <string.h>

#include "storm.h"
#include "storm_delay.h"
#include "storm_dhcp.h"
#include "storm_talk.h"
#include "storm_tftp.h"

#define DELAY_LEAST_NS 1000000
#define DELAY_SPAN_NS 15000000

static const uint8_t everyone[6] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };

static bool network_is_bad(const struct storm *storm)
{
	const struct storm_rules *rules = &storm->engine.rules;

	return rules->loss || rules->dup || rules->reorder;
}

/* The frame in the room goes out, as the bad network will have it. */
static void put(struct storm *storm, uint32_t number, size_t len)
{
	struct storm_flow *flow = &storm->engine.flows[number];
	enum storm_fate_kind fate = STORM_FATE_GO;
	uint64_t delay;

	if (network_is_bad(storm))
		fate = storm_fate(&storm->engine.rules, number, flow->departures++, STORM_OUT);
	delay = DELAY_LEAST_NS + storm_mix(flow->departures ^ storm->options->seed) % DELAY_SPAN_NS;
	if (fate == STORM_FATE_TWICE || fate == STORM_FATE_LATE)
		storm_delays__add(storm->delays, storm->now_ns + delay, false,
				  storm_engine__room(&storm->engine), len);
	storm->suffered[fate]++;
	storm->machines[number].asked_again |= fate == STORM_FATE_TWICE;
	if (fate == STORM_FATE_GO || fate == STORM_FATE_TWICE)
		storm_engine__put(&storm->engine, len);
}

static struct storm_ends ends_of(struct storm *storm, uint32_t number)
{
	struct storm_machine *machine = &storm->machines[number];
	struct storm_ends ends = {
		.source = machine->address,
		.target = machine->server,
		.source_port = htons(machine->port),
		.target_port = machine->tid,
		.ident = ++machine->ident,
	};
	const struct storm_tftp_model *model = storm_model__tftp(machine->client);

	ends.ttl = model->ttl;
	ends.plain_ip = model->plain_ip;
	memcpy(ends.mac_to, machine->hop_mac, sizeof(ends.mac_to));
	storm_plan__mac(number, ends.mac_from);
	return ends;
}

static void send_dhcp(struct storm *storm, uint32_t number, uint8_t type)
{
	struct storm_machine *machine = &storm->machines[number];
	const struct storm_dhcp_model *model = storm_model__dhcp(machine->arch, machine->ipxe);
	struct storm_ends ends = ends_of(storm, number);
	struct storm_dhcp_say say = {
		.type = type,
		.arch = machine->arch,
		.ipxe = machine->ipxe,
		.secs = model->secs[type == DHCP_REQUEST ? 2
				    : machine->tries < 3 ? machine->tries
							 : 3],
	};
	uint8_t *frame = storm_engine__room(&storm->engine);

	if (type == DHCP_REQUEST) {
		say.server_id = machine->server_id;
		say.requested = machine->address;
	} else if (model->new_xid && machine->tries) {
		machine->old_xid = machine->xid;
		machine->xid = (uint32_t)storm_mix(machine->xid);
	}
	/* Before it goes out: the answer may come at once. */
	if (type == DHCP_REQUEST)
		storm_talk__request(storm, number);
	else if (storm_talk__discover(storm, number))
		return;
	say.xid = machine->xid;
	memcpy(say.mac, ends.mac_from, sizeof(say.mac));
	memcpy(say.uuid, machine->uuid, sizeof(say.uuid));
	memcpy(ends.mac_to, everyone, sizeof(everyone));
	ends.source = 0;
	ends.target = INADDR_BROADCAST;
	ends.source_port = htons(DHCP_CLIENT_PORT);
	ends.target_port = htons(DHCP_SERVER_PORT);
	ends.ttl = model->ttl;
	ends.plain_ip = model->plain_ip;
	put(storm, number,
	    storm_packet__udp(frame, &ends, storm_dhcp__build(frame + STORM_HEADERS, &say)));
}

static void send_arp_question(struct storm *storm, uint32_t number)
{
	static const uint8_t nobody[6];
	struct storm_ends ends = ends_of(storm, number);

	memcpy(ends.mac_to, everyone, sizeof(everyone));
	ends.target = storm->machines[number].hop;
	put(storm, number, storm_packet__arp(storm_engine__room(&storm->engine), &ends, 1, nobody));
}

void storm_machine__arp_reply(struct storm *storm, uint32_t number,
			      const struct storm_packet *question)
{
	struct storm_ends ends = ends_of(storm, number);

	memcpy(ends.mac_to, question->arp_mac, sizeof(ends.mac_to));
	ends.target = question->source;
	put(storm, number,
	    storm_packet__arp(storm_engine__room(&storm->engine), &ends, 2, question->arp_mac));
}

struct storm_ask storm_machine__ask(const struct storm *storm, uint32_t number)
{
	const struct storm_machine *machine = &storm->machines[number];
	const struct storm_tftp_model *model = storm_model__tftp(machine->client);
	struct storm_ask ask = {
		.probe = machine->state == STORM_PROBE,
		.blksize = storm->options->blksize ? storm->options->blksize : model->blksize,
		.window = storm->options->window ? storm->options->window : model->window,
	};

	if (ask.window == 1)
		ask.window = 0; /* what RFC 1350 has is not asked for */
	return ask;
}

static void send_rrq(struct storm *storm, uint32_t number)
{
	const struct storm_machine *machine = &storm->machines[number];
	const struct storm_expected *file = &storm->options->expects.list[machine->file];
	const struct storm_tftp_model *model = storm_model__tftp(machine->client);
	struct storm_ask ask = storm_machine__ask(storm, number);
	struct storm_ends ends = ends_of(storm, number);
	uint8_t *frame = storm_engine__room(&storm->engine);
	char name[STORM_NAME_MAX + 2] = "/";
	size_t len;

	strcpy(name + 1, file->name);
	ends.target_port = htons(TFTP_PORT);
	len = storm_tftp__rrq(frame + STORM_HEADERS, model, &ask, name + !machine->slash);
	put(storm, number, storm_packet__udp(frame, &ends, len));
	storm_span__note(&storm->tftp, storm->now_ns);
}

void storm_machine__send_ack(struct storm *storm, uint32_t number, uint32_t block)
{
	struct storm_ends ends = ends_of(storm, number);
	uint8_t *frame = storm_engine__room(&storm->engine);

	storm->engine.flows[number].acked = block;
	put(storm, number,
	    storm_packet__udp(frame, &ends,
			      storm_tftp__ack(frame + STORM_HEADERS, (uint16_t)block)));
}

void storm_machine__delay_ack(struct storm *storm, uint32_t number, uint32_t block, uint64_t at_ns)
{
	struct storm_ends ends = ends_of(storm, number);
	uint8_t *frame = storm_engine__room(&storm->engine);
	size_t len = storm_tftp__ack(frame + STORM_HEADERS, (uint16_t)block);

	len = storm_packet__udp(frame, &ends, len);
	storm_delays__add(storm->delays, at_ns, false, frame, len);
}

void storm_machine__abort(struct storm *storm, uint32_t number, uint16_t code, const char *text)
{
	struct storm_ends ends = ends_of(storm, number);
	uint8_t *frame = storm_engine__room(&storm->engine);

	put(storm, number,
	    storm_packet__udp(frame, &ends, storm_tftp__error(frame + STORM_HEADERS, code, text)));
}

void storm_machine__send(struct storm *storm, uint32_t number)
{
	switch ((enum storm_state)storm->machines[number].state) {
	case STORM_DISCOVER:
		storm_span__note(&storm->dhcp, storm->now_ns);
		send_dhcp(storm, number, DHCP_DISCOVER);
		break;
	case STORM_REQUEST:
		send_dhcp(storm, number, DHCP_REQUEST);
		break;
	case STORM_ARP:
		send_arp_question(storm, number);
		break;
	case STORM_PROBE:
	case STORM_RRQ:
		send_rrq(storm, number);
		break;
	case STORM_DATA:
		storm_machine__send_ack(storm, number, storm->engine.flows[number].next - 1);
		break;
	default:
		break;
	}
}
