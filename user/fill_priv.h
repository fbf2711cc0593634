/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The parts of fill.h that write boot instructions and reservations, which reload changes one by one. */
#ifndef XDPXE_FILL_PRIV_H
#define XDPXE_FILL_PRIV_H

#include "fill.h"

/**
 * fill__put() - write an entry of a map whose memory is taken as it fills
 * Its small store of memory is filled up by the kernel a moment after it ran out: then it is asked again.
 * @flags: BPF_ANY, BPF_NOEXIST. Return: 0, negative errno
 */
int fill__put(int map, const void *key, const void *value, uint64_t flags);

/** fill_boots__keys() - the key of each boot of @plan. Return: to be freed, NULL without memory */
uint64_t *fill_boots__keys(const struct plan *plan);

/** fill_boots__key() - the key of a boot by its number in the plan, from 1; 0 for 0 */
uint64_t fill_boots__key(const uint64_t *keys, uint64_t number);

/** fill_boots__add() - write those that are not there yet. Return: 0, negative errno */
int fill_boots__add(const struct maps *maps, const struct plan *plan, const uint64_t *keys);

/**
 * fill_hosts__write() - make the map say what the plan says, without touching what stays as it is
 * No machine of both is unknown meanwhile. Return: 0, negative errno
 */
int fill_hosts__write(const struct maps *maps, const struct plan *plan, const uint64_t *keys);

#endif
