/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the daemon is told of each machine: struct xdpxe_event. Never of a block, and nobody waits for it: the daemon
 * looks several times a second, and what finds no room is counted and forgotten.
 */
#ifndef XDPXE_BPF_EVENT_H
#define XDPXE_BPF_EVENT_H

/* Set before load. Where it is not, the verifier takes out all that is behind it. */
const volatile __u8 telemetry = 1;
const volatile __u32 event_parts = 1; /* xdpxe_event_parts() */

/* What a flood is made of, and what another server on the link is to hear. */
static __always_inline bool event__is_told(int reason)
{
	return reason != XDPXE_R_DHCP_TOO_MANY && reason != XDPXE_R_DHCP_MAC_REFUSED &&
	       reason != XDPXE_R_OTHER_ADDRESS;
}

/* A place that is about to be written. */
struct event_place {
	struct xdpxe_event_head *head;
	__u64 number;
	__u32 first, mask; /* of this CPU's part */
};

/* Place @more of those that begin with the one. NULL never happens. */
static __always_inline struct xdpxe_event *event__at(const struct event_place *place, __u32 more)
{
	__u32 slot = place->first + ((place->number + more) & place->mask);

	return bpf_map_lookup_elem(&events, &slot);
}

/* Find room for @count places. Return: the first, or NULL */
static __always_inline struct xdpxe_event *event__begin(struct event_place *place, __u32 count)
{
	__u32 cpu = bpf_get_smp_processor_id() & (event_parts - 1);
	__u32 places = XDPXE_EVENTS / event_parts;

	place->head = bpf_map_lookup_elem(&event_heads, &cpu);
	if (!place->head)
		return NULL;
	place->number = place->head->written;
	place->first = cpu * places;
	place->mask = places - 1;
	if (place->number + count - place->head->read > places) {
		count_some(XDPXE_R_EVENT_LOST, 1);
		return NULL;
	}
	return event__at(place, 0);
}

/*
 * The event is whole. The daemon takes what was written at its look before, so that no CPU has yet to see it all. Frames of
 * one machine come to several CPUs within less than a tick: their order is counted, which costs less than the exact time.
 */
static __always_inline void event__end_of(const struct event_place *place,
					  struct xdpxe_event *event, __u64 time_ns, __u32 count)
{
	__u32 slot = XDPXE_EVENT_ORDER;
	struct xdpxe_event_head *all = bpf_map_lookup_elem(&event_heads, &slot);
	__u64 order = all ? __sync_fetch_and_add(&all->written, 1) : 0;

	event->order[0] = order;
	event->order[1] = order >> 8;
	event->order[2] = order >> 16;
	event->time_ns = time_ns;
	place->head->written = place->number + count;
}

/* The machine of a DHCP message. */
static __always_inline void event__of_message(struct xdpxe_event *event,
					      const struct scratch *scratch)
{
	const struct dhcp_message *message = &scratch->message;

	__builtin_memcpy(event->chaddr, message->chaddr, BOOTP_CHADDR_LEN);
	event->subnet = scratch->subnet;
	event->block = 0;
	event->xid = message->xid;
	event->arch = message->arch_count ? message->arch[0] : XDPXE_NONE;
	event->tid = 0;
	event->client_port = 0;
	event->htype = message->htype;
	event->hlen = message->hlen;
	event->message = message->type;
	event->flags = (message->is_ipxe ? XDPXE_EVENT_IPXE : 0) |
		       (message->giaddr ? XDPXE_EVENT_RELAYED : 0);
	event->port = port_number;
}

/* Verifier: checked alone, since three ways lead here. @job: of a reply that has been sent. */
CHECKED_ALONE int event__write_dhcp(struct scratch *scratch, const struct job *job, int reason)
{
	const struct dhcp_message *message;
	struct event_place place;
	struct xdpxe_event *event;
	bool answered;

	if (!job || !scratch)
		return 0;
	event = event__begin(&place, 1);
	if (!event)
		return 0;
	message = &scratch->message;
	answered = verdict__action(reason) == XDPXE_ACTION_REPLY;
	event__of_message(event, scratch);
	event->reason = reason;
	event->boot = answered ? job->dhcp.boot : XDPXE_BOOT_NONE;
	event->addr = answered ? job->dhcp.bootp.yiaddr : 0;
	if (!event->addr)
		event->addr = message->requested ? message->requested : message->ciaddr;
	event__end_of(&place, event, tick_ns(scratch), 1);
	return 0;
}

