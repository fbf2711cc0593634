// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "probe_priv.h"

#include <stdlib.h>

#define BURST_NS 20000000ULL /* unused time that may be made good for */

size_t probe__bytes(size_t address_count)
{
	return sizeof(struct probe) + address_count * (sizeof(uint8_t) + 2 * sizeof(uint32_t));
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
		network->numbers = calloc(counts[i] + 1, sizeof(*network->numbers));
		if (!network->states || !network->ring || !network->numbers) {
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
		free(probe->networks[i].numbers);
	}
	free(probe);
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
	network->asked -= state == STATE_ASKED;
}

void probe__hold(struct probe *probe, uint32_t network, bool held)
{
	if (network < probe->network_count)
		probe->networks[network].held = held;
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

static struct probe_target begin(struct probe *probe, struct network *network, uint64_t now_ns)
{
	struct probe_target target = { (uint32_t)(network - probe->networks),
				       network->ring[network->head] };

	probe_pace__charge(probe, network);
	network->head = ring_at(network, 1);
	network->ringed--;
	network->states[target.index] = STATE_ASKED;
	network->asked++;
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
	probe_pace__look(probe, now_ns);
	/* Whatever the rate: they were charged for it. */
	while (count < room && (asked = first_due(probe, now_ns)) && asked->rounds < PROBE_ROUNDS) {
		struct asked again = *asked;

		remove_first(probe);
		targets[count++] = again.target;
		note_asked(probe, now_ns, again.target, again.rounds + 1);
	}
	while (count < room && probe->next_ns <= now_ns && probe->asked_count < PROBE_OPEN_MAX &&
	       (network = probe_pace__choose(probe)))
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
		network->asked--;
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

		if (!probe_pace__rests(network) && probe->asked_count < PROBE_OPEN_MAX &&
		    probe->next_ns < wake)
			wake = probe->next_ns;
	}
	return wake < now_ns ? now_ns : wake;
}
