// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "histograms.h"

#define US 1000ULL
#define MS (1000 * US)
#define S (1000 * MS)

static const struct histogram_info infos[HISTOGRAMS] = {
	[HISTOGRAM_BOOT] = { "boot",
			     "From a machine's first DISCOVER until it was handed over to iPXE's "
			     "script.",
			     { 1 * S, 2 * S, 5 * S, 10 * S, 15 * S, 20 * S, 30 * S, 45 * S, 60 * S,
			       120 * S, 300 * S, 600 * S } },
	[HISTOGRAM_EXCHANGE] = { "dhcp_exchange",
				 "From a DISCOVER until the REQUEST that followed was "
				 "acknowledged.",
				 { 1 * MS, 2 * MS, 5 * MS, 10 * MS, 50 * MS, 100 * MS, 500 * MS,
				   1 * S, 2 * S, 5 * S, 10 * S, 30 * S } },
	[HISTOGRAM_TRANSFER] = { "tftp_transfer",
				 "From the request for a file until its last block was "
				 "acknowledged.",
				 { 5 * MS, 10 * MS, 25 * MS, 50 * MS, 100 * MS, 250 * MS, 500 * MS,
				   1 * S, 2500 * MS, 5 * S, 10 * S, 60 * S } },
	[HISTOGRAM_MISS] = { "miss",
			     "From a frame that the maps had no answer for until the daemon ran it "
			     "again.",
			     { 50 * US, 100 * US, 250 * US, 500 * US, 1 * MS, 2500 * US, 5 * MS,
			       10 * MS, 50 * MS, 100 * MS, 1 * S, 10 * S } },
};

const struct histogram_info *histograms__info(enum histogram which)
{
	return &infos[which];
}

void histograms__add(struct histograms *histograms, enum histogram which, uint64_t ns)
{
	const uint64_t *bounds = infos[which].bounds;
	size_t bucket = 0;

	if (!histograms)
		return;
	while (bucket < HISTOGRAM_BOUNDS && bounds[bucket] && ns > bounds[bucket])
		bucket++;
	atomic_fetch_add_explicit(&histograms->of[which].buckets[bucket], 1, memory_order_relaxed);
	atomic_fetch_add_explicit(&histograms->of[which].sum_ns, ns, memory_order_relaxed);
}

void histograms__add_file(struct histograms *histograms, uint64_t ns, uint64_t bytes,
			  uint32_t blocks)
{
	if (!histograms)
		return;
	histograms__add(histograms, HISTOGRAM_TRANSFER, ns);
	atomic_fetch_add_explicit(&histograms->file_bytes, bytes, memory_order_relaxed);
	atomic_fetch_add_explicit(&histograms->file_blocks, blocks, memory_order_relaxed);
}
