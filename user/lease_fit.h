/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Which leases of before a configuration has a place for. */
#ifndef XDPXE_LEASE_FIT_H
#define XDPXE_LEASE_FIT_H

#include <stdbool.h>
#include <stddef.h>

#include "plan.h"

struct lease_fit;

/** lease_fit__new() - what @plan has a place for; keeps nothing of @plan. Return: NULL without memory */
struct lease_fit *lease_fit__new(const struct plan *plan);

/** lease_fit__free() - NULL is allowed */
void lease_fit__free(struct lease_fit *fit);

/** lease_fit__has() - is @addr a machine's address in the configured network @subnet? Both in network byte order */
bool lease_fit__has(const struct lease_fit *fit, __be32 subnet, __be32 addr);

/** lease_fit__owner() - the machine that @addr is reserved for, with subnet 0; NULL for none */
const struct xdpxe_client *lease_fit__owner(const struct lease_fit *fit, __be32 addr);

/** lease_fit__subnets() - the configured networks, network byte order */
const __be32 *lease_fit__subnets(const struct lease_fit *fit, size_t *count);

/** lease_fit__masks() - of them, in the same order */
const __be32 *lease_fit__masks(const struct lease_fit *fit);

#endif
