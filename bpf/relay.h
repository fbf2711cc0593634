/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a relay says of itself in option 82: the suboption that selects a link. Reads a copy of the payload and no map. */
#ifndef XDPXE_BPF_RELAY_H
#define XDPXE_BPF_RELAY_H

#define SUBOPTIONS_MAX 128 /* each takes two bytes at least */

struct relay_walk {
	const __u8 *payload; /* PAYLOAD_MAX bytes */
	__u32 pos;
	__u32 end;
	__be32 selected;
	__u8 malformed;
	__u8 unreadable; /* a link selection */
};

/* One suboption. Return: 1 at the end. */
static long relay__step(__u32 index, struct relay_walk *walk)
{
	const __u8 *payload = walk->payload;
	__u32 pos = walk->pos;
	__u32 len;

	(void)index;
	if (pos >= walk->end)
		return 1;
	len = pos + 1 < walk->end ? payload[AT(pos + 1)] : PAYLOAD_MAX;
	walk->malformed = pos + 2 + len > walk->end;
	if (walk->malformed)
		return 1;
	if (payload[AT(pos)] == RELAY_OPT_LINK_SELECTION) {
		walk->unreadable = len != 4;
		if (walk->unreadable)
			return 1;
		walk->selected = dhcp__be32(payload, pos + 2);
	}
	walk->pos = pos + 2 + len;
	return 0;
}

/**
 * relay__parse() - read option 82 of a relayed message
 * @message: parsed; out: @selected, where a link selection (RFC 3527) goes before what option 118 said
 * Without a relay the option is a client's own, and only echoed; and option 118 is not heeded.
 * Return: GO_ON, or DHCP_LINK_UNREADABLE: where the client is cannot be told
 */
CHECKED_ALONE int relay__parse(struct scratch *scratch, struct dhcp_message *message)
{
	struct relay_walk walk = {};

	if (!scratch || !message)
		return XDPXE_R_EMIT_FAILED;
	if (message->giaddr == 0) {
		message->selected = 0;
		message->selection = 0;
		return GO_ON;
	}
	if (message->relay_agent == 0)
		return GO_ON;
	walk.payload = scratch->payload;
	walk.pos = message->relay_agent + 2 + unknown_zero;
	walk.end = walk.pos + scratch->payload[AT(message->relay_agent + 1)];
	walk.selected = unknown_zero;
	walk.malformed = unknown_zero;
	walk.unreadable = unknown_zero;
	bpf_loop(SUBOPTIONS_MAX, relay__step, &walk, 0);
	if (walk.unreadable)
		return XDPXE_R_DHCP_LINK_UNREADABLE;
	if (walk.malformed)
		count(XDPXE_R_DHCP_RELAY_MALFORMED);
	if (walk.selected)
		message->selected = walk.selected;
	return GO_ON;
}

#endif
