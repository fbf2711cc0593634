// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// `xdpxe top` where there is no terminal: a picture in lines, now and then.
#include "top/top_run.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "table.h"
#include "client/plain.h"
#include "top/top_feed.h"

#define MS_PER_S 1000
#define LOOK_MS 500   /* has the reader gone */
#define FIRST_MS 3000 /* totals come each second: wait for the first, but not for ever */

static void print_head(const struct top_data *data, int64_t now_ms)
{
	char number[4][PLAIN_NUMBER], time[PLAIN_TIME], up[TABLE_TEXT], size[TABLE_TEXT];
	int64_t ms = now_ms - data->started_ms;

	printf("%s  %s  up %s  offers %s/s  ACKs %s/s  blocks %s/s  %s/s  misses %s/s\n",
	       plain__date(time, now_ms), data->interfaces,
	       data->started_ms ? table__duration(up, ms > 0 ? (uint64_t)ms / MS_PER_S : 0) : "?",
	       plain__thousands(number[0], top_data__rate(data, TOP_OFFERS)),
	       plain__thousands(number[1], top_data__rate(data, TOP_ACKS)),
	       plain__thousands(number[2], top_data__rate(data, TOP_BLOCKS)),
	       table__size(size, top_data__rate(data, TOP_BYTES)),
	       plain__thousands(number[3], top_data__rate(data, TOP_MISSES)));
}

static int print_stages(const struct top_data *data)
{
	static const struct table_column columns[] = { { "STAGE", false }, { "MACHINES", true } };
	struct table *table = table__new(columns, 2);
	int err;

	for (int i = 0; table && i < MACHINE_STAGES; i++) {
		table__cell(table, "%s", machines__stage_name(i));
		table__cell(table, "%" PRIu64, data->stages[i]);
	}
	err = table ? table__print(table, stdout) : -ENOMEM;
	table__free(table);
	return err;
}

static void machine_cells(struct table *table, const struct api_machine *machine, int64_t now_ms)
{
	int64_t ms = now_ms - machine->since_ms;
	char text[TABLE_TEXT];

	table__cell(table, "%s", machine->mac);
	table__cell(table, "%s", machine->addr[0] ? machine->addr : "-");
	table__cell(table, "%s", machine->arch[0] ? machine->arch : "-");
	table__cell(table, "%s", machine->network[0] ? machine->network : "-");
	table__cell(table, "%s",
		    machine->stage < MACHINE_STAGES ? machines__stage_name(machine->stage) : "?");
	table__cell(table, "%s", table__duration(text, ms > 0 ? (uint64_t)ms / MS_PER_S : 0));
	table__cell(table, "%s", machine->file[0] ? machine->file : "-");
	table__cell(table, "%s",
		    machine->blocks ? table__progress(text, machine->block, machine->blocks) : "-");
	if (machine->bytes_per_s)
		table__cell(table, "%s/s", table__size(text, machine->bytes_per_s));
	else
		table__cell(table, "-");
	table__cell(table, "%s", machine->reason);
}

static int print_machines(const struct top_data *data, int64_t now_ms)
{
	static const struct table_column columns[] = {
		{ "MAC", false },   { "ADDRESS", false }, { "ARCH", false }, { "NETWORK", false },
		{ "STAGE", false }, { "SINCE", true },	  { "FILE", false }, { "DONE", false },
		{ "RATE", true },   { "REASON", false },
	};
	struct table *table = table__new(columns, sizeof(columns) / sizeof(columns[0]));
	int err;

	for (size_t i = 0; table && i < data->machines.count; i++)
		machine_cells(table, rows__at(&data->machines, i), now_ms);
	err = table ? table__print(table, stdout) : -ENOMEM;
	table__free(table);
	return err;
}

static int print_all(const struct top_data *data)
{
	int64_t now_ms = plain__now();
	int err = 0;

	if (data->trouble[0]) {
		printf("the daemon does not answer (%s); waiting for it\n", data->trouble);
	} else {
		print_head(data, now_ms);
		err = print_stages(data);
		if (!err)
			err = print_machines(data, now_ms);
		putchar('\n');
	}
	if (fflush(stdout) && !err)
		err = -errno;
	return err == -EIO && ferror(stdout) ? -EPIPE : err;
}

static bool reader_has_gone(void)
{
	struct pollfd out = { .fd = STDOUT_FILENO };

	return poll(&out, 1, 0) > 0 && out.revents & (POLLERR | POLLNVAL);
}

/* Until @until_ms, or sooner when there is all for a first picture. */
static int gather(struct top_feed *feed, int64_t until_ms, bool first)
{
	const struct top_data *data = feed->data;

	while (plain__now() < until_ms) {
		int64_t left = until_ms - plain__now();

		if (first && data->seconds && !feed->list.running)
			return 0;
		api_client__wait(feed->client, -1, left < LOOK_MS ? (int)left : LOOK_MS);
		if (reader_has_gone())
			return -EPIPE;
	}
	return 0;
}

int top_run__plain(struct api_client *client, struct top_data *data,
		   const struct top_options *options)
{
	struct top_view view = { .stage = MACHINE_STAGES, .page = TOP_PLAIN_ROWS };
	struct top_feed feed = { .client = client, .data = data, .status = true };
	uint64_t count = 0;
	int err;

	top_feed__ask(&feed, &view);
	err = gather(&feed, plain__now() + FIRST_MS, true);
	while (!err) {
		err = print_all(data);
		if (err || (options->count && ++count >= options->count))
			break;
		top_feed__ask(&feed, &view);
		err = gather(&feed, plain__now() + options->interval_ms, false);
	}
	return err;
}
