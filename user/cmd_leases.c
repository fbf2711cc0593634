// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cmd.h"
#include "lease_rows.h"
#include "listing.h"
#include "log.h"

#define DATABASE_WAIT_MS 2000
#define TIME_TEXT 32

static const char help[] =
	"Usage: xdpxe leases [FILTER...] [--database FILE] [--json]\n\n"
	"Shows every address that is offered, leased or declined, by address; of several\n"
	"filters all must be met. It reads the pinned maps, whether or not a daemon runs.\n\n"
	"  -m, --mac MAC        a hardware address, or its first bytes: 52:54:00\n"
	"  -i, --ip ADDRESS     an address, a range (A-B) or a subnet (A/24)\n"
	"  -n, --network SUBNET a network: 10.77.0.0/16\n"
	"  -s, --state STATE    offered, bound, expired, declined; several with commas\n"
	"  -d, --database FILE  what a database holds, where nothing is attached\n"
	"  -j, --json           for programs; times are seconds, `expires` is Unix time\n"
	"  -h, --help           this text\n\n"
	"Example:\n"
	"  $ xdpxe leases --state bound --mac 52:54:00 --json | jq -r '.[].address'\n"
	"  10.77.1.4\n";

struct request {
	struct lease_filter filter;
	const char *database; /* NULL: the maps */
	bool json;
};

static int by_address(const void *a, const void *b)
{
	const struct lease_row *one = a, *other = b;

	return (one->addr > other->addr) - (one->addr < other->addr);
}

static const char *address_text(char text[INET_ADDRSTRLEN], const struct lease_row *row)
{
	__be32 addr = htonl(row->addr);

	return inet_ntop(AF_INET, &addr, text, INET_ADDRSTRLEN);
}

static json_t *to_json(const void *item)
{
	const struct lease_row *row = item;
	char address[INET_ADDRSTRLEN], mac[VIEW_MAC_TEXT];

	view__mac_text(mac, row->client.chaddr, row->client.hlen);
	return json_pack("{s:s?, s:s, s:s, s:I, s:I, s:s, s:s?, s:b, s:I, s:I, s:b}", "mac",
			 mac[0] ? mac : NULL, "address", address_text(address, row), "state",
			 lease_state__text(row->state), "expires", (json_int_t)row->expires,
			 "expires_in_s", (json_int_t)row->expires_in_s, "network", row->network,
			 "arch", row->arch[0] ? row->arch : NULL, "ipxe", row->ipxe,
			 "first_seen_s_ago", (json_int_t)row->first_seen_s, "last_seen_s_ago",
			 (json_int_t)row->last_seen_s, "reserved", row->reserved);
}

static const char *time_text(char text[TIME_TEXT], int64_t unix_s)
{
	time_t seconds = unix_s;
	struct tm local;

	if (!localtime_r(&seconds, &local) ||
	    !strftime(text, TIME_TEXT, "%Y-%m-%d %H:%M:%S", &local))
		snprintf(text, TIME_TEXT, "?");
	return text;
}

static void to_cells(const void *item, struct table *table)
{
	const struct lease_row *row = item;
	char text[TABLE_TEXT], address[INET_ADDRSTRLEN], mac[VIEW_MAC_TEXT], when[TIME_TEXT];
	bool declined = row->state == LEASE_DECLINED;

	view__mac_text(mac, row->client.chaddr, row->client.hlen);
	table__cell(table, "%s", address_text(address, row));
	table__cell(table, "%s", declined ? "-" : mac);
	table__cell(table, "%s", lease_state__text(row->state));
	table__cell(table, "%s", time_text(when, row->expires));
	table__cell(table, "%s%s", row->expires_in_s < 0 ? "-" : "",
		    table__duration(text, (uint64_t)llabs(row->expires_in_s)));
	table__cell(table, "%s", row->network[0] ? row->network : "-");
	table__cell(table, "%s%s", row->arch[0] ? row->arch : "-", row->ipxe ? " (iPXE)" : "");
	table__cell(table, "%s", declined ? "-" : table__duration(text, row->first_seen_s));
	table__cell(table, "%s", declined ? "-" : table__duration(text, row->last_seen_s));
	table__cell(table, "%s", declined ? "-" : row->reserved ? "reserved" : "pool");
}

