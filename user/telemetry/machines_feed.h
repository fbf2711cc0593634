/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Feeding the table of machines. One thread feeds; what follows from it is kept until that thread fetches it: steps by
 * machines__told(), boots to be saved by machines__take_saves().
 */
#ifndef XDPXE_MACHINES_FEED_H
#define XDPXE_MACHINES_FEED_H

#include "happenings.h"
#include "histograms.h"
#include "machines.h"
#include "rows.h"

#define MACHINES_SAVES_MAX 8192 /* boots that wait to be saved */

/**
 * struct machine_heard - an event of the kernel program, with names in place of numbers
 * @client:  the machine; with TFTP it is only the sender of the frame
 * @reason:  enum xdpxe_reason: what became of the frame
 * @message: DHCP message type, 0 with TFTP
 * @boot:    file or URL that it was told to boot, "" for none; @by_url: a URL, so the rest is not seen here
 * @boots:   others in its network are told what to boot; @boots_ipxe: those that are iPXE
 * @file:    of TFTP; @size: of it; @nearest: of a name that does not exist, the one that was perhaps meant, or ""
 */
struct machine_heard {
	struct xdpxe_client client;
	int64_t time_ms;
	uint64_t size;
	__be32 addr;
	uint32_t block, blocks;
	uint16_t reason, arch, blksize, tid, port;
	uint8_t message;
	bool ipxe, by_url, boots, boots_ipxe;
	char network[20];
	char boot[XDPXE_NAME_MAX];
	char file[XDPXE_NAME_MAX];
	char nearest[XDPXE_NAME_MAX];
};

/**
 * struct machine_transfer - a transfer as the sessions say it stands
 * @quiet_ms: since the client was last answered; @helped: how often the daemon asked in its place
 */
struct machine_transfer {
	__be32 addr;
	uint16_t tid, port;
	uint32_t block, quiet_ms, helped;
};

/* A boot to be saved; its lines are packed as story.h says. */
struct machine_save {
	struct xdpxe_client client;
	__be32 addr;
	uint16_t arch;
	int64_t begun_ms, ended_ms;
	enum machine_stage result;
	char reason[MACHINES_TEXT];
	uint8_t *story;
	size_t story_len;
};

/* @most: machines, @saving: boots are to be saved. Return: NULL without memory */
struct machines *machines__new(size_t most, bool saving);
void machines__free(struct machines *machines);

/** machines__set_saving() - whether boots are queued to be saved, from now on */
void machines__set_saving(struct machines *machines, bool saving);

/** machines__measure() - count in @histograms how long things take, from now on */
void machines__measure(struct machines *machines, struct histograms *histograms);

/** machines__bytes() - memory that @count machines take at most */
size_t machines__bytes(size_t count);

/** machines__hear() - take an event. Without memory it is forgotten */
void machines__hear(struct machines *machines, const struct machine_heard *heard);

/** machines__owner() - the machine that has @addr. Return: whether there is one */
bool machines__owner(struct machines *machines, __be32 addr, struct xdpxe_client *client);

/** machines__loading() - how many have a transfer under way since before @since_ms */
size_t machines__loading(struct machines *machines, int64_t since_ms);

/** machines__progress() - a transfer of a machine is at this block */
void machines__progress(struct machines *machines, const struct machine_transfer *transfer,
			int64_t now_ms);

/** machines__tick() - judge by time; about once a second. @all: queue every boot that is not saved yet */
void machines__tick(struct machines *machines, int64_t now_ms, bool all);

/**
 * machines__restore() - a machine as it was known before this start; steps that are told later continue its boot
 * @view: its reason is text only; @boot: its latest boot, NULL for none
 */
void machines__restore(struct machines *machines, const struct machine_view *view,
		       const struct machine_boot *boot);

/** machines__told() - hand over the steps since the last call, in order; not under the lock */
void machines__told(struct machines *machines, void (*fn)(const struct happening *, void *),
		    void *context);

/**
 * machines__take_saves() - fetch the boots that wait to be saved, struct machine_save, whose stories are to be freed
 * Any one thread may. Return: how many were dropped since the last call
 */
size_t machines__take_saves(struct machines *machines, struct rows *saves);

#endif
