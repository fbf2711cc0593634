// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "storm_talk.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "storm_say.h"

#define LEARNING_NS 20000000 /* a server that is slower is not one for which the program matters */

#define MANY 1000 /* machines */

/* What the first OFFER and ACK of a kind said; addresses are of the one machine that got them. */
struct heard_of_kind {
	struct storm_dhcp_heard offer, ack;
};

struct storm_talks {
	struct heard_of_kind kinds[STORM_KINDS];
};

struct storm_talks *storm_talks__new(void)
{
	return calloc(1, sizeof(struct storm_talks));
}

void storm_talks__free(struct storm_talks *talks)
{
	free(talks);
}

/* The kind of a machine, or STORM_KINDS when all of its DHCP is the command's. */
static uint32_t kind_of(const struct storm *storm, const struct storm_machine *machine)
{
	const struct storm_rules *rules = &storm->engine.rules;

	if (machine->arch >= STORM_KINDS / 2 || storm->options->collect || rules->loss ||
	    rules->dup || rules->reorder)
		return STORM_KINDS;
	return machine->arch * 2u + machine->ipxe;
}

/* Six or sixteen bytes of an option that are a machine's own. Return: their place, 0 when the option has others */
static uint16_t own_at(uint8_t *value, size_t len, size_t at, uint8_t first, const uint8_t *own,
		       size_t own_len)
{
	if (len != own_len + 1 || value[0] != first || memcmp(value + 1, own, own_len) != 0)
		return 0;
	memset(value + 1, 0, own_len);
	return (uint16_t)(at + 1);
}

static void take_own_option(struct storm_text *text, uint8_t code, size_t at, size_t len,
			    const uint8_t *mac, const uint8_t *uuid)
{
	uint8_t *value = text->bytes + at;

	if (code == DHCP_OPT_CLIENT_ID && !text->mac_at)
		text->mac_at = own_at(value, len, at, 1, mac, 6);
	else if (code == DHCP_OPT_UUID && !text->uuid_at)
		text->uuid_at = own_at(value, len, at, 0, uuid, 16);
	else if (code == DHCP_OPT_REQUESTED_IP && len == 4) {
		memset(value, 0, 4);
		text->asked_at = (uint16_t)at;
	}
}

void storm_talk__text(struct storm_text *out, const uint8_t *message, size_t len,
		      const uint8_t mac[6], const uint8_t uuid[16])
{
	size_t at = sizeof(struct bootp_header);

	memset(out, 0, sizeof(*out));
	if (len < at || len > STORM_TEXT_MAX)
		return;
	memcpy(out->bytes, message, len);
	memset(out->bytes + STORM_XID_AT, 0, 4);
	memset(out->bytes + STORM_YIADDR_AT, 0, 4);
	memset(out->bytes + STORM_CHADDR_AT, 0, 6);
	while (at < len && out->bytes[at] != DHCP_OPT_END) {
		uint8_t code = out->bytes[at];

		if (code == DHCP_OPT_PAD) {
			at++;
			continue;
		}
		if (at + 2 > len || at + 2 + out->bytes[at + 1] > len)
			break;
		take_own_option(out, code, at + 2, out->bytes[at + 1], mac, uuid);
		at += 2u + out->bytes[at + 1];
	}
	out->sum = storm_packet__fold(storm_packet__sum(out->bytes, STORM_TEXT_MAX, 0));
	out->len = (uint16_t)len;
}

/* What machines of the kind say, as the command would say it. */
static void write_own(struct storm_text *out, const struct storm_machine *machine, uint8_t type)
{
	static const uint8_t nobody[16];
	struct storm_dhcp_say say = {
		.type = type,
		.arch = machine->arch,
		.ipxe = machine->ipxe,
		.secs = storm_model__dhcp(machine->arch, machine->ipxe)
				->secs[type == DHCP_REQUEST ? 2 : 0],
		.server_id = machine->server_id,
	};
	uint8_t message[STORM_DHCP_MAX];
	size_t len = storm_dhcp__build(message, &say);

	storm_talk__text(out, message, len, nobody, nobody);
}

/* Is it switched on together with so many that it pays to have the program speak? See storm_say.h. */
static bool is_one_of_many(const struct storm *storm, const struct storm_machine *machine)
{
	return storm->engine.native && storm->options->stage == STORM_STAGE_DHCP &&
	       storm->options->rate == 0 && storm->options->clients >= MANY && machine->tries == 0;
}

