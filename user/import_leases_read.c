// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The files that dhcpd, dnsmasq and Kea keep their leases in. */
#include "import_leases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "import_scan.h"
#include "parse.h"

#define COLUMNS 32

enum import_format import_leases__guess(const char *text)
{
	text += strspn(text, " \t\r\n");
	if (strncmp(text, "address,", 8) == 0)
		return IMPORT_KEA;
	/* a line of dnsmasq's has no brace; a file of dhcpd's begins with a comment, or with a statement */
	return strpbrk(text, "{;") ? IMPORT_DHCPD : IMPORT_DNSMASQ;
}

static void add(struct import *import, struct rows *leases, const struct import_lease *lease)
{
	struct import_lease *row = rows__add(leases);

	if (row)
		*row = *lease;
	else
		import->no_memory = true;
}

static bool read_time(const char *text, int64_t *out)
{
	uint64_t value;

	if (!parse__u64(text, 0, INT64_MAX - 1, &value))
		return false;
	*out = (int64_t)value;
	return true;
}

/* "4 2026/11/22 18:00:00", "never", or "epoch 1795370400", from the second word on. */
static bool read_date(const struct scan_statement *said, int64_t *out)
{
	struct tm utc = { 0 };
	char rest;

	if (said->count == 2 && strcmp(said->words[1], "never") == 0) {
		*out = IMPORT_NEVER;
		return true;
	}
	if (said->count < 3)
		return false;
	if (strcmp(said->words[1], "epoch") == 0)
		return read_time(said->words[2], out);
	if (said->count < 4 ||
	    sscanf(said->words[2], "%4d/%2d/%2d%c", &utc.tm_year, &utc.tm_mon, &utc.tm_mday,
		   &rest) != 3 ||
	    sscanf(said->words[3], "%2d:%2d:%2d%c", &utc.tm_hour, &utc.tm_min, &utc.tm_sec,
		   &rest) != 3)
		return false;
	utc.tm_year -= 1900;
	utc.tm_mon--;
	*out = timegm(&utc);
	return true;
}

/* A statement of a lease's block. Return: false when it is not understood */
static bool take_isc(struct import_lease *lease, const struct scan_statement *said)
{
	const char *first = said->words[0];

	if (strcmp(first, "starts") == 0)
		return read_date(said, &lease->starts);
	if (strcmp(first, "ends") == 0)
		return read_date(said, &lease->expires);
	if (strcmp(first, "binding") == 0)
		lease->active = said->count == 3 && strcmp(said->words[2], "active") == 0;
	else if (strcmp(first, "hardware") == 0)
		lease->has_mac = said->count == 3 && strcmp(said->words[1], "ethernet") == 0 &&
				 parse__mac(said->words[2], lease->mac);
	else if (strcmp(first, "abandoned") == 0)
		lease->active = false;
	return true;
}

/* Over the block of a lease, to its '}'. Return: false when the text ends before, and the lease does not count */
static bool read_isc_block(struct import *import, struct scan *scan, struct import_lease *lease)
{
	struct scan_statement said;

	while (scan__next(scan, &said)) {
		if (said.count && said.end == '{')
			scan__skip_block(scan);
		else if (said.count && !take_isc(lease, &said))
			import__note(import, said.line, said.shown, "no time");
		if (said.end == '}')
			return true;
	}
	import__note(import, lease->line, "lease", "the file ends in the midst of it");
	return false;
}

static void read_isc(struct import *import, char *text, struct rows *leases)
{
	struct scan scan = { .at = text, .line = 1 };
	struct scan_statement said;

	while (scan__next(&scan, &said)) {
		/* a lease without a state is one of a version that wrote active ones only */
		struct import_lease lease = { .line = said.line, .active = true };

		if (said.end != '{')
			continue;
		if (said.count != 2 || strcmp(said.words[0], "lease")) {
			scan__skip_block(&scan);
		} else if (!parse__ipv4(said.words[1], &lease.address)) {
			import__note(import, said.line, said.shown, "no IPv4 address");
			scan__skip_block(&scan);
		} else if (read_isc_block(import, &scan, &lease)) {
			add(import, leases, &lease);
		}
	}
}

