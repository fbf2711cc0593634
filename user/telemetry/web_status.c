// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// /api/v1/status: the daemon, its networks, rates and how full everything is.
#include <ctype.h>
#include <stdlib.h>

#include "mapread.h"
#include "status_sources.h"
#include "web_priv.h"

#define SECONDS 1000LL

static json_t *text_or_null(const char *text)
{
	return text[0] ? view__json_text(text) : json_null();
}

static json_t *number(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static json_t *network_json(const struct web_facts *facts, const struct status_network *network)
{
	const struct web_pool *pool = web_facts__pool(facts, network->address);
	uint64_t taken = pool ? (uint64_t)pool->leased + network->set_aside : 0;
	json_t *out = json_pack("{s:s, s:s, s:s, s:o, s:b}", "subnet", network->subnet, "server",
				network->server, "interface", network->interface, "vlan",
				text_or_null(network->vlan), "relayed", network->relayed);

	json_object_set_new(out, "leased", number(network->leases));
	json_object_set_new(out, "offered", number(network->offered));
	json_object_set_new(out, "set_aside", number(network->set_aside));
	json_object_set_new(out, "pool", number(pool ? pool->size : 0));
	json_object_set_new(out, "free",
			    number(pool && pool->size > taken ? pool->size - taken : 0));
	return out;
}

static json_t *networks_json(const struct web_facts *facts, const struct status_instance *instance)
{
	json_t *array = json_array();

	for (size_t i = 0; instance && i < instance->networks.count; i++)
		json_array_append_new(array, network_json(facts, rows__at(&instance->networks, i)));
	return array;
}

static json_t *fills_json(const struct web_facts *facts)
{
	json_t *array = json_array();

	for (size_t i = 0; i < facts->fills.count; i++) {
		const struct web_fill *fill = rows__at(&facts->fills, i);

		json_array_append_new(array,
				      json_pack("{s:s, s:o, s:o}", "map", fill->map, "entries",
						number(fill->entries), "max", number(fill->max)));
	}
	return array;
}

static json_t *rates_json(const struct web_rates *rates)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "offers", number(rates->offers), "acks",
			 number(rates->acks), "blocks", number(rates->blocks), "bytes",
			 number(rates->bytes), "misses", number(rates->misses));
}

static json_t *stages_json(const size_t counts[MACHINE_STAGES])
{
	json_t *out = json_object();

	for (int stage = 0; stage < MACHINE_STAGES; stage++)
		json_object_set_new(out, machines__stage_name((enum machine_stage)stage),
				    number(counts[stage]));
	return out;
}

static json_t *database_json(const struct status_instance *instance)
{
	static const char *const states[] = {
		[XDPXE_LEASE_STORE_NONE] = "none",
		[XDPXE_LEASE_STORE_GOOD] = "good",
		[XDPXE_LEASE_STORE_TROUBLE] = "trouble",
	};
	const struct xdpxe_lease_store *store = &instance->store;
	json_t *saved = json_null();

	if (store->saved_s)
		saved = json_integer(web__time_ms() -
				     ((int64_t)instance->now_s - store->saved_s) * SECONDS);
	return json_pack("{s:o, s:s, s:o, s:o}", "path", text_or_null(store->path), "state",
			 store->state <= XDPXE_LEASE_STORE_TROUBLE ? states[store->state] : "?",
			 "trouble", text_or_null(store->trouble), "saved", saved);
}

static json_t *counters_json(const struct status *status)
{
	json_t *out = json_object();
	char name[64];

#define XDPXE_REASON(index, id, action, level, text)                                               \
	for (size_t i = 0; i < sizeof(#id); i++)                                                   \
		name[i] = (char)tolower(#id[i]);                                                   \
	json_object_set_new(out, name, number(status->counters[index]));
#include "xdpxe/reasons.def"
#undef XDPXE_REASON
	return out;
}

static void add_instance(json_t *out, const struct web_facts *facts,
			 const struct status_instance *instance)
{
	const struct xdpxe_meta *meta = &instance->meta;
	json_t *ports = json_array();
	int64_t up_ms = (int64_t)(mapread__now_ns() / 1000000) - (int64_t)meta->started_s * SECONDS;

	for (int i = 0; i < instance->port_count; i++)
		json_array_append_new(ports, view__json_text(instance->ports[i]));
	json_object_set_new(out, "interfaces", ports);
	json_object_set_new(out, "pid", number(meta->pid));
	json_object_set_new(out, "started", json_integer(web__time_ms() - up_ms));
	json_object_set_new(out, "config", view__json_text(meta->config));
	json_object_set_new(out, "generation", number(meta->generation));
	json_object_set_new(out, "files",
			    json_pack("{s:o, s:o, s:o}", "count", number(instance->files), "bytes",
				      number(instance->bytes), "max", number(meta->cache_bytes)));
	json_object_set_new(out, "transfers", number(facts->transfers_open));
	json_object_set_new(out, "lease_database", database_json(instance));
	json_object_set_new(out, "sources", status_sources__json(&instance->sources));
}

static json_t *web_json(const struct web *web)
{
	json_t *address = web->address.line ? json_string(web->address.text) : json_null();

	return json_pack("{s:o, s:b, s:o, s:o}", "address", address, "listening", web->tcp != NULL,
			 "trouble", text_or_null(web->trouble), "streams",
			 number(web->stream_count));
}

web_result web_status__get(const struct web_request *request)
{
	struct web *web = request->web;
	const struct status_instance *instance = web_facts__read(&web->facts);
	size_t counts[MACHINE_STAGES];
	size_t total = machines__count(web->sources.machines, counts);
	json_t *out;
	struct text text = { 0 };
	char *dump;

	if (MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, NULL, NULL) > 0)
		return web_request__error(request, MHD_HTTP_BAD_REQUEST,
					  "parameters given; legal: none");
	out = json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "version", XDPXE_VERSION,
			"networks", networks_json(&web->facts, instance), "rates",
			rates_json(&web->facts.rates), "machines", number(total), "stages",
			stages_json(counts), "fill", fills_json(&web->facts), "steps_dropped",
			number(happenings__dropped(web->sources.happenings)), "counters",
			counters_json(&web->facts.status), "web", web_json(web));
	if (out && instance)
		add_instance(out, &web->facts, instance);
	dump = out ? json_dumps(out, JSON_COMPACT) : NULL;
	json_decref(out);
	if (!dump)
		return web_request__error(request, MHD_HTTP_INTERNAL_SERVER_ERROR, "out of memory");
	text__add(&text, "%s\n", dump);
	free(dump);
	return web_request__send(request, &text, "application/json");
}
