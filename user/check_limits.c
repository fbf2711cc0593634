// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What `xdpxe check` prints of limits, probing and replies that wait.
#include "check.h"
#include "config_boot.h"

/* One of `limits`: 0 is "none". */
static void print_limit(const char *key, uint32_t value, const char *of_what, FILE *out)
{
	if (value)
		fprintf(out, "  %-13s %u%s\n", key, value, of_what);
	else
		fprintf(out, "  %-13s none\n", key);
}

static void print_limits(const struct config_limits *limits, FILE *out)
{
	fprintf(out, "\nlimits:\n");
	print_limit("messages", limits->messages, " a second of one machine", out);
	print_limit("offers", limits->offers_percent, "% of a pool, and at least 32", out);
	print_limit("leases", limits->leases, " addresses of one source", out);
	print_limit("requests", limits->requests, " a second of one client", out);
	print_limit("combinations", limits->combinations, " a second of one client", out);
	fprintf(out, "  %-13s %s\n", "own-mac", limits->own_mac ? "yes" : "no");
}

/* Which networks take addresses as they are; networks that only a relay leads to cannot be probed. */
static void print_conflict_check(const struct plan *plan, FILE *out)
{
	const char *before = ", but not in ";
	size_t i;

	fprintf(out, "conflict-check: yes");
	for (i = 0; i < plan->network_count; i++) {
		if (plan->networks[i].wire.flags & XDPXE_NETWORK_PROBED)
			continue;
		fprintf(out, "%snetworks[%zu]", before, i);
		before = ", ";
	}
	fprintf(out, "\n");
}

static void print_class(uint64_t codes, FILE *out)
{
	const struct config_arch *arch = config_arch__get((size_t)__builtin_ctzll(codes));

	fprintf(out, "%s", arch ? arch->name : "?");
}

static void print_delays(const struct config *config, FILE *out)
{
	size_t i, byte;

	fprintf(out, "reply-delay: %s\n", config->delay_count ? "" : "none");
	for (i = 0; i < config->delay_count; i++) {
		const struct config_delay *delay = &config->delays[i];

		fprintf(out, "  %u ms for ", delay->delay_ms);
		for (byte = 0; byte < delay->mac_bytes; byte++)
			fprintf(out, "%s%02x", byte ? ":" : "", delay->mac[byte]);
		if (!delay->mac_bytes)
			print_class(delay->classes, out);
		fprintf(out, "\n");
	}
}

void check__print_limits(const struct plan *plan, FILE *out)
{
	print_limits(&plan->config->limits, out);
	if (plan->config->mode == CONFIG_MODE_SERVER)
		print_conflict_check(plan, out);
	print_delays(plan->config, out);
}