static int read_option(struct request *request, int option)
{
	const char *legal;

	switch (option) {
	case 'j':
		request->json = true;
		return VIEW_GO_ON;
	case 'd':
		request->database = optarg;
		return VIEW_GO_ON;
	case 'h':
		fputs(help, stdout);
		return EXIT_DONE;
	case 'm':
	case 'i':
	case 'n':
	case 's':
		legal = lease_filter__set(&request->filter, option, optarg);
		if (!legal)
			return VIEW_GO_ON;
		fprintf(stderr, "xdpxe leases: \"%s\"; legal: %s\n", optarg, legal);
		return EXIT_USAGE;
	}
	fputs("`xdpxe leases --help` lists the options\n", stderr);
	return EXIT_USAGE;
}

static int read_options(struct request *request, int argc, char **argv)
{
	static const struct option options[] = {
		{ "mac", required_argument, NULL, 'm' },
		{ "ip", required_argument, NULL, 'i' },
		{ "network", required_argument, NULL, 'n' },
		{ "state", required_argument, NULL, 's' },
		{ "database", required_argument, NULL, 'd' },
		{ "json", no_argument, NULL, 'j' },
		{ "help", no_argument, NULL, 'h' },
		{},
	};
	int option, code = VIEW_GO_ON;

	optind = 0;
	while (code == VIEW_GO_ON &&
	       (option = getopt_long(argc, argv, "m:i:n:s:d:jh", options, NULL)) != -1)
		code = read_option(request, option);
	if (code != VIEW_GO_ON || optind == argc)
		return code;
	fprintf(stderr,
		"xdpxe leases: %s: takes no argument; `xdpxe leases --help` lists the "
		"options\n",
		argv[optind]);
	return EXIT_USAGE;
}

/* What view__each() hands on. */
struct gathering {
	const struct lease_filter *filter;
	struct rows rows;
};

static int gather(const struct view *view, void *context)
{
	struct gathering *gathering = context;

	return lease_rows__from_maps(view, gathering->filter, &gathering->rows);
}

/* As much as can be read, and what cannot is told. */
static int gather_database(const char *path, struct gathering *gathering)
{
	struct store_content content = {};
	struct store_fault fault = {};
	struct store *store = store__open(path, STORE_READ, DATABASE_WAIT_MS, &fault);
	bool whole = store && store__read(store, &content, &fault) == 0;
	int err = lease_rows__from_store(&content, gathering->filter, &gathering->rows);

	if (!whole)
		log_error("%s: %s", path, fault.text);
	store__close(store);
	store_content__free(&content);
	return err || whole ? err : VIEW_TOLD;
}

int cmd_leases(int argc, char **argv)
{
	static const struct table_column columns[] = {
		{ "ADDRESS", false }, { "MAC", false },	      { "STATE", false },
		{ "EXPIRES", false }, { "IN", true },	      { "NETWORK", false },
		{ "ARCH", false },    { "FIRST SEEN", true }, { "LAST SEEN", true },
		{ "FROM", false },
	};
	static const struct listing listing = {
		.help = { .name = "leases" },
		.compare = by_address,
		.to_json = to_json,
		.to_cells = to_cells,
		.columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0]),
	};
	struct request request = { .filter = LEASE_FILTER_ALL };
	struct gathering gathering = { .filter = &request.filter,
				       .rows = { .size = sizeof(struct lease_row) } };
	int err = read_options(&request, argc, argv), shown;

	if (err != VIEW_GO_ON)
		return err;
	err = request.database ? gather_database(request.database, &gathering)
			       : view__each(gather, &gathering);
	if (!err || gathering.rows.count) {
		shown = listing__show(&listing, &gathering.rows, request.json);
		err = err ? err : shown;
	}
	rows__free(&gathering.rows);
	return view__exit(&listing.help, err);
}
