// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// How many addresses a network needs, and how fast they are probed.
#include "probe_priv.h"

#define SECOND_NS 1000000000ULL

/* How urgently a network needs addresses. */
enum pace {
	PACE_REST,
	PACE_CALM,
	PACE_LOW,
	PACE_HUNGRY,
};

static const uint64_t RATES[] = {
	[PACE_CALM] = PROBE_RATE,
	[PACE_LOW] = PROBE_RATE_LOW,
	[PACE_HUNGRY] = PROBE_RATE_HUNGRY,
};

void probe__hurry(struct probe *probe, uint32_t network, uint64_t now_ns)
{
	if (network >= probe->network_count)
		return;
	probe->networks[network].hurry_ns = now_ns + PROBE_HUNGRY_NS;
	probe->networks[network].calls++;
}

void probe__given(struct probe *probe, struct probe_target target)
{
	struct network *network = network_of(probe, target);

	if (network)
		network->numbers[target.index] = ++network->given;
}

void probe__inherit(struct probe *probe, uint32_t network, const uint32_t *places)
{
	struct network *to = &probe->networks[network];

	for (size_t i = 0; network < probe->network_count && i < to->count; i++) {
		to->numbers[i] = places[i];
		if (places[i] > to->given)
			to->given = places[i];
	}
}

/* One that was given earlier still has come back, as an offer that was not taken up, and tells nothing. */
void probe__first(struct probe *probe, struct probe_target target)
{
	struct network *network = network_of(probe, target);

	if (network && network->numbers[target.index] > network->taken)
		network->taken = network->numbers[target.index] - 1;
}

void probe__none_left(struct probe *probe, uint32_t network)
{
	if (network < probe->network_count)
		probe->networks[network].taken = probe->networks[network].given;
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

/* Free addresses of a network, and those that will be unless somebody answers. */
static size_t stock(const struct network *network)
{
	return network->given - network->taken + network->asked;
}

/*
 * Twice as many as waited: those that could not even wait come again. Where many waited, thousands could not: of a room
 * that is switched on at once the daemon sees only the first.
 */
static size_t wanted(const struct network *network)
{
	return network->hungry < PROBE_CROWD ? 2 * network->hungry : PROBE_CROWD_WANTS;
}

static void look_at(struct network *network, uint64_t now_ns)
{
	skip_dropped(network);
	if (now_ns >= network->hurry_ns)
		network->hungry = 0;
	if (network->calls > network->hungry)
		network->hungry =
			network->calls < PROBE_HUNGRY_MAX ? network->calls : PROBE_HUNGRY_MAX;
	network->calls = 0;
}

void probe_pace__look(struct probe *probe, uint64_t now_ns)
{
	for (size_t i = 0; i < probe->network_count; i++)
		look_at(&probe->networks[i], now_ns);
}

static enum pace pace_of(const struct network *network)
{
	if (!network->ringed || network->held || stock(network) >= wanted(network) + PROBE_RESERVE)
		return PACE_REST;
	if (stock(network) < wanted(network))
		return PACE_HUNGRY;
	return network->filling || stock(network) < PROBE_LOW ? PACE_LOW : PACE_CALM;
}

bool probe_pace__rests(const struct network *network)
{
	return pace_of(network) == PACE_REST;
}

/* Of those that need them alike, that whose turn it is. */
struct network *probe_pace__choose(struct probe *probe)
{
	struct network *chosen = NULL;
	enum pace most = PACE_REST;

	for (size_t i = 0; i < probe->network_count; i++) {
		struct network *network =
			&probe->networks[(probe->turn + i) % probe->network_count];

		skip_dropped(network);
		if (pace_of(network) <= most)
			continue;
		chosen = network;
		most = pace_of(network);
	}
	return chosen;
}

/* It is charged for all the times that it is asked for. */
void probe_pace__charge(struct probe *probe, struct network *network)
{
	enum pace pace = pace_of(network);

	probe->next_ns += PROBE_ROUNDS * SECOND_NS / RATES[pace];
	network->filling = pace == PACE_LOW && stock(network) + 1 < PROBE_RESERVE;
}
