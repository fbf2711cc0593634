// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What machines hear: events of the program, ARP and DHCP. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "storm.h"
#include "storm_addresses.h"
#include "storm_delay.h"
#include "storm_dhcp.h"

#define HEARD_AT_ONCE 256 /* events between two looks at the clock */
#define DELAY_LEAST_NS 1000000
#define DELAY_SPAN_NS 15000000

static void hear_arp(struct storm *storm, uint32_t number, const struct storm_packet *packet)
{
	uint32_t owner = storm_addresses__owner(storm->addresses, packet->target);
	struct storm_machine *machine;

	if (packet->operation == 1) {
		if (owner != STORM_NOBODY)
			storm_machine__arp_reply(storm, owner, packet);
		return;
	}
	if (packet->operation != 2 || number >= storm->options->clients)
		return;
	machine = &storm->machines[number];
	if (machine->state != STORM_ARP || packet->source != machine->hop) {
		storm->late++;
		return;
	}
	memcpy(machine->hop_mac, packet->arp_mac, sizeof(machine->hop_mac));
	storm_machine__begin_read(storm, number);
}

/* Is it addressed so that the machine, which has no address yet, hears it? */
static bool is_heard(const struct storm_machine *machine, const struct storm_packet *packet,
		     const struct storm_dhcp_heard *heard)
{
	if (packet->target == INADDR_BROADCAST)
		return true;
	return !storm_model__dhcp(machine->arch, machine->ipxe)->broadcast &&
	       packet->target == heard->yiaddr;
}

/* What this client needs in an OFFER. Return: NULL, or what is missing */
static const char *lacks(const struct storm_machine *machine, const struct storm_dhcp_heard *heard)
{
	const struct storm_dhcp_model *model = storm_model__dhcp(machine->arch, machine->ipxe);

	if (!heard->server_id)
		return "option 54, the server";
	if (model->needs_mask && !heard->mask)
		return "option 1, the netmask";
	if (model->needs_mask && heard->needs_4011)
		return "option 43 beside option 60 PXEClient: UEFI would ask port 4011";
	return NULL;
}

static bool is_bad_address(const struct storm_dhcp_heard *heard)
{
	uint32_t address = ntohl(heard->yiaddr), mask = ntohl(heard->mask);

	if (address >> 24 == 0 || address >> 24 == 127 || address >= 0xe0000000u ||
	    heard->yiaddr == heard->server_id)
		return true;
	return mask && mask < 0xfffffffeu && ((address & ~mask) == 0 || (address & ~mask) == ~mask);
}

static void hear_offer(struct storm *storm, uint32_t number, const struct storm_dhcp_heard *heard)
{
	struct storm_machine *machine = &storm->machines[number];
	const struct storm_dhcp_model *model = storm_model__dhcp(machine->arch, machine->ipxe);
	const char *missing = lacks(machine, heard);

	if (!heard->yiaddr) { /* a proxy's: it gives no address */
		storm->other++;
		return;
	}
	if (machine->state != STORM_DISCOVER) {
		storm->late++;
		return;
	}
	if (missing) {
		storm__fault(storm, number, STORM_FAULT_MISSING_OPTION, "OFFER lacks %s", missing);
		storm_machine__fail(storm, number);
		return;
	}
	if (machine->ipxe && heard->yiaddr != machine->address)
		storm__fault(storm, number, STORM_FAULT_CHANGED_ADDRESS,
			     "as iPXE it is offered another address");
	machine->address = heard->yiaddr;
	machine->server_id = heard->server_id;
	machine->mask = heard->mask;
	machine->router = heard->router;
	storm_machine__enter(storm, number,
			     storm->options->collect && model->collect_ms &&
					     !(machine->ipxe && heard->no_wait)
				     ? STORM_COLLECT
				     : STORM_REQUEST);
}