bool storm_talk__discover(struct storm *storm, uint32_t number)
{
	const struct storm_machine *machine = &storm->machines[number];
	struct storm_talk *talk = &storm->engine.talks[number];
	uint32_t kind = kind_of(storm, machine);

	if (kind == STORM_KINDS)
		return false;
	talk->xid = machine->xid;
	talk->has = machine->ipxe ? machine->address : 0;
	talk->kind = kind;
	memcpy(talk->uuid, machine->uuid, sizeof(talk->uuid));
	__atomic_store_n(&talk->state, STORM_TALK_WANTS_OFFER, __ATOMIC_RELEASE);
	if (!is_one_of_many(storm, machine) || !storm->engine.scripts[kind].ready)
		return false;
	storm_say__add(&storm->engine, number);
	return true;
}

void storm_talk__request(struct storm *storm, uint32_t number)
{
	const struct storm_machine *machine = &storm->machines[number];
	struct storm_talk *talk = &storm->engine.talks[number];

	if (kind_of(storm, machine) == STORM_KINDS)
		return;
	talk->address = machine->address;
	__atomic_store_n(&talk->state, STORM_TALK_WANTS_ACK, __ATOMIC_RELEASE);
}

void storm_talk__learn(struct storm *storm, uint32_t number, const struct storm_packet *packet,
		       const struct storm_dhcp_heard *heard)
{
	const struct storm_machine *machine = &storm->machines[number];
	uint32_t kind = kind_of(storm, machine);
	const struct storm_dhcp_model *model;
	struct storm_script *script;
	struct storm_text *text;
	uint8_t mac[6];

	if (kind == STORM_KINDS || packet->len > STORM_TEXT_MAX)
		return;
	script = &storm->engine.scripts[kind];
	text = heard->type == DHCP_OFFER ? &script->offer : &script->ack;
	if (text->len || (heard->type == DHCP_ACK && !script->offer.len))
		return;
	storm_plan__mac(number, mac);
	storm_talk__text(text, packet->payload, packet->len, mac, machine->uuid);
	if (heard->type == DHCP_OFFER) {
		storm->talks->kinds[kind].offer = *heard;
		write_own(&script->discover, machine, DHCP_DISCOVER);
		write_own(&script->request, machine, DHCP_REQUEST);
		return;
	}
	model = storm_model__dhcp(machine->arch, machine->ipxe);
	storm->talks->kinds[kind].ack = *heard;
	script->broadcast = model->broadcast;
	script->plain_ip = model->plain_ip;
	script->ttl = model->ttl;
	__atomic_store_n(&script->ready, 1, __ATOMIC_RELEASE);
}

bool storm_talk__is_learning(const struct storm *storm)
{
	if (storm->options->rate || storm->options->stage == STORM_STAGE_TFTP ||
	    storm->now_ns - storm->begun_ns > LEARNING_NS)
		return false;
	for (uint32_t i = 0; i < STORM_SCOUTS; i++) {
		uint32_t kind = kind_of(storm, &storm->machines[i]);

		if (kind != STORM_KINDS && !storm->machines[i].ipxe &&
		    storm->machines[i].state <= STORM_REQUEST && !storm->engine.scripts[kind].ready)
			return true;
	}
	return false;
}

bool storm_talk__sync(struct storm *storm, uint32_t number)
{
	struct storm_machine *machine = &storm->machines[number];
	struct storm_talk *talk = &storm->engine.talks[number];
	uint32_t state = __atomic_load_n(&talk->state, __ATOMIC_ACQUIRE);
	struct storm_dhcp_heard heard;

	if (machine->state != STORM_DISCOVER || state < STORM_TALK_WANTS_ACK)
		return false;
	heard = storm->talks->kinds[talk->kind].offer;
	heard.yiaddr = talk->address;
	storm_hear__take_offer(storm, number, &heard);
	storm_machine__enter_silently(storm, number, STORM_REQUEST);
	machine->since_ns = talk->heard_ns;
	storm_machine__arm(storm, number);
	return true;
}

const struct storm_dhcp_heard *storm_talk__bound(struct storm *storm, uint32_t number,
						 uint32_t address)
{
	struct storm_dhcp_heard *heard;

	storm_talk__sync(storm, number);
	if (storm->machines[number].state != STORM_REQUEST)
		return NULL;
	heard = &storm->talks->kinds[storm->engine.talks[number].kind].ack;
	heard->yiaddr = address;
	return heard;
}
