// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "status.h"
#include "status_sources.h"
#include "table.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define REASON_NAME 40

enum reason_level { LEVEL_NORMAL, LEVEL_CLIENT, LEVEL_TROUBLE };

struct reason {
	unsigned int number;
	const char *name;
	enum xdpxe_action action;
	enum reason_level level;
	const char *text;
};

static const struct reason reasons[] = {
#define XDPXE_REASON(number, name, action, level, text)                                            \
	{ number, #name, XDPXE_ACTION_##action, LEVEL_##level, text },
#include "xdpxe/reasons.def"
#undef XDPXE_REASON
};

static const char *reason_name(char name[REASON_NAME], const struct reason *reason)
{
	size_t i;

	for (i = 0; reason->name[i] && i + 1 < REASON_NAME; i++)
		name[i] = (char)tolower((unsigned char)reason->name[i]);
	name[i] = '\0';
	return name;
}

static const char *action_text(enum xdpxe_action action)
{
	static const char *const names[] = {
		[XDPXE_ACTION_PASS] = "passed up", [XDPXE_ACTION_DROP] = "dropped",
		[XDPXE_ACTION_REPLY] = "answered", [XDPXE_ACTION_MISS] = "to the daemon",
		[XDPXE_ACTION_NOTE] = "noted",
	};

	return names[action];
}

static json_t *networks_json(const struct rows *networks)
{
	json_t *array = json_array();

	for (size_t i = 0; i < networks->count; i++) {
		const struct status_network *network = rows__at(networks, i);

		json_array_append_new(
			array, json_pack("{s:s, s:s, s:s, s:s?, s:b, s:I, s:I, s:I}", "subnet",
					 network->subnet, "server", network->server, "interface",
					 network->interface, "vlan",
					 network->vlan[0] ? network->vlan : NULL, "relayed",
					 network->relayed, "leases", (json_int_t)network->leases,
					 "offered", (json_int_t)network->offered, "set_aside",
					 (json_int_t)network->set_aside));
	}
	return array;
}

static json_t *store_json(const struct status_instance *instance)
{
	static const char *const states[] = {
		[XDPXE_LEASE_STORE_NONE] = "none",
		[XDPXE_LEASE_STORE_GOOD] = "good",
		[XDPXE_LEASE_STORE_TROUBLE] = "trouble",
	};
	const struct xdpxe_lease_store *store = &instance->store;
	const char *state = store->state < COUNT_OF(states) ? states[store->state] : "?";
	json_t *path = store->path[0] ? view__json_text(store->path) : json_null();
	json_t *trouble = store->trouble[0] ? view__json_text(store->trouble) : json_null();
	json_t *saved =
		store->saved_s ? json_integer(instance->now_s - store->saved_s) : json_null();

	return json_pack("{s:o, s:s, s:o, s:I, s:o}", "path", path, "state", state, "trouble",
			 trouble, "since_s_ago", (json_int_t)(instance->now_s - store->since_s),
			 "saved_s_ago", saved);
}

static json_t *instance_json(const struct status_instance *instance)
{
	const struct xdpxe_meta *meta = &instance->meta;
	json_t *ports = json_array();

	for (int i = 0; i < instance->port_count; i++)
		json_array_append_new(ports, view__json_text(instance->ports[i]));
	return json_pack("{s:o, s:o, s:{s:I, s:b}, s:o, s:I, s:o, s:o, s:o, s:I, s:I, s:I, s:I}",
			 "name", view__json_text(instance->name), "interfaces", ports, "daemon",
			 "pid", (json_int_t)meta->pid, "running", instance->running, "config",
			 view__json_text(meta->config), "generation", (json_int_t)meta->generation,
			 "networks", networks_json(&instance->networks), "sources",
			 status_sources__json(&instance->sources), "lease_database",
			 store_json(instance), "files", (json_int_t)instance->files, "bytes",
			 (json_int_t)instance->bytes, "tids", (json_int_t)instance->tids,
			 "sessions", (json_int_t)instance->sessions);
}

static int print_json(const struct status *status)
{
	json_t *instances = json_array(), *counters = json_object();
	char name[REASON_NAME];

	for (size_t i = 0; i < status->instances.count; i++)
		json_array_append_new(instances, instance_json(rows__at(&status->instances, i)));
	for (size_t i = 0; i < COUNT_OF(reasons); i++)
		json_object_set_new(counters, reason_name(name, &reasons[i]),
				    json_integer((json_int_t)status->counters[reasons[i].number]));
	return view__print_json(
		json_pack("{s:o, s:o}", "instances", instances, "counters", counters));
}

static int finish_table(struct table *table)
{
	int err = table ? table__print(table, stdout) : -ENOMEM;

	table__free(table);
	return err;
}

static void instance_cells(const struct status_instance *instance, struct table *table)
{
	char ports[XDPXE_PORTS_MAX * IF_NAMESIZE] = "", text[TABLE_TEXT];
	size_t len = 0;

	for (int i = 0; i < instance->port_count; i++)
		len += (size_t)snprintf(ports + len, sizeof(ports) - len, "%s%s", i ? "," : "",
					instance->ports[i]);
	table__cell(table, "%s", ports);
	if (instance->running)
		table__cell(table, "runs, process %u", instance->meta.pid);
	else
		table__cell(table, "does not run");
	table__cell(table, "%" PRIu64, instance->files);
	table__cell(table, "%s", table__size(text, instance->bytes));
	table__cell(table, "%" PRIu64, instance->tids);
	table__cell(table, "%" PRIu64, instance->sessions);
	table__cell(table, "%" PRIu64, (uint64_t)instance->meta.generation);
	table__cell(table, "%s", instance->meta.config);
}

static int print_instances(const struct status *status)
{
	static const struct table_column columns[] = {
		{ "INTERFACES", false }, { "DAEMON", false },	     { "FILES", true },
		{ "SIZE", true },	 { "TIDS", true },	     { "TRANSFERS", true },
		{ "GENERATION", true },	 { "CONFIGURATION", false },
	};
	struct table *table = table__new(columns, COUNT_OF(columns));

	for (size_t i = 0; table && i < status->instances.count; i++)
		instance_cells(rows__at(&status->instances, i), table);
	return finish_table(table);
}

static int print_networks(const struct status *status)
{
	static const struct table_column columns[] = {
		{ "NETWORK", false }, { "SERVER", false },   { "INTERFACE", false },
		{ "VLAN", false },    { "RELAYED", false },  { "LEASED", true },
		{ "OFFERED", true },  { "SET ASIDE", true },
	};
	struct table *table = table__new(columns, COUNT_OF(columns));

	for (size_t i = 0; table && i < status->instances.count; i++) {
		const struct status_instance *instance = rows__at(&status->instances, i);

		for (size_t j = 0; j < instance->networks.count; j++) {
			const struct status_network *network = rows__at(&instance->networks, j);

			table__cell(table, "%s", network->subnet);
			table__cell(table, "%s", network->server);
			table__cell(table, "%s", network->interface);
			table__cell(table, "%s", network->vlan[0] ? network->vlan : "-");
			table__cell(table, "%s", network->relayed ? "yes" : "no");
			table__cell(table, "%u", network->leases);
			table__cell(table, "%u", network->offered);
			table__cell(table, "%u", network->set_aside);
		}
	}
	putchar('\n');
	return finish_table(table);
}

static void store_cells(const struct status_instance *instance, struct table *table)
{
	const struct xdpxe_lease_store *store = &instance->store;
	bool trouble = store->state == XDPXE_LEASE_STORE_TROUBLE;
	char text[TABLE_TEXT];

	table__cell(table, "%s", trouble ? "!" : "");
	table__cell(table, "%s", store->path);
	table__cell(table, "%s", trouble ? "NOT SAVED" : "saved");
	table__cell(table, "%s", table__duration(text, instance->now_s - store->since_s));
	table__cell(table, "%s",
		    store->saved_s ? table__duration(text, instance->now_s - store->saved_s) : "-");
	table__cell(table, "%s", store->trouble);
}

/* Nothing for instances whose leases are in the kernel only. */
static int print_stores(const struct status *status)
{
	static const struct table_column columns[] = {
		{ "", false },	   { "LEASES ARE IN", false }, { "STATE", false },
		{ "SINCE", true }, { "LAST WRITTEN", true },   { "TROUBLE", false },
	};
	struct table *table = table__new(columns, COUNT_OF(columns));
	size_t count = 0;

	for (size_t i = 0; table && i < status->instances.count; i++) {
		const struct status_instance *instance = rows__at(&status->instances, i);

		if (instance->store.state == XDPXE_LEASE_STORE_NONE)
			continue;
		store_cells(instance, table);
		count++;
	}
	if (!count) {
		table__free(table);
		return 0;
	}
	putchar('\n');
	return finish_table(table);
}

/* Ways on which machines came, those with most offers that were not taken up first. */
static int print_sources(const struct status *status)
{
	static const struct table_column columns[] = {
		{ "COMES BY", false }, { "NETWORK", false }, { "RELAY", false },
		{ "CIRCUIT", false },  { "OFFERED", true },  { "LEASED", true },
	};
	struct table *table;
	size_t count = 0;

	for (size_t i = 0; i < status->instances.count; i++)
		count += ((struct status_instance *)rows__at(&status->instances, i))->sources.count;
	if (!count)
		return 0;
	table = table__new(columns, COUNT_OF(columns));
	for (size_t i = 0; table && i < status->instances.count; i++) {
		const struct status_instance *instance = rows__at(&status->instances, i);

		status_sources__cells(&instance->sources, table);
	}
	putchar('\n');
	return finish_table(table);
}

static int print_counters(const struct status *status)
{
	static const struct table_column columns[] = {
		{ "", false },	   { "COUNT", true },	{ "NO", true },
		{ "NAME", false }, { "ACTION", false }, { "WHAT IT MEANS", false },
	};
	struct table *table = table__new(columns, COUNT_OF(columns));
	char name[REASON_NAME];

	for (size_t i = 0; table && i < COUNT_OF(reasons); i++) {
		uint64_t count = status->counters[reasons[i].number];

		if (!count)
			continue;
		table__cell(table, "%s", reasons[i].level == LEVEL_TROUBLE ? "!" : "");
		table__cell(table, "%" PRIu64, count);
		table__cell(table, "%u", reasons[i].number);
		table__cell(table, "%s", reason_name(name, &reasons[i]));
		table__cell(table, "%s", action_text(reasons[i].action));
		table__cell(table, "%s", reasons[i].text);
	}
	putchar('\n');
	return finish_table(table);
}

static int print_tables(const struct status *status)
{
	int err = print_instances(status);

	if (!err)
		err = print_networks(status);
	if (!err)
		err = print_stores(status);
	if (!err)
		err = print_sources(status);
	return err ? err : print_counters(status);
}

int cmd_status(int argc, char **argv)
{
	static const struct view_help help = {
		.name = "status",
		.text = "Shows what is attached, the networks, and every counter that is not zero, "
			"each with what it\n"
			"means; ! marks those that an operator should look at.",
		.example = "  $ xdpxe status --json | jq .counters.dhcp_ack\n"
			   "  412\n",
	};
	struct status status = {};
	bool json;
	int err = view__options(argc, argv, &help, &json);

	if (err != VIEW_GO_ON)
		return err;
	err = view__each(status__add, &status);
	if (!err)
		err = json ? print_json(&status) : print_tables(&status);
	status__free(&status);
	return view__exit(&help, err);
}
