// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Sending probes, in batches, over interfaces that are up.
#include <arpa/inet.h>
#include <unistd.h>

#include <bpf/bpf.h>

#include "conflict_priv.h"
#include "pool_queue.h"

#define RETRY_NS 50000000ULL /* until something is sent again that could not be */
#define RESERVED_A_TURN 1    /* keeps reserved addresses, asked for once, below PROBE_RATE */
_Static_assert(RESERVED_A_TURN *(1000000000ULL / CONFLICT_TURN_NS) <= PROBE_RATE, "it is kept");

static bool has_owner(const struct conflict *conflict, uint32_t address)
{
	const uint32_t addr = htonl(address);
	struct xdpxe_client owner;
	int owners = conflict->engine->maps.owners;

	return owners >= 0 && bpf_map_lookup_elem(owners, &addr, &owner) == 0;
}

/* Frames that go out on one interface, in order. */
struct batch {
	const struct conflict_port *port;
	struct arp_frame frames[ARP_SOCKET_BATCH];
	size_t places[ARP_SOCKET_BATCH]; /* of what was to be sent */
	size_t count;
};

/* Return: the place of the first that could not be sent, or -1 */
static int64_t flush(struct batch *batch)
{
	int sent = batch->count ? arp_socket__send(batch->port->fd, batch->port->ifindex,
						   batch->frames, batch->count)
				: 0;
	bool whole = sent >= 0 && (size_t)sent == batch->count;
	int64_t place = whole ? -1 : (int64_t)batch->places[sent < 0 ? 0 : sent];

	batch->count = 0;
	return place;
}

static void add(struct batch *batch, const struct conflict_network *network, uint32_t address,
		size_t place)
{
	struct arp_frame *frame = &batch->frames[batch->count];

	frame->len = arp__probe(&network->link, network->port->mac, address, frame->bytes);
	batch->port = network->port;
	batch->places[batch->count++] = place;
}

/* Return: false when something could not be sent, which is a candidate again */
static bool send_targets(struct conflict *conflict, const struct probe_target *targets,
			 size_t count)
{
	struct batch batch = {};
	int64_t stuck = -1;

	for (size_t i = 0; i < count && stuck < 0; i++) {
		const struct conflict_network *network = &conflict->networks[targets[i].network];
		uint32_t address = network->plan->addresses[targets[i].index];

		if (has_owner(conflict, address)) {
			probe__drop(conflict->probe, targets[i]);
			continue;
		}
		if (batch.count && batch.port != network->port)
			stuck = flush(&batch);
		if (stuck < 0)
			add(&batch, network, address, i);
	}
	if (stuck < 0)
		stuck = flush(&batch);
	if (stuck >= 0)
		probe__unsent(conflict->probe, count - (size_t)stuck);
	return stuck < 0;
}

static void look_at_links(struct conflict *conflict)
{
	for (size_t i = 0; i < conflict->port_count; i++) {
		struct conflict_port *port = &conflict->ports[i];

		port->up = port->fd >= 0 && arp_socket__is_up(port->fd, port->ifindex);
	}
	for (size_t i = 0; i < conflict->network_count; i++)
		if (conflict->networks[i].port)
			probe__hold(conflict->probe, (uint32_t)i, !conflict->networks[i].port->up);
}

/* How many of the addresses that were given are left: told by the first one in the queue. */
static void look_at_queue(struct conflict *conflict, size_t index)
{
	const struct plan_network *network = conflict->networks[index].plan;
	int queue = conflict__open_queue(conflict, index);
	uint32_t addr;
	int64_t place;

	if (queue < 0)
		return; /* there are no maps yet */
	if (bpf_map_lookup_elem(queue, NULL, &addr) < 0) {
		probe__none_left(conflict->probe, (uint32_t)index);
	} else {
		place = pool_queue__index(network, ntohl(addr));
		if (place >= 0)
			probe__first(conflict->probe,
				     (struct probe_target){ (uint32_t)index, (uint32_t)place });
	}
	close(queue);
}

static void look_at_queues(struct conflict *conflict)
{
	for (size_t i = 0; i < conflict->network_count; i++)
		if (probe__open(conflict->probe, (uint32_t)i))
			look_at_queue(conflict, i);
}

static bool is_waiting(const struct conflict *conflict)
{
	for (size_t i = 0; i < conflict->network_count; i++)
		if (probe__open(conflict->probe, (uint32_t)i))
			return true;
	return false;
}

bool conflict_ask__is_resting(const struct conflict *conflict)
{
	return probe__wake(conflict->probe, 0) == UINT64_MAX;
}

/* Reserved addresses, each once, when nothing else is to be asked: only what is heard of them counts. */
static void ask_reserved(struct conflict *conflict)
{
	struct batch batch = {};

	while (batch.count < RESERVED_A_TURN &&
	       conflict->reserved_asked < conflict->reserved_count) {
		const struct conflict_reserved *reserved =
			&conflict->reserved[conflict->reserved_asked];
		const struct conflict_network *network = &conflict->networks[reserved->network];

		if (!network->port->up || (batch.count && batch.port != network->port))
			break;
		add(&batch, network, reserved->address, conflict->reserved_asked++);
	}
	flush(&batch);
}

bool conflict_ask__is_done(const struct conflict *conflict)
{
	return !is_waiting(conflict) && conflict->reserved_asked == conflict->reserved_count;
}

void conflict_ask__run(struct conflict *conflict, uint64_t now_ns)
{
	struct probe_target targets[ARP_SOCKET_BATCH];
	size_t count;

	if (now_ns < conflict->retry_ns || conflict_ask__is_done(conflict))
		return;
	look_at_links(conflict);
	look_at_queues(conflict);
	while ((count = probe__ask(conflict->probe, now_ns, targets, ARP_SOCKET_BATCH)) > 0)
		if (!send_targets(conflict, targets, count)) {
			conflict->retry_ns = now_ns + RETRY_NS;
			return;
		}
	if (conflict_ask__is_resting(conflict))
		ask_reserved(conflict);
}
