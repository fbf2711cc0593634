// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Addresses that two reservations claim, found by sorting.
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_hosts.h"

struct sort_key {
	uint64_t value;
	size_t index;
};

static int compare_keys(const void *a, const void *b)
{
	const struct sort_key *x = a, *y = b;

	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

/* What two hosts have in common, and where the first of them stands. */
static bool fail_twin(const struct config_reader *reader, const struct config_host *twin,
		      const struct config_host *first, const char *key)
{
	const struct config *out = reader->out;
	const struct in_addr in = { htonl(twin->ip) };
	const uint8_t *mac = twin->mac;
	char value[32];

	snprintf(value, sizeof(value), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
		 mac[3], mac[4], mac[5]);
	if (strcmp(key, "mac"))
		inet_ntop(AF_INET, &in, value, sizeof(value));
	if (first->in_file)
		config__error(reader->err, config_host__path(out, twin), twin->line,
			      "%s: \"%s\" again, first in line %u; legal: each once",
			      config_host__key(out, twin, key).text, value, first->line);
	else
		config__error(reader->err, config_host__path(out, twin), twin->line,
			      "%s: \"%s\" again, first in hosts[%zu] (%s%sline %u); legal: each "
			      "once",
			      config_host__key(out, twin, key).text, value,
			      (size_t)(first - out->hosts), twin->in_file ? out->path : "",
			      twin->in_file ? " " : "", first->line);
	return false;
}

/* The earliest host that repeats the value of another, by sorting @keys. */
static bool check_unique(const struct config_reader *reader, struct sort_key *keys, size_t count,
			 const char *key)
{
	const struct config_host *hosts = reader->out->hosts;
	size_t i, twin = SIZE_MAX, first = 0;

	qsort(keys, count, sizeof(*keys), compare_keys);
	for (i = 1; i < count; i++) {
		if (keys[i].value != keys[i - 1].value || keys[i].index >= twin)
			continue;
		twin = keys[i].index;
		first = keys[i - 1].index;
	}
	return twin == SIZE_MAX || fail_twin(reader, &hosts[twin], &hosts[first], key);
}

static uint64_t mac_value(const uint8_t mac[6])
{
	uint64_t value = 0;

	memcpy(&value, mac, 6);
	return value;
}

bool config_hosts__unique(const struct config_reader *reader)
{
	const struct config *out = reader->out;
	size_t i, count = 0;
	struct sort_key *keys;
	bool good;

	if (!out->host_count)
		return true;
	if (!config_reader__array(reader, out->host_count, sizeof(*keys), &keys))
		return false;
	for (i = 0; i < out->host_count; i++)
		keys[i] = (struct sort_key){ mac_value(out->hosts[i].mac), i };
	good = check_unique(reader, keys, out->host_count, "mac");
	for (i = 0; i < out->host_count; i++)
		if (out->hosts[i].ip)
			keys[count++] = (struct sort_key){ out->hosts[i].ip, i };
	good = good && check_unique(reader, keys, count, "ip");
	free(keys);
	return good;
}
