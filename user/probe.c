// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "probe.h"

#include <stdlib.h>

#include "xdpxe/limits.h"

#define SECOND_NS 1000000000ULL
#define BURST_NS 20000000ULL /* unused time that may be made good for */

enum state {
	STATE_IDLE,
	STATE_WAITING,
	STATE_DROPPED, /* still in the ring, but not wanted any more */
	STATE_ASKED,
};

/* The addresses of a network. Those that wait stand in a ring, each once, so that it has room for all. */
struct network {
	uint8_t *states; /* enum state, by index */
	uint32_t *ring;	 /* indexes */
	size_t count, head, ringed;
	size_t open;	   /* waiting or asked for */
	uint64_t hurry_ns; /* hungry until then */
	bool held;
};

struct asked {
	uint64_t due_ns; /* ask again, or settle */
	struct probe_target target;
	uint32_t rounds;
};

struct probe {
	struct network networks[XDPXE_NETWORKS_MAX];
	size_t network_count;
	struct asked
		asked[PROBE_OPEN_MAX]; /* a ring in order of due_ns, since every wait is alike */
	size_t head, asked_count;
	size_t begun;	  /* since the start, up to PROBE_FIRST */
	uint64_t next_ns; /* when the rate allows another one */
	size_t turn;	  /* network that is looked at first: another one with every batch */
};

size_t probe__bytes(size_t address_count)
{
	return sizeof(struct probe) + address_count * (sizeof(uint8_t) + sizeof(uint32_t));
}

struct probe *probe__new(const size_t *counts, size_t network_count)
{
	struct probe *probe = calloc(1, sizeof(*probe));

	if (!probe || network_count > XDPXE_NETWORKS_MAX) {
		free(probe);
		return NULL;
	}
	probe->network_count = network_count;
	for (size_t i = 0; i < network_count; i++) {
		struct network *network = &probe->networks[i];

		network->count = counts[i];
		network->states = calloc(counts[i] + 1, sizeof(*network->states));
		network->ring = calloc(counts[i] + 1, sizeof(*network->ring));
		if (!network->states || !network->ring) {
			probe__free(probe);
			return NULL;
		}
	}
	return probe;
}

void probe__free(struct probe *probe)
{
	if (!probe)
		return;
	for (size_t i = 0; i < probe->network_count; i++) {
		free(probe->networks[i].states);
		free(probe->networks[i].ring);
	}
	free(probe);
}

static struct network *network_of(struct probe *probe, struct probe_target target)
{
	struct network *network = &probe->networks[target.network];

	return target.network < probe->network_count && target.index < network->count ? network
										      : NULL;
}

static size_t ring_at(const struct network *network, size_t place)
{
	return (network->head + place) % network->count;
}

/* Forget what is at the head of the ring and was dropped. */
static void skip_dropped(struct network *network)
{
	uint32_t first;

	while (network->ringed) {
		first = network->ring[network->head];
		if (network->states[first] != STATE_DROPPED)
			return;
		network->states[first] = STATE_IDLE;
		network->head = ring_at(network, 1);
		network->ringed--;
	}
}

void probe__want(struct probe *probe, struct probe_target target)
{
	struct network *network = network_of(probe, target);
	uint8_t state = network ? network->states[target.index] : STATE_WAITING;

	if (state == STATE_WAITING || state == STATE_ASKED)
		return;
	if (state == STATE_IDLE)
		network->ring[ring_at(network, network->ringed++)] = target.index;
	network->states[target.index] = STATE_WAITING;
	network->open++;
}

void probe__drop(struct probe *probe, struct probe_target target)
{
	struct network *network = network_of(probe, target);
	uint8_t state = network ? network->states[target.index] : STATE_IDLE;

	if (state != STATE_WAITING && state != STATE_ASKED)
		return;
	network->states[target.index] = state == STATE_WAITING ? STATE_DROPPED : STATE_IDLE;
	network->open--;
}

void probe__hurry(struct probe *probe, uint32_t network, uint64_t now_ns)
{
	if (network < probe->network_count)
		probe->networks[network].hurry_ns = now_ns + PROBE_HUNGRY_NS;
}

void probe__hold(struct probe *probe, uint32_t network, bool held)
{
	if (network < probe->network_count)
		probe->networks[network].held = held;
}

/* The first ones of all go at once; then each is charged for all the times that it is asked for. */
static void charge(struct probe *probe, const struct network *network, uint64_t now_ns)
{
	bool hungry = now_ns < network->hurry_ns;

	if (probe->begun < PROBE_FIRST)
		probe->begun++;
	else
		probe->next_ns +=
			PROBE_ROUNDS * SECOND_NS / (hungry ? PROBE_RATE_HUNGRY : PROBE_RATE);
}

static void note_asked(struct probe *probe, uint64_t now_ns, struct probe_target target,
		       uint32_t rounds)
{
	size_t tail = (probe->head + probe->asked_count++) % PROBE_OPEN_MAX;

	probe->asked[tail] = (struct asked){ now_ns + PROBE_WAIT_NS, target, rounds };
}

