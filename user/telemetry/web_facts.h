/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What the maps say, for status and metrics: read again when it is asked for and older than FACTS_AGE_MS, so that many
 * readers cost no more than one. Rates are taken each second.
 */
#ifndef XDPXE_WEB_FACTS_H
#define XDPXE_WEB_FACTS_H

#include "rows.h"
#include "status.h"

#define FACTS_AGE_MS 4000

struct engine;
struct histograms;

/* How full a map is. */
struct web_fill {
	const char *map;
	uint64_t entries, max;
};

/* Addresses of a network's pool. @leased: with a lease that is not a reservation's */
struct web_pool {
	__be32 subnet;
	uint32_t size, leased;
};

/* A second. @bytes: of DATA, by the mean block of all files that were read so far */
struct web_rates {
	uint64_t offers, acks, blocks, bytes, misses;
};

/**
 * struct web_facts - see above
 * @engine: NULL: there is nothing to read, and all is 0
 */
struct web_facts {
	const struct engine *engine;
	int64_t read_ms; /* CLOCK_MONOTONIC; 0: never */
	struct status status;
	uint64_t transfers_open;
	struct rows fills; /* struct web_fill */
	struct rows pools; /* struct web_pool */
	int64_t rates_ms;
	struct web_rates total, rates;
};

void web_facts__open(struct web_facts *facts, const struct engine *engine);

/** web_facts__read() - make sure that all but the rates is fresh. Return: what the maps say, NULL where there is nothing */
const struct status_instance *web_facts__read(struct web_facts *facts);

/** web_facts__pool() - the pool of a network, NULL for none */
const struct web_pool *web_facts__pool(const struct web_facts *facts, __be32 subnet);

/** web_facts__count() - take the rates, if a second has gone by */
void web_facts__count(struct web_facts *facts, const struct histograms *histograms);

void web_facts__close(struct web_facts *facts);

#endif
