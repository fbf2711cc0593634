// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// `pool:`: ranges of addresses, comma-separated.
#include <stdio.h>
#include <string.h>

#include "config_reader.h"
#include "parse.h"

#define RANGES_MAX 256

static size_t count_ranges(const char *text)
{
	size_t count = 1;

	for (; *text; text++)
		count += *text == ',';
	return count;
}

/* Range @n of the pool from its own text. */
static bool read_range(const struct config_reader *reader, const struct config_where *where,
		       struct config_network *net, size_t n, const char *text)
{
	struct config_range *range = &net->pool[n];
	size_t other;

	if (!parse__range(text, &range->first, &range->last))
		return config_reader__fail(
			reader, where,
			"\"%s\"; legal: ranges such as "
			"10.77.1.0-10.77.9.255 with the lower address first, and single "
			"addresses, comma-separated",
			config_shown(text).text);
	if ((range->first & net->mask) != net->subnet || (range->last & net->mask) != net->subnet)
		return config_reader__fail(reader, where,
					   "\"%s\" is not all in the subnet; legal: addresses "
					   "of %s",
					   config_shown(text).text,
					   reader->raw->networks[where->index].subnet);
	for (other = 0; other < n; other++)
		if (range->first <= net->pool[other].last && net->pool[other].first <= range->last)
			return config_reader__fail(reader, where,
						   "\"%s\" overlaps an earlier range; legal: "
						   "each address once",
						   config_shown(text).text);
	return true;
}

/* The next piece of a comma-separated text, without the blanks around it, into @piece. */
static const char *next_piece(const char *text, char *piece, size_t size)
{
	size_t len = strcspn(text, ","), blanks = strspn(text, " ");
	const char *next = text[len] ? text + len + 1 : text + len;

	if (blanks > len)
		blanks = len;
	snprintf(piece, size, "%.*s", (int)(len - blanks), text + blanks);
	for (len = strlen(piece); len && piece[len - 1] == ' '; len--)
		piece[len - 1] = '\0';
	return next;
}

bool config_reader__pool(const struct config_reader *reader, size_t index, uint64_t *budget)
{
	const struct config_where where = { "networks", index, "pool" };
	struct config_network *net = &reader->out->networks[index];
	const char *text = reader->raw->networks[index].pool;
	size_t count = text ? count_ranges(text) : 0, n;

	if (count > RANGES_MAX)
		return config_reader__fail(reader, &where, "%zu ranges; legal: at most %d", count,
					   RANGES_MAX);
	if (!config_reader__array(reader, count, sizeof(*net->pool), &net->pool))
		return false;
	for (n = 0; n < count; n++) {
		uint64_t size;
		char piece[72];

		text = next_piece(text, piece, sizeof(piece));
		if (!read_range(reader, &where, net, n, piece))
			return false;
		size = (uint64_t)net->pool[n].last - net->pool[n].first + 1;
		if (size > *budget)
			return config_reader__fail(reader, &where,
						   "too many addresses with \"%s\"; legal: %d in "
						   "all pools together",
						   piece, XDPXE_LEASES_MAX);
		*budget -= size;
	}
	net->pool_count = count;
	return true;
}
