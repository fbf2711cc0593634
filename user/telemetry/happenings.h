/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The latest steps of all machines, numbered, for those who follow them: a bounded ring in memory. Any thread may use it.
 * Whoever is too slow is told how many it has missed. Under a storm no more than HAPPENINGS_PER_S a second are kept;
 * the rest are counted.
 */
#ifndef XDPXE_HAPPENINGS_H
#define XDPXE_HAPPENINGS_H

#include "machines.h"

#define HAPPENINGS_MAX 16384
#define HAPPENINGS_PER_S 2000

/**
 * struct happening - a step of a machine
 * @number: counted from 1; @dropped: steps that came before this one since the last, and are not kept
 */
struct happening {
	uint64_t number;
	uint64_t dropped;
	int64_t time_ms;
	struct xdpxe_client client;
	__be32 addr;
	uint16_t arch;
	bool ipxe;
	char network[20];
	enum machine_step step;
	char detail[MACHINES_TEXT];
};

struct happenings;

/**
 * happenings__read() - copy up to @most of those behind number @after that match
 * @client: NULL for all; @since_ms: 0 for all
 * @missed: out: how many behind @after are not there any more. @next: out: number to go on from
 * Return: how many were copied
 */
size_t happenings__read(struct happenings *happenings, uint64_t after,
			const struct xdpxe_client *client, int64_t since_ms, struct happening *out,
			size_t most, uint64_t *missed, uint64_t *next);

/** happenings__dropped() - steps that were not kept, in all */
uint64_t happenings__dropped(struct happenings *happenings);

#endif
