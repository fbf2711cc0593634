// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "fill_limits.h"

#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>

#define OFFERS_LEAST 32 /* a small pool is not worth lending of */
#define SECOND_NS 1000000000ULL

static uint64_t cost_ns(uint32_t rate)
{
	return rate ? SECOND_NS / rate : 0;
}

struct xdpxe_limits limits__of(const struct config_limits *config,
			       const struct plan_network *network)
{
	struct xdpxe_limits limits = {
		.message_ns = cost_ns(config->messages),
		.request_ns = cost_ns(config->requests),
		.params_ns = cost_ns(config->combinations),
		.leases_max = config->leases,
		.members = (uint32_t)network->address_count,
		.flags = config->own_mac ? XDPXE_LIMIT_OWN_MAC : 0,
	};
	uint64_t share = (uint64_t)network->address_count * config->offers_percent / 100;

	if (config->offers_percent)
		limits.offers_max = share < OFFERS_LEAST ? OFFERS_LEAST : (uint32_t)share;
	return limits;
}

int fill_limits__network(const struct maps *maps, const struct plan *plan, size_t index,
			 uint32_t slot)
{
	struct xdpxe_limits limits = limits__of(&plan->config->limits, &plan->networks[index]);

	return bpf_map_update_elem(maps->limits, &slot, &limits, BPF_ANY) < 0 ? -errno : 0;
}

static struct xdpxe_mac_prefix prefix_of(const struct config_delay *delay)
{
	struct xdpxe_mac_prefix prefix = { .bits = 8u * delay->mac_bytes };

	memcpy(prefix.mac, delay->mac, sizeof(prefix.mac));
	return prefix;
}

static bool is_wanted(const struct config *config, const struct xdpxe_mac_prefix *prefix)
{
	for (size_t i = 0; i < config->delay_count; i++) {
		struct xdpxe_mac_prefix wanted = prefix_of(&config->delays[i]);

		if (config->delays[i].mac_bytes && !memcmp(&wanted, prefix, sizeof(wanted)))
			return true;
	}
	return false;
}

/* Prefixes that the configuration has no more. */
static void drop_others(const struct maps *maps, const struct config *config)
{
	struct xdpxe_mac_prefix found[XDPXE_DELAYS_MAX], key;
	bool more = bpf_map_get_next_key(maps->delays, NULL, &key) == 0;
	size_t count = 0;

	for (; more && count < XDPXE_DELAYS_MAX; count++) {
		found[count] = key;
		more = bpf_map_get_next_key(maps->delays, &found[count], &key) == 0;
	}
	for (size_t i = 0; i < count; i++)
		if (!is_wanted(config, &found[i]))
			bpf_map_delete_elem(maps->delays, &found[i]);
}

int fill_limits__delays(const struct maps *maps, const struct plan *plan)
{
	const struct config *config = plan->config;
	uint32_t by_class[XDPXE_ARCHES] = { 0 };

	drop_others(maps, config);
	for (size_t i = 0; i < config->delay_count; i++) {
		const struct config_delay *delay = &config->delays[i];
		struct xdpxe_mac_prefix prefix = prefix_of(delay);

		for (uint32_t code = 0; code < XDPXE_ARCHES; code++)
			if (delay->classes >> code & 1)
				by_class[code] = delay->delay_ms;
		if (delay->mac_bytes &&
		    bpf_map_update_elem(maps->delays, &prefix, &delay->delay_ms, BPF_ANY) < 0)
			return -errno;
	}
	for (uint32_t code = 0; code < XDPXE_ARCHES; code++)
		if (bpf_map_update_elem(maps->class_delays, &code, &by_class[code], BPF_ANY) < 0)
			return -errno;
	return 0;
}
