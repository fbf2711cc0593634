// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What machines hear: events of the program, and ARP. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "storm.h"
#include "storm_addresses.h"
#include "storm_delay.h"

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
	case STORM_EVENT_BOUND:
		if (event->machine < storm->options->clients)
			storm_hear__bound(storm, event->machine, event->block);
		break;
	case STORM_EVENT_ACK:
		if (event->machine < storm->options->clients)
			send_later(storm, event);
		break;
	}
	storm->heard_ns = event->time_ns;
	return ++storm->heard % HEARD_AT_ONCE ? 0 : -EAGAIN;
}