/* "EXPIRY MAC IP NAME ID"; from "duid ..." on leases are IPv6 */
static void read_dnsmasq(struct import *import, char *text, struct rows *leases)
{
	unsigned int number = 0;
	char *line;

	while ((line = strsep(&text, "\n")) != NULL) {
		struct import_lease lease = { .line = ++number, .active = true };
		char *shown = (char *)import__keep(import, line, strnlen(line, 100));
		char *expiry = strsep(&line, " "), *mac = strsep(&line, " ");
		char *address = strsep(&line, " ");

		if (strcmp(expiry, "duid") == 0)
			return;
		if (!expiry[strspn(expiry, "\r\t")] && !mac)
			continue;
		if (!address || !parse__ipv4(address, &lease.address) ||
		    !read_time(expiry, &lease.expires)) {
			import__note(import, number, shown, "no lease");
			continue;
		}
		if (lease.expires == 0)
			lease.expires = IMPORT_NEVER;
		lease.has_mac = parse__mac(mac, lease.mac);
		add(import, leases, &lease);
	}
}

/* The columns that matter, by the names of the first line. */
enum column { ADDRESS, HWADDR, VALID, EXPIRE, STATE, COLUMN_COUNT };

static const char *const column_names[] = { "address", "hwaddr", "valid_lifetime", "expire",
					    "state" };

/* Where each column stands. Return: false when one is missing */
static bool read_header(char *line, size_t at[COLUMN_COUNT])
{
	size_t found = 0, i = 0;
	char *word;

	line[strcspn(line, "\r")] = 0;
	for (; (word = strsep(&line, ",")) != NULL && i < COLUMNS; i++)
		for (size_t c = 0; c < COLUMN_COUNT; c++)
			if (strcmp(word, column_names[c]) == 0) {
				at[c] = i;
				found |= 1u << c;
			}
	return found == (1u << COLUMN_COUNT) - 1;
}

static bool read_row(char *line, const size_t at[COLUMN_COUNT], struct import_lease *lease)
{
	const char *words[COLUMNS];
	uint32_t valid_s, state;
	size_t count = 0;

	line[strcspn(line, "\r")] = 0;
	while (count < COLUMNS && (words[count] = strsep(&line, ",")) != NULL)
		count++;
	for (size_t c = 0; c < COLUMN_COUNT; c++)
		if (at[c] >= count)
			return false;
	if (!parse__ipv4(words[at[ADDRESS]], &lease->address) ||
	    !parse__u32(words[at[VALID]], 0, UINT32_MAX, &valid_s) ||
	    !read_time(words[at[EXPIRE]], &lease->expires) ||
	    !parse__u32(words[at[STATE]], 0, UINT32_MAX, &state))
		return false;
	lease->has_mac = parse__mac(words[at[HWADDR]], lease->mac);
	lease->active = state == 0 && valid_s > 0; /* a lifetime of 0: given back */
	lease->starts = lease->expires - valid_s;
	if (valid_s == UINT32_MAX)
		lease->expires = IMPORT_NEVER;
	return true;
}

static void read_kea(struct import *import, char *text, struct rows *leases)
{
	size_t at[COLUMN_COUNT] = { 0 };
	char *line = strsep(&text, "\n");
	unsigned int number = 1;

	if (!read_header(line, at)) {
		import__note(import, 1, "header",
			     "columns address, hwaddr, valid_lifetime, expire, state are needed");
		return;
	}
	while ((line = strsep(&text, "\n")) != NULL) {
		struct import_lease lease = { .line = ++number };
		const char *shown = import__keep(import, line, strnlen(line, 100));

		if (!line[strspn(line, " \t\r")])
			continue;
		if (read_row(line, at, &lease))
			add(import, leases, &lease);
		else
			import__note(import, number, shown, "no lease");
	}
}

void import_leases__read(struct import *import, enum import_format format, char *text,
			 struct rows *leases)
{
	static void (*const readers[])(struct import *, char *, struct rows *) = {
		[IMPORT_DHCPD] = read_isc,
		[IMPORT_DNSMASQ] = read_dnsmasq,
		[IMPORT_KEA] = read_kea,
	};

	readers[format](import, text, leases);
}
