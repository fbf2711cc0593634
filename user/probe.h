/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * When which address is probed: candidates wait in order, are asked for twice, and are free when nobody has answered in
 * time. Pure logic: the caller sends, hears, and has the clock (nanoseconds, CLOCK_MONOTONIC).
 *
 * Every probe is a broadcast, and the receive rings of boot firmware are small: U-Boot's virtio driver stops receiving
 * for ever when 32 frames have come before it looks. So only a reserve is probed ahead of need, and then the segment is
 * quiet until machines take from it.
 */
#ifndef XDPXE_PROBE_H
#define XDPXE_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PROBE_ROUNDS 2 /* times that an address is asked for: a broadcast may get lost */
#define PROBE_WAIT_NS 200000000ULL /* for an answer, each time */
#define PROBE_RESERVE 2048  /* free addresses of a network that are kept; none is probed beyond */
#define PROBE_LOW 1024	    /* fewer: the reserve is filled quickly, until it is full */
#define PROBE_RATE 200	    /* frames a second, of all networks together */
#define PROBE_RATE_LOW 2000 /* the same while a reserve is filled */
#define PROBE_RATE_HUNGRY 20000 /* the same until each machine that waited has one */
#define PROBE_HUNGRY_NS                                                                            \
	10000000000ULL		/* so long after the last one that waited: others ask again */
#define PROBE_CROWD 128		/* so many that wait are a crowd, */
#define PROBE_CROWD_WANTS 16384 /* for which so many are kept */
#define PROBE_HUNGRY_MAX 4096	/* more machines that wait count as so many */
#define PROBE_OPEN_MAX 8192	/* addresses that are being asked for at a time */

/* An address of a network, both by index. */
struct probe_target {
	uint32_t network, index;
};

struct probe;

/**
 * probe__new() - nothing to be probed yet
 * @counts: addresses of each of @network_count networks
 * Return: NULL without memory
 */
struct probe *probe__new(const size_t *counts, size_t network_count);

void probe__free(struct probe *probe);

/** probe__bytes() - memory that @address_count addresses take */
size_t probe__bytes(size_t address_count);

/** probe__want() - a candidate, behind those that wait already; one that waits or is asked for stays where it is */
void probe__want(struct probe *probe, struct probe_target target);

/** probe__drop() - it is not a candidate any more, wherever it is: somebody has it */
void probe__drop(struct probe *probe, struct probe_target target);

/**
 * probe__hurry() - a machine waits for an address of @network
 * To be called for each one that waits, between two calls of probe__ask(): twice as many are probed beyond the reserve.
 */
void probe__hurry(struct probe *probe, uint32_t network, uint64_t now_ns);

/** probe__given() - @target is free, and stands behind all others in the queue of its network */
void probe__given(struct probe *probe, struct probe_target target);

/**
 * probe__inherit() - what was free before anything was given
 * @places: of each address of @network, by index: where it stands in the queue, from 1; 0: it is not in it
 */
void probe__inherit(struct probe *probe, uint32_t network, const uint32_t *places);

/** probe__first() - @target is the first one in the queue of its network: those given before it are taken */
void probe__first(struct probe *probe, struct probe_target target);

/** probe__none_left() - the queue of @network is empty */
void probe__none_left(struct probe *probe, uint32_t network);

/** probe__hold() - while @held nothing is begun on @network: its interface is down */
void probe__hold(struct probe *probe, uint32_t network, bool held);

/**
 * probe__ask() - what is to be sent now
 * Every target that is returned counts as sent. Return: how many of @targets are filled, at most @room
 */
size_t probe__ask(struct probe *probe, uint64_t now_ns, struct probe_target *targets, size_t room);

/** probe__unsent() - the last @count targets of probe__ask() could not be sent: they are candidates as before */
void probe__unsent(struct probe *probe, size_t count);

/**
 * probe__settle() - what nobody has answered for in time
 * Call it when all that was heard by @now_ns has been dropped by probe__drop(). Return: how many of @targets are filled
 */
size_t probe__settle(struct probe *probe, uint64_t now_ns, struct probe_target *targets,
		     size_t room);

/** probe__open() - addresses of @network that wait or are asked for */
size_t probe__open(const struct probe *probe, uint32_t network);

/** probe__wake() - when there is something to do next; UINT64_MAX: nothing is, unless something is wanted */
uint64_t probe__wake(const struct probe *probe, uint64_t now_ns);

#endif
