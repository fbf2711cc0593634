// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "storm_view.h"

#include <inttypes.h>
#include <string.h>

#include "table.h"

#define NS_PER_S 1e9
#define LINES 5
#define LINE_EVERY_NS 1000000000ULL /* where there is no terminal */

static uint64_t resent_in_all(const struct storm *storm)
{
	uint64_t sum = 0;

	for (int i = 0; i < STORM_STATES; i++)
		sum += storm->resent[i];
	return sum;
}

static uint64_t faults_in_all(const struct storm *storm)
{
	uint64_t sum = 0;

	for (int i = 0; i < STORM_FAULTS; i++)
		sum += storm->faults.count[i];
	return sum;
}

static uint32_t in_dhcp(const struct storm *storm)
{
	return storm->in_state[STORM_DISCOVER] + storm->in_state[STORM_COLLECT] +
	       storm->in_state[STORM_REQUEST] - storm->in_ipxe;
}

static uint32_t in_tftp(const struct storm *storm)
{
	return storm->in_state[STORM_ARP] + storm->in_state[STORM_PROBE] +
	       storm->in_state[STORM_RRQ] + storm->in_state[STORM_DATA];
}

static void draw(const struct storm *storm, struct storm_view *view, double blocks, double boots)
{
	char bar[TABLE_TEXT];
	double seconds = (double)(storm->now_ns - storm->begun_ns) / NS_PER_S;

	if (view->drawn)
		fprintf(view->out, "\033[%dA", LINES);
	view->drawn = true;
	fprintf(view->out, "\033[K%s  %u of %u booted, %.1f s\n",
		table__progress(bar, storm->in_state[STORM_DONE], storm->options->clients),
		storm->in_state[STORM_DONE], storm->options->clients, seconds);
	fprintf(view->out, "\033[K  off %u  dhcp %u  tftp %u  ipxe %u  done %u  failed %u\n",
		storm->in_state[STORM_OFF], in_dhcp(storm), in_tftp(storm), storm->in_ipxe,
		storm->in_state[STORM_DONE], storm->in_state[STORM_FAILED]);
	fprintf(view->out, "\033[K  %.0f blocks/s  %.0f boots/s\n", blocks, boots);
	fprintf(view->out, "\033[K  retries: %" PRIu64 "  late: %" PRIu64 "\n",
		resent_in_all(storm), storm->late);
	fprintf(view->out, "\033[K  faults: %" PRIu64 "\n", faults_in_all(storm));
	fflush(view->out);
}

static void print_line(const struct storm *storm, const struct storm_view *view, double blocks)
{
	fprintf(view->out,
		"%.1f s: off %u, dhcp %u, tftp %u, ipxe %u, done %u, failed %u; %.0f blocks/s; "
		"retries %" PRIu64 ", faults %" PRIu64 "\n",
		(double)(storm->now_ns - storm->begun_ns) / NS_PER_S, storm->in_state[STORM_OFF],
		in_dhcp(storm), in_tftp(storm), storm->in_ipxe, storm->in_state[STORM_DONE],
		storm->in_state[STORM_FAILED], blocks, resent_in_all(storm), faults_in_all(storm));
	fflush(view->out);
}

void storm_view__tick(struct storm *storm, void *context)
{
	struct storm_view *view = context;
	uint64_t since = storm->now_ns - view->shown_ns;
	struct storm_sums sums;
	double seconds = (double)since / NS_PER_S;

	if (view->shown_ns && !view->terminal && since < LINE_EVERY_NS)
		return;
	storm_engine__sums(&storm->engine, &storm->options->expects, &sums);
	if (view->shown_ns) {
		double rate = (double)(sums.blocks - view->blocks) / seconds;

		if (view->terminal)
			draw(storm, view, rate,
			     (double)(storm->in_state[STORM_DONE] - view->done) / seconds);
		else
			print_line(storm, view, rate);
	}
	view->shown_ns = storm->now_ns;
	view->blocks = sums.blocks;
	view->done = storm->in_state[STORM_DONE];
}

void storm_view__end(struct storm_view *view)
{
	if (view->drawn)
		fprintf(view->out, "\033[%dA\033[J", LINES);
	fflush(view->out);
}
