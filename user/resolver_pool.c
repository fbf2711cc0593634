// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Misses for want of an address: search the pools of a link, or wait until addresses have been probed. */
#include "resolver_priv.h"

#include <errno.h>

#include "counters.h"
#include "log.h"
#include "mapread.h"
#include "pools.h"
#include "xdpxe/reasons.h"

static const struct plan_network *network_of(const struct resolver *resolver, uint32_t slot)
{
	uint32_t index = slot % XDPXE_NETWORKS_MAX;

	return index < (*resolver->plan)->network_count ? &(*resolver->plan)->networks[index]
							: NULL;
}

/*
 * The networks that may serve the machines of network @own, one after another: those of its link, or itself alone where
 * only relays reach it. @index: the one before, XDPXE_NONE to begin. Return: XDPXE_NONE behind the last
 */
static uint32_t next_served(const struct plan *plan, uint32_t own, uint32_t index)
{
	const struct plan_network *networks = plan->networks;
	uint32_t next;

	if (own >= plan->network_count)
		return XDPXE_NONE; /* of a configuration before */
	if (networks[own].config->relayed)
		return index == XDPXE_NONE ? own : XDPXE_NONE;
	next = index == XDPXE_NONE ? networks[own].wire.link : networks[index].wire.next;
	return next != XDPXE_NONE && networks[next].config->relayed ? XDPXE_NONE : next;
}

bool resolver_pool__has_free(const struct resolver *resolver, uint32_t own)
{
	const struct plan *plan = *resolver->plan;

	for (uint32_t i = XDPXE_NONE; (i = next_served(plan, own, i)) != XDPXE_NONE;)
		if (conflict__has_free(resolver->conflict, i))
			return true;
	return false;
}

/* Return: how many addresses are free now; negative errno */
static int reclaim(const struct resolver *resolver, uint32_t slot, uint32_t own)
{
	const struct plan *plan = *resolver->plan;
	int freed = 0;

	for (uint32_t i = XDPXE_NONE; freed == 0 && (i = next_served(plan, own, i)) != XDPXE_NONE;)
		freed = pools__reclaim(resolver->engine, slot - own + i, &plan->networks[i],
				       resolver->conflict, true);
	return freed;
}

bool resolver_pool__hurry(const struct resolver *resolver, uint32_t own)
{
	const struct plan *plan = *resolver->plan;
	bool probed = false;

	for (uint32_t i = XDPXE_NONE; (i = next_served(plan, own, i)) != XDPXE_NONE;)
		probed |= conflict__hurry(resolver->conflict, i);
	return probed;
}

/* Keep a miss while addresses are being probed. Return: RESOLVER_WAITS; -ENOSPC: too many wait already; 0: none are probed */
static int wait_for_probes(struct resolver *resolver, const struct xdpxe_miss *miss, uint32_t own)
{
	if (!resolver_pool__hurry(resolver, own))
		return 0;
	if (!waiting__add(resolver->waiting, miss))
		return -ENOSPC;
	counters__add(resolver->engine->maps.counters, XDPXE_R_MISS_WAITED);
	return RESOLVER_WAITS;
}

static void tell_empty_pool(struct resolver *resolver, const struct plan_network *network,
			    uint64_t now_s)
{
	size_t set_aside;

	if (now_s - resolver->told_pool_s < TELL_AGAIN_S)
		return;
	resolver->told_pool_s = now_s;
	set_aside = pools__set_aside(&resolver->engine->maps, network);
	log_warn("the pool of network %zu is empty: %zu addresses, all in use%s",
		 network - (*resolver->plan)->networks + 1, network->address_count,
		 set_aside ? "" : " by machines with a lease");
	if (set_aside)
		log_warn("%zu of them are set aside, since others use them: `xdpxe leases` lists "
			 "them",
			 set_aside);
}

int resolver_pool__resolve(struct resolver *resolver, const struct xdpxe_miss *miss)
{
	const struct plan_network *network = network_of(resolver, miss->network);
	uint64_t now = mapread__now_ns() / 1000000000ULL;
	uint32_t own = miss->network % XDPXE_NETWORKS_MAX;
	int err;

	if (!network)
		return -ENOSPC;
	if (resolver_pool__has_free(resolver, own))
		return 0; /* they came after it */
	err = wait_for_probes(resolver, miss, own);
	if (err)
		return err;
	if (resolver->reclaimed_s == now && resolver->reclaimed_slot == miss->network)
		return -ENOSPC;
	resolver->reclaimed_s = now;
	resolver->reclaimed_slot = miss->network;
	if (reclaim(resolver, miss->network, own) > 0 || resolver_pool__has_free(resolver, own))
		return 0;
	err = wait_for_probes(resolver, miss, own);
	if (err)
		return err;
	tell_empty_pool(resolver, network, now);
	return -ENOSPC;
}
