// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>

#include "cmd.h"
#include "listing.h"
#include "sessions.h"

#define MS_PER_S 1e3
#define CLIENT_TEXT (INET_ADDRSTRLEN + 6)

struct transfer_row {
	char client[CLIENT_TEXT];
	char mac[VIEW_MAC_TEXT];
	char network[VIEW_NETWORK_TEXT]; /* "-" when it is configured no more */
	struct xdpxe_tid tid;		 /* all zero when the port means nothing any more */
	uint16_t port;
	const char *state;
	uint32_t age_ms;
	uint32_t block, blocks, repeats, suppressed, rescues;
	uint64_t rate; /* bytes a second */
	double age_s, idle_s;
};

struct transfer_reader {
	const struct view *view;
	const struct rows *networks;
	struct rows *rows;
};

static const char *state_text(unsigned int state)
{
	switch (state) {
	case XDPXE_SESSION_OPEN:
		return "open";
	case XDPXE_SESSION_DONE:
		return "done";
	case XDPXE_SESSION_PROBE:
		return "probe";
	default:
		return "aborted";
	}
}

static void row__progress(struct transfer_row *row, const struct transfer *transfer)
{
	const struct xdpxe_tid *tid = &row->tid;
	uint64_t acked = (uint64_t)transfer->session.acked * tid->params.blksize;

	row->block = transfer->session.acked;
	if (!tid->params.blksize)
		return;
	row->blocks = tid->blocks;
	if (acked > tid->size)
		acked = tid->size;
	if (transfer->age_ms > transfer->idle_ms)
		row->rate = acked * 1000 / (transfer->age_ms - transfer->idle_ms);
}

static int add_transfer(const struct transfer *transfer, void *context)
{
	const struct xdpxe_session_key *key = &transfer->session.key;
	struct transfer_reader *reader = context;
	const struct view_network *network = view__network_of(reader->networks, key->client);
	struct transfer_row *row = rows__add(reader->rows);
	struct xdpxe_rescue rescue;
	char address[INET_ADDRSTRLEN];

	if (!row)
		return -ENOMEM;
	strcpy(row->network, "-");
	if (network)
		view__network_text(row->network, network->wire.subnet, network->wire.mask);
	inet_ntop(AF_INET, &key->client, address, sizeof(address));
	snprintf(row->client, sizeof(row->client), "%s:%u", address, ntohs(key->client_port));
	view__mac_text(row->mac, transfer->story.mac, sizeof(transfer->story.mac));
	if (!view__tid(reader->view, key->tid, &row->tid))
		memset(&row->tid, 0, sizeof(row->tid));
	row->port = ntohs(key->tid);
	row->state = state_text(transfer->story.state);
	row->repeats = transfer->story.repeats;
	row->suppressed = transfer->story.suppressed;
	if (bpf_map_lookup_elem(reader->view->maps.rescues, key, &rescue) == 0)
		row->rescues = rescue.total;
	row->age_ms = transfer->age_ms;
	row->age_s = transfer->age_ms / MS_PER_S;
	row->idle_s = transfer->idle_ms / MS_PER_S;
	row__progress(row, transfer);
	return 0;
}

static int gather(const struct view *view, struct rows *rows)
{
	struct rows networks;
	struct transfer_reader reader = { .view = view, .networks = &networks, .rows = rows };
	int err = view__networks(view, &networks);

	if (!err)
		err = sessions__each(&view->maps, add_transfer, &reader);
	rows__free(&networks);
	return err;
}

static int newest_first(const void *a, const void *b)
{
	const struct transfer_row *one = a, *other = b;

	if (one->age_ms != other->age_ms)
		return one->age_ms < other->age_ms ? -1 : 1;
	return strcmp(one->client, other->client);
}

static json_t *to_json(const void *item)
{
	const struct transfer_row *row = item;
	const struct xdpxe_tid *tid = &row->tid;
	json_t *file = tid->params.blksize ? view__json_text(tid->name.path) : json_null();

	return json_pack("{s:s, s:s, s:s, s:o, s:I, s:I, s:i, s:i, s:I, s:I, s:s, s:f, s:f, s:I, "
			 "s:I, s:I, s:I, "
			 "s:i}",
			 "client", row->client, "mac", row->mac, "network", row->network, "file",
			 file, "bytes", (json_int_t)tid->size, "version",
			 (json_int_t)tid->params.image, "blksize", tid->params.blksize,
			 "windowsize", tid->params.windowsize, "block", (json_int_t)row->block,
			 "blocks", (json_int_t)row->blocks, "state", row->state, "age_s",
			 row->age_s, "idle_s", row->idle_s, "rate_bytes_per_s",
			 (json_int_t)row->rate, "repeats", (json_int_t)row->repeats, "suppressed",
			 (json_int_t)row->suppressed, "rescues", (json_int_t)row->rescues, "tid",
			 row->port);
}

static void to_cells(const void *item, struct table *table)
{
	const struct transfer_row *row = item;
	const struct xdpxe_tid *tid = &row->tid;
	bool known = tid->params.blksize;
	char text[TABLE_TEXT];

	table__cell(table, "%s", row->client);
	table__cell(table, "%s", row->mac);
	table__cell(table, "%s", row->network);
	table__cell(table, "%s", known ? tid->name.path : "-");
	table__cell(table, "%u", tid->params.image);
	table__cell(table, "%s", known ? table__size(text, tid->size) : "-");
	table__cell(table, "%s", row->state);
	table__cell(table, "%s", known ? table__progress(text, row->block, row->blocks) : "-");
	table__cell(table, "%s/s", table__size(text, row->rate));
	table__cell(table, "%ux%u", tid->params.blksize, tid->params.windowsize);
	table__cell(table, "%s", table__duration(text, (uint64_t)row->age_s));
	table__cell(table, "%s", table__duration(text, (uint64_t)row->idle_s));
	table__cell(table, "%" PRIu32, row->repeats);
	table__cell(table, "%" PRIu32, row->suppressed);
	table__cell(table, "%" PRIu32, row->rescues);
}

int cmd_transfers(int argc, char **argv)
{
	static const struct table_column columns[] = {
		{ "CLIENT", false }, { "MAC", false },	     { "NETWORK", false },
		{ "FILE", false },   { "VERSION", true },    { "SIZE", true },
		{ "STATE", false },  { "PROGRESS", false },  { "RATE", true },
		{ "BLOCKS", true },  { "AGE", true },	     { "IDLE", true },
		{ "REPEATS", true }, { "SUPPRESSED", true }, { "RESCUES", true },
	};
	static const struct listing listing = {
		.help = {
			.name = "transfers",
			.text = "Shows TFTP transfers, running and recent, the newest first.\n"
				"BLOCKS is block size x window.",
			.example = "  $ xdpxe transfers --json | jq -r '.[] | select(.state == \"open\") | .file'\n"
				   "  vmlinuz\n",
		},
		.row_size = sizeof(struct transfer_row),
		.gather = gather,
		.compare = newest_first,
		.to_json = to_json,
		.to_cells = to_cells,
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0]),
	};

	return listing__run(&listing, argc, argv);
}