/* The boot file of a ROM. Return: it is one of those that are expected */
static bool take_file(struct storm *storm, uint32_t number, const struct storm_dhcp_heard *heard)
{
	struct storm_machine *machine = &storm->machines[number];
	int file = storm_expect__find(&storm->options->expects, heard->name, machine->arch);
	uint64_t told = (uint64_t)heard->size_blocks * 512;

	if (file < 0) {
		storm__fault(storm, number, STORM_FAULT_WRONG_FILE, "%s is told to boot %.60s%s",
			     storm_options__arch_name(machine->arch), heard->name,
			     file == -2 ? ", which is for others" : "");
		return false;
	}
	machine->file = (uint8_t)file;
	machine->slash = heard->name[0] == '/';
	machine->size_blocks = heard->size_blocks;
	if (told && told < storm->options->expects.list[file].size)
		storm__fault(storm, number, STORM_FAULT_WRONG_SIZE,
			     "option 13 says %u blocks of 512 bytes", heard->size_blocks);
	machine->server = heard->siaddr ? heard->siaddr : heard->server_id;
	return true;
}

/* What follows from an ACK that is right. */
static void go_on(struct storm *storm, uint32_t number, const struct storm_dhcp_heard *heard)
{
	struct storm_machine *machine = &storm->machines[number];

	if (storm->options->stage == STORM_STAGE_DHCP) {
		storm_machine__finish(storm, number);
		return;
	}
	if (!heard->name[0]) {
		storm__fault(storm, number, STORM_FAULT_NO_BOOT_FILE, "%s",
			     storm_options__arch_name(machine->arch));
		storm_machine__fail(storm, number);
	} else if (!machine->ipxe) {
		if (take_file(storm, number, heard))
			storm_machine__seek(storm, number);
		else
			storm_machine__fail(storm, number);
	} else if (storm_expect__find(&storm->options->expects, heard->name, machine->arch) >= 0) {
		storm__fault(storm, number, STORM_FAULT_BOOT_LOOP, "iPXE is told to boot %.60s",
			     heard->name);
		storm_machine__fail(storm, number);
	} else {
		storm_machine__finish(storm, number);
	}
}

static void hear_ack(struct storm *storm, uint32_t number, const struct storm_dhcp_heard *heard)
{
	struct storm_machine *machine = &storm->machines[number];
	uint32_t owner;

	if (machine->state != STORM_REQUEST) {
		storm->late++;
		return;
	}
	if (heard->yiaddr != machine->address || heard->server_id != machine->server_id) {
		storm__fault(storm, number, STORM_FAULT_CHANGED_OFFER,
			     "ACK has another address or server than the OFFER");
		storm_machine__fail(storm, number);
		return;
	}
	storm->exchanges++;
	storm_span__note(&storm->dhcp, storm->now_ns);
	if (is_bad_address(heard))
		storm__fault(storm, number, STORM_FAULT_BAD_ADDRESS, "%08x", ntohl(heard->yiaddr));
	owner = storm_addresses__claim(storm->addresses, heard->yiaddr, number);
	if (owner != number)
		storm__fault(storm, number, STORM_FAULT_DOUBLE_ADDRESS,
			     "%08x (hexadecimal) belongs to machine %u", ntohl(heard->yiaddr),
			     owner);
	go_on(storm, number, heard);
}

/* Replies of the exchange before, or to a repeated question with another xid, are late and no more. */
static bool is_of_exchange(struct storm *storm, uint32_t number,
			   const struct storm_dhcp_heard *heard)
{
	const struct storm_machine *machine = &storm->machines[number];
	uint8_t mac[6];

	storm_plan__mac(number, mac);
	if (memcmp(mac, heard->mac, sizeof(mac)) == 0 && heard->xid == machine->xid)
		return true;
	if (memcmp(mac, heard->mac, sizeof(mac)) == 0 &&
	    (heard->xid == machine->old_xid || storm_model__dhcp(machine->arch, false)->new_xid))
		storm->late++;
	else
		storm__fault(storm, number, STORM_FAULT_FOREIGN_PACKET,
			     "a DHCP reply of another exchange, xid %08x", ntohl(heard->xid));
	return false;
}

