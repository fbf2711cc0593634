// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "status_sources.h"

#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include <bpf/bpf.h>

#include "mapread.h"

struct reading {
	const struct view *view;
	struct rows networks; /* struct xdpxe_network */
	struct rows *sources;
};

static void tell_interface(const struct view *view, uint32_t number, char name[IF_NAMESIZE])
{
	struct xdpxe_port port;

	if (bpf_map_lookup_elem(view->maps.ports, &number, &port) || !port.ifindex ||
	    !if_indextoname(port.ifindex, name))
		snprintf(name, IF_NAMESIZE, "-");
}

/* A network that is no longer configured has no mask. */
static void tell_network(const struct reading *reading, __be32 subnet, char text[VIEW_NETWORK_TEXT])
{
	for (size_t i = 0; i < reading->networks.count; i++) {
		const struct xdpxe_network *network = rows__at(&reading->networks, i);

		if (network->subnet != subnet)
			continue;
		view__network_text(text, subnet, network->mask);
		return;
	}
	inet_ntop(AF_INET, &subnet, text, VIEW_NETWORK_TEXT);
}

static int note_source(const void *key, const void *value, void *context)
{
	const struct xdpxe_source *from = value;
	struct reading *reading = context;
	struct status_source *source;

	(void)key;
	/* Counts may be below 0 for the moment between two halves of a step. */
	if (!from->key || from->whole || ((int32_t)from->offers <= 0 && (int32_t)from->leases <= 0))
		return 0;
	source = rows__add(reading->sources);
	if (!source)
		return -ENOMEM;
	tell_interface(reading->view, from->port, source->interface);
	tell_network(reading, from->subnet, source->network);
	snprintf(source->relay, sizeof(source->relay), "-");
	if (from->giaddr)
		inet_ntop(AF_INET, &from->giaddr, source->relay, sizeof(source->relay));
	snprintf(source->circuit, sizeof(source->circuit), from->circuit ? "%08x" : "-",
		 from->circuit);
	source->offers = (int32_t)from->offers > 0 ? from->offers : 0;
	source->leases = (int32_t)from->leases > 0 ? from->leases : 0;
	return 0;
}

static int most_offers_first(const void *a, const void *b)
{
	const struct status_source *x = a, *y = b;

	if (x->offers != y->offers)
		return x->offers > y->offers ? -1 : 1;
	return x->leases > y->leases ? -1 : x->leases < y->leases;
}

int status_sources__read(const struct view *view, struct rows *sources)
{
	struct reading reading = { .view = view, .sources = sources };
	int err = view__networks(view, &reading.networks);

	sources->size = sizeof(struct status_source);
	if (!err)
		err = mapread__each(view->maps.sources, note_source, &reading);
	rows__free(&reading.networks);
	rows__sort(sources, most_offers_first);
	return err;
}

json_t *status_sources__json(const struct rows *sources)
{
	json_t *array = json_array();

	for (size_t i = 0; i < sources->count; i++) {
		const struct status_source *source = rows__at(sources, i);

		json_array_append_new(array,
				      json_pack("{s:s, s:s, s:s, s:s, s:I, s:I}", "interface",
						source->interface, "network", source->network,
						"relay", source->relay, "circuit", source->circuit,
						"offers", (json_int_t)source->offers, "leases",
						(json_int_t)source->leases));
	}
	return array;
}

void status_sources__cells(const struct rows *sources, struct table *table)
{
	for (size_t i = 0; i < sources->count && i < STATUS_SOURCES_SHOWN; i++) {
		const struct status_source *source = rows__at(sources, i);

		table__cell(table, "%s", source->interface);
		table__cell(table, "%s", source->network);
		table__cell(table, "%s", source->relay);
		table__cell(table, "%s", source->circuit);
		table__cell(table, "%u", source->offers);
		table__cell(table, "%u", source->leases);
	}
}
