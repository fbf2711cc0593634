/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A clock that the test turns, a network that answers as it likes, machines that wait. For tests of probe.h. */
#ifndef XDPXE_TESTS_PROBE_NET_H
#define XDPXE_TESTS_PROBE_NET_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "probe.h"

#define MS 1000000ULL
#define SECOND (1000 * MS)
#define START (1000 * SECOND)
#define ADDRESSES 20000

static struct probe *probe;
static uint64_t now;
static unsigned int asked[2][ADDRESSES], given[2][ADDRESSES];
static size_t frames;
static bool (*answers)(uint32_t index);
static size_t waiting;				     /* machines, of the first network */
static struct probe_target queues[2][4 * ADDRESSES]; /* of free addresses */
static size_t heads[2], tails[2];

static bool nobody(uint32_t index)
{
	(void)index;
	return false;
}

static void begin(size_t first, size_t second)
{
	const size_t counts[] = { first, second };

	probe = probe__new(counts, second ? 2 : 1);
	assert_non_null(probe);
	memset(asked, 0, sizeof(asked));
	memset(given, 0, sizeof(given));
	now = START;
	frames = 0;
	answers = nobody;
	waiting = 0;
	memset(heads, 0, sizeof(heads));
	memset(tails, 0, sizeof(tails));
}

static int teardown(void **state)
{
	(void)state;
	probe__free(probe);
	probe = NULL;
	return 0;
}

static void want(uint32_t network, uint32_t first, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++)
		probe__want(probe, (struct probe_target){ network, first + i });
}

/* A machine takes the first free address. */
static bool take(uint32_t network)
{
	if (heads[network] == tails[network])
		return false;
	heads[network]++;
	return true;
}

static void give(struct probe_target target)
{
	given[target.network][target.index]++;
	queues[target.network][tails[target.network]++] = target;
	probe__given(probe, target);
}

/* What the daemon does at each turn. Return: addresses given */
static size_t turn(void)
{
	struct probe_target targets[64];
	size_t count, sum = 0;

	while ((count = probe__settle(probe, now, targets, 64)) > 0)
		for (size_t i = 0; i < count; i++, sum++)
			give(targets[i]);
	for (uint32_t i = 0; i < 2; i++)
		if (heads[i] < tails[i])
			probe__first(probe, queues[i][heads[i]]);
		else
			probe__none_left(probe, i);
	while ((count = probe__ask(probe, now, targets, 64)) > 0)
		for (size_t i = 0; i < count; i++, frames++) {
			asked[targets[i].network][targets[i].index]++;
			if (answers(targets[i].index))
				probe__drop(probe, targets[i]);
		}
	while (waiting && take(0))
		waiting--;
	for (size_t i = 0; i < waiting; i++)
		probe__hurry(probe, 0, now);
	return sum;
}

/* Let time pass in turns of 5 ms. Return: addresses given */
static size_t pass(uint64_t span)
{
	uint64_t end = now + span;
	size_t sum = 0;

	for (; now <= end; now += 5 * MS)
		sum += turn();
	return sum;
}

#endif