void storm_hear__dhcp(struct storm *storm, uint32_t number, const struct storm_packet *packet)
{
	struct storm_machine *machine = &storm->machines[number];
	struct storm_dhcp_heard heard;
	const char *wrong = storm_dhcp__parse(packet->payload, packet->len, &heard);

	if (wrong) {
		storm__fault(storm, number, STORM_FAULT_MALFORMED_DHCP, "%s", wrong);
		return;
	}
	if (machine->state == STORM_OFF || !is_of_exchange(storm, number, &heard))
		return;
	if (!is_heard(machine, packet, &heard)) {
		storm__fault(storm, number, STORM_FAULT_MISADDRESSED,
			     "a reply to %08x (hexadecimal), offering %08x", ntohl(packet->target),
			     ntohl(heard.yiaddr));
		return;
	}
	if (heard.type == DHCP_OFFER) {
		hear_offer(storm, number, &heard);
	} else if (heard.type == DHCP_ACK) {
		hear_ack(storm, number, &heard);
	} else if (heard.type == DHCP_NAK) {
		storm__fault(storm, number, STORM_FAULT_NAK, "by %08x (hexadecimal)",
			     ntohl(heard.server_id));
		storm_machine__fail(storm, number);
	} else {
		storm__fault(storm, number, STORM_FAULT_MALFORMED_DHCP, "message type %u",
			     heard.type);
	}
}

static void hear_udp(struct storm *storm, uint32_t number, const struct storm_packet *packet,
		     const uint8_t *frame, size_t len)
{
	if (packet->target_port == htons(DHCP_CLIENT_PORT) &&
	    packet->source_port == htons(DHCP_SERVER_PORT))
		storm_hear__dhcp(storm, number, packet);
	else
		storm_hear__tftp(storm, number, packet, frame, len);
}

static void hear_frame(struct storm *storm, uint32_t number, const uint8_t *frame, size_t len)
{
	struct storm_packet packet;

	storm_packet__parse(frame, len, &packet);
	if (packet.kind == STORM_PACKET_ARP) {
		hear_arp(storm, number, &packet);
		return;
	}
	if (number >= storm->options->clients)
		return;
	if (packet.kind == STORM_PACKET_UDP)
		hear_udp(storm, number, &packet, frame, len);
	else if (packet.kind == STORM_PACKET_CHECKSUM)
		storm__fault(storm, number, STORM_FAULT_CHECKSUM, "UDP from port %u to port %u",
			     ntohs(packet.source_port), ntohs(packet.target_port));
	else if (packet.kind == STORM_PACKET_MALFORMED)
		storm__fault(storm, number, STORM_FAULT_MALFORMED_FRAME, "%zu bytes", len);
	else
		storm->other++;
}

/* An ACK that the program held back, or that goes out twice. */
static void send_later(struct storm *storm, const struct storm_event *event)
{
	uint64_t delay = DELAY_LEAST_NS + storm_mix(event->time_ns) % DELAY_SPAN_NS;

	storm_machine__delay_ack(storm, event->machine, event->block, event->time_ns + delay);
}

int storm_hear__event(void *context, void *data, size_t size)
{
	struct storm *storm = context;
	const struct storm_event *event = data;
	const uint8_t *frame = (const uint8_t *)(event + 1);
	uint64_t delay = DELAY_LEAST_NS + storm_mix(event->time_ns) % DELAY_SPAN_NS;

	if (size < sizeof(*event) + event->len)
		return 0;
	if (event->time_ns > storm->now_ns)
		storm->now_ns = event->time_ns;
	switch ((enum storm_event_kind)event->kind) {
	case STORM_EVENT_FRAME:
		hear_frame(storm, event->machine, frame, event->len);
		break;
	case STORM_EVENT_LATER:
		storm_delays__add(storm->delays, event->time_ns + delay, true, frame, event->len);
		break;
	case STORM_EVENT_DONE:
		if (event->machine < storm->options->clients)
			storm_machine__finish_read(storm, event->machine, event->time_ns);
		break;
	case STORM_EVENT_ACK:
		if (event->machine < storm->options->clients)
			send_later(storm, event);
		break;
	}
	storm->heard_ns = event->time_ns;
	return ++storm->heard % HEARD_AT_ONCE ? 0 : -EAGAIN;
}