/** event__dhcp() - a message has ended for @reason; @job: what was sent, where that is a reply */
static __always_inline void event__dhcp(struct scratch *scratch, const struct job *job, int reason)
{
	if (telemetry && event__is_told(reason))
		event__write_dhcp(scratch, job, reason);
}

/* All but chaddr of an event of TFTP. */
static __always_inline void event__of_transfer(struct xdpxe_event *event, __be32 client,
					       __u32 ports, __u32 block, int reason)
{
	__builtin_memset(event->chaddr, 0, sizeof(event->chaddr));
	event->boot = XDPXE_BOOT_NONE;
	event->addr = client;
	event->subnet = 0;
	event->block = block;
	event->xid = 0;
	event->reason = reason;
	event->arch = XDPXE_NONE;
	event->tid = ports;
	event->client_port = ports >> 16;
	event->htype = ARPHRD_ETHER;
	event->hlen = ETH_ALEN;
	event->message = 0;
	event->flags = 0;
	event->port = port_number;
}

/* The port of the client above the one of the server, host byte order. */
static __always_inline __u32 event__ports(__be16 client, __be16 tid)
{
	return (__u32)bpf_ntohs(client) << 16 | bpf_ntohs(tid);
}

CHECKED_ALONE int event__write_request(const struct frame *frame, __u32 tid, int reason)
{
	struct xdpxe_event *event;
	struct event_place place;

	if (!frame)
		return 0;
	event = event__begin(&place, 1);
	if (!event)
		return 0;
	event__of_transfer(event, frame->saddr, (__u32)bpf_ntohs(frame->sport) << 16 | tid, 0,
			   reason);
	__builtin_memcpy(event->chaddr, frame->src, sizeof(frame->src));
	event__end_of(&place, event, now_ns(), 1);
	return 0;
}

/** event__request() - an RRQ was answered with a transfer; @tid: network byte order */
static __always_inline void event__request(const struct frame *frame, __be16 tid, int reason)
{
	if (telemetry)
		event__write_request(frame, bpf_ntohs(tid), reason);
}

CHECKED_ALONE int event__write_refusal(const struct frame *frame, int reason)
{
	const struct scratch *scratch = scratch__get();
	struct xdpxe_event *event, *name, *rest;
	struct event_place place;

	if (!frame || !scratch)
		return 0;
	event = event__begin(&place, 3);
	if (!event)
		return 0;
	name = event__at(&place, 1);
	rest = event__at(&place, 2);
	if (!name || !rest)
		return 0;
	_Static_assert(sizeof(scratch->name) == 2 * sizeof(*event), "two places");
	__builtin_memcpy(name, scratch->name.path, sizeof(*name));
	__builtin_memcpy(rest, scratch->name.path + sizeof(*name), sizeof(*rest));
	event__of_transfer(event, frame->saddr, event__ports(frame->sport, 0), 0, reason);
	event->flags = XDPXE_EVENT_NAMED;
	__builtin_memcpy(event->chaddr, frame->src, sizeof(frame->src));
	event__end_of(&place, event, now_ns(), 3);
	return 0;
}

/** event__refusal() - an RRQ for the file named in the scratch ended without a transfer */
static __always_inline void event__refusal(const struct frame *frame, int reason)
{
	if (telemetry)
		event__write_refusal(frame, reason);
}

/* Takes no frame: its address would keep the facts of every block out of registers. */
CHECKED_ALONE int event__write_end(struct xdp_md *ctx, __u32 client, __u32 ports, __u32 block,
				   int reason)
{
	struct event_place place;
	struct xdpxe_event *event = event__begin(&place, 1);

	if (!event)
		return 0;
	event__of_transfer(event, client, ports, block, reason);
	bpf_xdp_load_bytes(ctx, ETH_ALEN, event->chaddr, ETH_ALEN);
	event__end_of(&place, event, now_ns(), 1);
	return 0;
}

/** event__end() - a transfer is over; before its frame is changed. @block: the last that was acknowledged */
static __always_inline void event__end(struct xdp_md *ctx, const struct frame *frame, __u32 block,
				       int reason)
{
	if (telemetry)
		event__write_end(ctx, frame->saddr, event__ports(frame->sport, frame->dport), block,
				 reason);
}

#endif
