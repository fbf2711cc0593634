// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "web_query.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>

#include "parse.h"

#define HTYPE_ETHERNET 1    /* RFC 1700 */
#define HTYPE_INFINIBAND 32 /* RFC 4390: what else boots by DHCP */
#define SHOWN "%.60s"	    /* of what was given, in a message */

/* A request while its parameters are read. @wrong: what is to be told, empty: nothing yet */
struct reading {
	struct web_query *query;
	unsigned int legal;
	size_t most;
	char wrong[320];
};

static int nibble(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	digit = (char)tolower((unsigned char)digit);
	return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

bool web_query__mac(const char *text, struct xdpxe_client *client)
{
	struct xdpxe_client out = { 0 };
	char separator = strlen(text) > 2 ? text[2] : ':';

	if (separator != ':' && separator != '-')
		return false;
	for (;; text += 3) {
		int high = nibble(text[0]), low = high < 0 ? -1 : nibble(text[1]);

		if (low < 0 || out.hlen == BOOTP_CHADDR_LEN)
			return false;
		out.chaddr[out.hlen++] = (uint8_t)(high << 4 | low);
		if (!text[2])
			break;
		if (text[2] != separator)
			return false;
	}
	out.htype = out.hlen == 6 ? HTYPE_ETHERNET : HTYPE_INFINIBAND;
	*client = out;
	return true;
}

static bool read_stage(struct reading *reading, const char *value)
{
	for (int stage = 0; stage < MACHINE_STAGES; stage++) {
		if (strcmp(value, machines__stage_name((enum machine_stage)stage)) != 0)
			continue;
		reading->query->filter.stage = (enum machine_stage)stage;
		return true;
	}
	return false;
}

/* "10.77.0.0/16", or its first address alone */
static bool read_network(struct reading *reading, const char *value)
{
	unsigned int prefix = 32;
	uint32_t address;

	if (!parse__cidr(value, &address, &prefix) && !parse__ipv4(value, &address))
		return false;
	reading->query->filter.subnet = htonl(address);
	return address != 0;
}

static bool read_text(struct reading *reading, const char *value)
{
	struct machine_filter *filter = &reading->query->filter;

	if (strlen(value) >= sizeof(filter->text))
		return false;
	memcpy(filter->text, value, strlen(value) + 1);
	return true;
}

static bool read_limit(struct reading *reading, const char *value)
{
	uint64_t number;

	if (!parse__u64(value, 0, reading->most, &number))
		return false;
	reading->query->limit = number;
	return true;
}

static bool read_offset(struct reading *reading, const char *value)
{
	uint64_t number;

	if (!parse__u64(value, 0, MACHINES_MAX, &number))
		return false;
	reading->query->offset = number;
	return true;
}

static bool read_after(struct reading *reading, const char *value)
{
	return parse__u64(value, 0, UINT64_MAX, &reading->query->after);
}

static bool read_mac(struct reading *reading, const char *value)
{
	return web_query__mac(value, &reading->query->client);
}

static bool read_since(struct reading *reading, const char *value)
{
	uint64_t number;

	if (!parse__u64(value, 0, INT64_MAX, &number))
		return false;
	reading->query->since_ms = (int64_t)number;
	return true;
}

/* Names with commas between. */
static bool read_what(struct reading *reading, const char *value)
{
	static const char *const names[] = { "steps", "machines", "totals" };
	unsigned int what = 0;

	while (*value) {
		size_t len = strcspn(value, ","), i;

		for (i = 0; i < 3; i++)
			if (strlen(names[i]) == len && memcmp(names[i], value, len) == 0)
				break;
		if (i == 3)
			return false;
		what |= 1u << i;
		value += len + (value[len] == ',');
	}
	reading->query->what = what;
	return what != 0;
}

struct parameter {
	const char *name;
	unsigned int bit;
	bool (*read)(struct reading *reading, const char *value);
	const char *legal;
};

static const struct parameter parameters[] = {
	{ "after", QUERY_AFTER, read_after, "the number of a step" },
	{ "limit", QUERY_LIMIT, read_limit, NULL },
	{ "mac", QUERY_MAC, read_mac, "a hardware address such as 52:54:00:12:34:56" },
	{ "network", QUERY_NETWORK, read_network, "a subnet such as 10.77.0.0/16" },
	{ "offset", QUERY_OFFSET, read_offset, "0 to 65536" },
	{ "q", QUERY_TEXT, read_text, "up to 63 bytes" },
	{ "since", QUERY_SINCE, read_since, "Unix time in milliseconds" },
	{ "stage", QUERY_STAGE, read_stage,
	  "discovering, leased, loading, ipxe, handed-over, stuck" },
	{ "what", QUERY_WHAT, read_what, "some of steps,machines,totals" },
};

#define PARAMETERS (sizeof(parameters) / sizeof(parameters[0]))

static void tell_unknown(struct reading *reading, const char *name)
{
	size_t len = (size_t)snprintf(reading->wrong, sizeof(reading->wrong),
				      "unknown parameter \"" SHOWN "\"; legal:", name);

	for (size_t i = 0; i < PARAMETERS && len < sizeof(reading->wrong); i++)
		if (reading->legal & parameters[i].bit)
			len += (size_t)snprintf(reading->wrong + len, sizeof(reading->wrong) - len,
						" %s", parameters[i].name);
	if (!reading->legal)
		snprintf(reading->wrong, sizeof(reading->wrong),
			 "unknown parameter \"" SHOWN "\"; legal: none", name);
}

static void tell_wrong(struct reading *reading, const struct parameter *parameter,
		       const char *value)
{
	size_t len = (size_t)snprintf(reading->wrong, sizeof(reading->wrong),
				      "%s: \"" SHOWN "\"; legal: ", parameter->name, value);

	if (parameter->bit == QUERY_LIMIT)
		snprintf(reading->wrong + len, sizeof(reading->wrong) - len, "0 to %zu",
			 reading->most);
	else
		snprintf(reading->wrong + len, sizeof(reading->wrong) - len, "%s",
			 parameter->legal);
}

static enum MHD_Result read_one(void *context, enum MHD_ValueKind kind, const char *name,
				size_t name_size, const char *value, size_t value_size)
{
	struct reading *reading = context;
	const char *text = value ? value : "";
	size_t i;

	(void)kind;
	for (i = 0; i < PARAMETERS; i++)
		if (reading->legal & parameters[i].bit && strlen(name) == name_size &&
		    strcmp(name, parameters[i].name) == 0)
			break;
	if (i == PARAMETERS)
		tell_unknown(reading, name);
	else if (reading->query->given & parameters[i].bit)
		snprintf(reading->wrong, sizeof(reading->wrong), "%s: given twice; legal: once",
			 name);
	else if (strlen(text) != value_size || !parameters[i].read(reading, text))
		tell_wrong(reading, &parameters[i], text);
	else
		reading->query->given |= parameters[i].bit;
	return reading->wrong[0] ? MHD_NO : MHD_YES;
}

bool web_query__read(const struct web_request *request, unsigned int legal, size_t most,
		     struct web_query *query, web_result *answer)
{
	struct reading reading = { .query = query, .legal = legal, .most = most };

	query->filter.stage = MACHINE_STAGES;
	MHD_get_connection_values_n(request->connection, MHD_GET_ARGUMENT_KIND, read_one, &reading);
	if (!reading.wrong[0])
		return true;
	*answer = web_request__error(request, MHD_HTTP_BAD_REQUEST, "%s", reading.wrong);
	return false;
}
