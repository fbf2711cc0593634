/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The XDP program of `xdpxe storm`, its maps, and how frames leave. */
#ifndef XDPXE_STORM_ENGINE_H
#define XDPXE_STORM_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net.h"
#include "storm_options.h"
#include "xdpxe/storm.h"
#include "xdpxe/storm_talk.h"

#define STORM_BATCH 64 /* frames handed to the kernel at once */

struct storm_bpf;
struct ring_buffer;

/** storm_event_fn() - an event of the program, its frame behind it; Return: 0, negative to pause */
typedef int storm_event_fn(void *context, void *event, size_t size);

/**
 * struct storm_engine - all zero before storm_engine__open()
 * @flows: @talks: of every machine, shared with the program; @scripts: of every kind, too
 * @native: attached in the driver
 * @again_fd: storm_again, for frames run once more
 * @sent: frames handed to the kernel from here
 * @queued: frames in the batch; @saying: machines in that of DISCOVERs
 * @refused: frames that it did not take
 */
struct storm_engine {
	struct storm_bpf *skeleton;
	struct ring_buffer *ring;
	int link_fd;
	struct storm_rules rules;
	struct storm_flow *flows;
	struct storm_talk *talks;
	struct storm_script *scripts;
	struct storm_say *say;
	struct net_interface facts;
	int socket, again_fd, cpus;
	bool native;
	uint64_t sent, refused, memory;
	size_t queued, saying;
	struct storm_outbox *outbox;
};

/**
 * storm_engine__open() - load the program, copy the expected files, attach
 * @options: with files that are open
 * Return: 0; negative errno with a message logged
 */
int storm_engine__open(struct storm_engine *engine, const struct storm_options *options,
		       storm_event_fn *heard, void *context);

void storm_engine__close(struct storm_engine *engine);

/** storm_engine__room() - a buffer of STORM_FRAME_MAX bytes for the next frame */
uint8_t *storm_engine__room(struct storm_engine *engine);

/** storm_engine__put() - the frame in the room, of @len bytes, goes out with its batch */
void storm_engine__put(struct storm_engine *engine, size_t len);

/** storm_engine__flush() - send what is there, DISCOVERs first */
void storm_engine__flush(struct storm_engine *engine);

/** storm_engine__again() - run a frame through the program once more; what it answers goes out */
void storm_engine__again(struct storm_engine *engine, const uint8_t *frame, size_t len);

/** struct storm_sums - of all transfers: blocks in order, every byte of them compared, and their bytes */
struct storm_sums {
	uint64_t received, acks, blocks, bytes;
};

/** storm_engine__sums() - so far */
void storm_engine__sums(const struct storm_engine *engine, const struct storm_expects *expects,
			struct storm_sums *out);

/** storm_engine__tally() - one sum, over all CPUs */
uint64_t storm_engine__tally(const struct storm_engine *engine, enum storm_tally which);

#endif
