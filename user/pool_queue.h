/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The queue of free addresses of one network, and what keeps an address out of it. */
#ifndef XDPXE_POOL_QUEUE_H
#define XDPXE_POOL_QUEUE_H

#include <stdbool.h>

#include "maps.h"
#include "plan.h"

/** pool_queue__open() - the queue of network slot @slot. Return: descriptor, negative errno */
int pool_queue__open(const struct maps *maps, uint32_t slot);

/** pool_queue__is_empty() - is there nothing for the program to take? True for a descriptor that is none */
bool pool_queue__is_empty(int queue);

/** pool_queue__push() - @addr is free; network byte order. Return: 0; negative errno, -E2BIG when the queue is full */
int pool_queue__push(int queue, uint32_t addr);

/** pool_queue__index() - where @address (host byte order) is in the pool of @network. Return: -1: it is not in it */
int64_t pool_queue__index(const struct plan_network *network, uint32_t address);

/**
 * pool_queue__find() - slot of the network in half @half that is as @network and whose addresses were probed
 * Return: -1 for none
 */
int pool_queue__find(const struct maps *maps, int half, const struct plan_network *network);

/**
 * pool_queue__move() - take what is in one queue into another, as far as it belongs to the pool of @network
 * @moved: as many as @network has addresses, by index: where those that were moved stand, from 1; each goes once
 */
void pool_queue__move(int from, int to, const struct plan_network *network, uint32_t *moved);

/**
 * pool_queue__set_aside() - nobody gets @addr until second @until_s (CLOCK_MONOTONIC)
 * @mac: who has it
 * Return: false when it has an owner
 */
bool pool_queue__set_aside(const struct maps *maps, uint32_t addr, const uint8_t mac[6],
			   uint32_t until_s);

#endif
