// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The loop: switch on, hear, lose patience, until all are done or a bound is reached. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <bpf/libbpf.h>

#include "log.h"
#include "storm.h"
#include "storm_addresses.h"
#include "storm_delay.h"
#include "storm_talk.h"

#define NS_PER_S 1000000000ULL
#define PATIENCE_NS 1000000 /* between two looks at deadlines */
#define TICK_NS 100000000
#define WAIT_MS 1

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
	(void)number;
	interrupted = 1;
}

static uint64_t clock_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

int storm__open(struct storm *storm, const struct storm_options *options)
{
	int err;

	storm->options = options;
	storm->engine.socket = -1; /* nothing to close yet */
	storm->machines = calloc(options->clients, sizeof(*storm->machines));
	storm->deadlines = calloc(options->clients, sizeof(*storm->deadlines));
	storm->addresses = storm_addresses__new(options->clients);
	storm->delays = storm_delays__new();
	storm->talks = storm_talks__new();
	storm->in_state[STORM_OFF] = options->clients;
	if (!storm->machines || !storm->deadlines || !storm->addresses || !storm->delays ||
	    !storm->talks) {
		log_error("%s", strerror(ENOMEM));
		return -ENOMEM;
	}
	err = storm_engine__open(&storm->engine, options, storm_hear__event, storm);
	return err;
}

void storm__free(struct storm *storm)
{
	if (storm->options)
		storm_engine__close(&storm->engine);
	storm_talks__free(storm->talks);
	storm_delays__free(storm->delays);
	storm_addresses__free(storm->addresses);
	free(storm->deadlines);
	free(storm->machines);
}

uint64_t storm__memory(const struct storm *storm)
{
	return storm->engine.memory + storm_addresses__bytes(storm->addresses) +
	       storm->options->clients *
		       (uint64_t)(sizeof(*storm->machines) + sizeof(*storm->deadlines)) +
	       STORM_DELAYS_MAX * (uint64_t)sizeof(struct storm_delayed);
}

/*
 * All that are due, before anything is heard: a storm does not wait for those that are being served. A boot begins when
 * it is due, even if the generator was late.
 */
static bool switch_on(struct storm *storm)
{
	uint32_t before = storm->born;
	struct storm_birth birth;

	for (; storm->born < storm->options->clients; storm->born++) {
		storm_plan__birth(storm->options, storm->born, &birth);
		if (storm->begun_ns + birth.at_ns > storm->now_ns ||
		    (storm->born == STORM_SCOUTS && storm_talk__is_learning(storm)))
			break;
		if (storm->born % STORM_BATCH == 0)
			storm->now_ns = clock_ns();
		storm_machine__boot(storm, storm->born, storm->begun_ns + birth.at_ns);
	}
	return storm->born != before;
}

static void deliver_late(struct storm *storm)
{
	const struct storm_delayed *one;

	while ((one = storm_delays__due(storm->delays, storm->now_ns))) {
		if (one->in) {
			storm_engine__again(&storm->engine, one->frame, one->len);
		} else {
			memcpy(storm_engine__room(&storm->engine), one->frame, one->len);
			storm_engine__put(&storm->engine, one->len);
		}
	}
}

/*
 * What came by then has been heard: an answer that waits in the ring is not one that is missing, however late the
 * generator is.
 */
static void look_at_deadlines(struct storm *storm, uint64_t heard_until_ns)
{
	for (uint32_t i = 0; i < storm->born; i++)
		if (storm->deadlines[i] && storm->deadlines[i] <= heard_until_ns)
			storm_machine__expire(storm, i);
}

static bool all_over(const struct storm *storm)
{
	return storm->in_state[STORM_DONE] + storm->in_state[STORM_FAILED] ==
	       storm->options->clients;
}

static bool at_bounds(struct storm *storm)
{
	if (interrupted || storm->now_ns - storm->begun_ns >= storm->options->timeout_s * NS_PER_S)
		return true;
	return storm->engine.sent >= storm->options->packets;
}

/* The program's own ACKs count for the bound, too; reading them is not for every round. */
static bool sent_too_much(const struct storm *storm)
{
	struct storm_sums sums;

	storm_engine__sums(&storm->engine, &storm->options->expects, &sums);
	return storm->engine.sent + sums.acks >= storm->options->packets;
}

static void close_books(struct storm *storm)
{
	uint64_t unseen = storm_engine__tally(&storm->engine, STORM_TALLY_RING_FULL);
	uint32_t left = storm->options->clients - storm->in_state[STORM_DONE] -
			storm->in_state[STORM_FAILED];

	storm->ended_ns = storm->now_ns;
	for (uint32_t i = 0; i < storm->options->clients && left; i++)
		if (storm->machines[i].state < STORM_DONE)
			storm__fault(storm, i, STORM_FAULT_UNFINISHED, "%s",
				     storm_machine__state_text(&storm->machines[i]));
	if (unseen)
		storm_fault__note(&storm->faults, STORM_FAULT_UNSEEN, "%llu: the ring was full",
				  (unsigned long long)unseen);
	if (storm->engine.refused)
		storm_fault__note(&storm->faults, STORM_FAULT_UNSEEN,
				  "%llu: the interface did not take what machines sent",
				  (unsigned long long)storm->engine.refused);
}

void storm__run(struct storm *storm, storm_tick_fn *tick, void *context)
{
	const struct sigaction heed = { .sa_handler = on_signal };
	uint64_t next_look = 0, next_tick = 0;
	bool busy, drained;
	int heard;

	sigaction(SIGINT, &heed, NULL);
	sigaction(SIGTERM, &heed, NULL);
	storm->begun_ns = storm->now_ns = clock_ns();
	while (!all_over(storm) && !at_bounds(storm)) {
		storm->now_ns = clock_ns();
		busy = switch_on(storm);
		heard = ring_buffer__consume(storm->engine.ring);
		drained = heard >= 0;
		if (storm->now_ns >= next_look) {
			deliver_late(storm);
			look_at_deadlines(storm, drained ? storm->now_ns : storm->heard_ns);
			next_look = storm->now_ns + PATIENCE_NS;
		}
		if (storm->now_ns >= next_tick) {
			tick(storm, context);
			next_tick = storm->now_ns + TICK_NS;
			if (sent_too_much(storm))
				break;
		}
		storm_engine__flush(&storm->engine);
		if (!busy && heard == 0)
			ring_buffer__poll(storm->engine.ring, WAIT_MS);
	}
	storm_engine__flush(&storm->engine);
	close_books(storm);
}

bool storm__failed(const struct storm *storm)
{
	return storm->in_state[STORM_DONE] != storm->options->clients ||
	       storm_fault__any(&storm->faults);
}