/* The oldest one asked for, if it is due; those that were dropped go. */
static struct asked *first_due(struct probe *probe, uint64_t now_ns)
{
	while (probe->asked_count) {
		struct asked *asked = &probe->asked[probe->head];
		const struct network *network = &probe->networks[asked->target.network];

		if (network->states[asked->target.index] == STATE_ASKED)
			return asked->due_ns <= now_ns ? asked : NULL;
		probe->head = (probe->head + 1) % PROBE_OPEN_MAX;
		probe->asked_count--;
	}
	return NULL;
}

static void remove_first(struct probe *probe)
{
	probe->head = (probe->head + 1) % PROBE_OPEN_MAX;
	probe->asked_count--;
}

/* May a candidate of @network be begun now? */
static bool may_begin(struct network *network, bool hungry, uint64_t now_ns)
{
	skip_dropped(network);
	return network->ringed && !network->held && (now_ns < network->hurry_ns) == hungry;
}

/* The network whose turn it is: hungry ones first. Return: NULL for none */
static struct network *choose(struct probe *probe, uint64_t now_ns)
{
	for (int hungry = 1; hungry >= 0; hungry--)
		for (size_t i = 0; i < probe->network_count; i++) {
			size_t at = (probe->turn + i) % probe->network_count;

			if (may_begin(&probe->networks[at], hungry, now_ns))
				return &probe->networks[at];
		}
	return NULL;
}

static struct probe_target begin(struct probe *probe, struct network *network, uint64_t now_ns)
{
	struct probe_target target = { (uint32_t)(network - probe->networks),
				       network->ring[network->head] };

	charge(probe, network, now_ns);
	network->head = ring_at(network, 1);
	network->ringed--;
	network->states[target.index] = STATE_ASKED;
	note_asked(probe, now_ns, target, 1);
	return target;
}

size_t probe__ask(struct probe *probe, uint64_t now_ns, struct probe_target *targets, size_t room)
{
	struct network *network;
	struct asked *asked;
	size_t count = 0;

	if (probe->next_ns + BURST_NS < now_ns)
		probe->next_ns = now_ns - BURST_NS;
	/* Whatever the rate: they were charged for it. */
	while (count < room && (asked = first_due(probe, now_ns)) && asked->rounds < PROBE_ROUNDS) {
		struct asked again = *asked;

		remove_first(probe);
		targets[count++] = again.target;
		note_asked(probe, now_ns, again.target, again.rounds + 1);
	}
	while (count < room && probe->next_ns <= now_ns && probe->asked_count < PROBE_OPEN_MAX &&
	       (network = choose(probe, now_ns)))
		targets[count++] = begin(probe, network, now_ns);
	probe->turn += count > 0;
	return count;
}

void probe__unsent(struct probe *probe, size_t count)
{
	while (count-- && probe->asked_count) {
		size_t last = (probe->head + probe->asked_count - 1) % PROBE_OPEN_MAX;
		struct asked *asked = &probe->asked[last];
		struct network *network = &probe->networks[asked->target.network];

		if (asked->rounds > 1) {
			/* It stays where it is, and those before it were asked again, too. */
			for (size_t i = 0; i <= count && i < probe->asked_count; i++)
				probe->asked[(last + PROBE_OPEN_MAX - i) % PROBE_OPEN_MAX].rounds--;
			return;
		}
		probe->asked_count--;
		if (network->states[asked->target.index] != STATE_ASKED)
			continue; /* dropped meanwhile */
		network->head = (network->head + network->count - 1) % network->count;
		network->ring[network->head] = asked->target.index;
		network->ringed++;
		network->states[asked->target.index] = STATE_WAITING;
	}
}

size_t probe__settle(struct probe *probe, uint64_t now_ns, struct probe_target *targets,
		     size_t room)
{
	struct asked *asked;
	size_t count = 0;

	while (count < room && (asked = first_due(probe, now_ns)) &&
	       asked->rounds == PROBE_ROUNDS) {
		targets[count++] = asked->target;
		probe__drop(probe, asked->target);
		remove_first(probe);
	}
	return count;
}

size_t probe__open(const struct probe *probe, uint32_t network)
{
	return network < probe->network_count ? probe->networks[network].open : 0;
}

uint64_t probe__wake(const struct probe *probe, uint64_t now_ns)
{
	uint64_t wake = probe->asked_count ? probe->asked[probe->head].due_ns : UINT64_MAX;

	for (size_t i = 0; i < probe->network_count; i++) {
		const struct network *network = &probe->networks[i];

		if (network->ringed && !network->held && probe->asked_count < PROBE_OPEN_MAX &&
		    probe->next_ns < wake)
			wake = probe->next_ns;
	}
	return wake < now_ns ? now_ns : wake;
}
