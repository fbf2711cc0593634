/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What each machine is doing: a bounded table, fed with steps, asked by whoever shows it.
 *
 * It knows no map, no socket and no file, so it can be filled by a test. Every call takes its lock: any thread may use it.
 * Times are Unix time in milliseconds. Full: the machine that was heard of longest ago is forgotten.
 */
#ifndef XDPXE_MACHINES_H
#define XDPXE_MACHINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "xdpxe/abi.h"

#define MACHINES_MAX 65536 /* remembered */
#define MACHINES_STEPS 32  /* of the boot that is under way, the first few and the latest */
#define MACHINES_TEXT 120  /* bytes of a detail or a reason, with its NUL */

/* What a machine is at. The names that people and the API see: machines__stage_name(). */
enum machine_stage {
	MACHINE_DISCOVERING, /* has been offered an address, or asks in vain */
	MACHINE_LEASED,	     /* has an address */
	MACHINE_LOADING,     /* fetches a file */
	MACHINE_IPXE,	     /* is iPXE and asks for an address */
	MACHINE_HANDED_OVER, /* is iPXE and was told where to boot from: the rest is not seen here */
	MACHINE_STUCK,	     /* does not go on; the reason says why */
	MACHINE_STAGES,
};

/* What happened. The names: machines__step_name(). */
enum machine_step {
	STEP_OFFER,	   /* DISCOVER answered */
	STEP_LEASED,	   /* REQUEST answered with an ACK */
	STEP_REFUSED,	   /* NAK */
	STEP_NOT_ANSWERED, /* a DHCP message that was not answered; detail says why */
	STEP_RELEASED,
	STEP_DECLINED,
	STEP_IPXE,	  /* asks as iPXE for the first time in this boot */
	STEP_HANDED_OVER, /* was told, as iPXE, where to boot from */
	STEP_FILE_BEGUN,  /* RRQ answered */
	STEP_FILE_SIZE,	  /* only asked for the size */
	STEP_FILE_DONE,
	STEP_FILE_MISSING, /* asked for in vain; detail has the nearest name */
	STEP_FILE_REFUSED,
	STEP_FILE_ABORTED, /* by the client */
	STEP_FILE_STALLED, /* no ACK for a while; rescued or not */
	STEP_STUCK,	   /* judged by time, or by what came before */
	STEP_UNSTUCK,	   /* goes on after all */
	STEPS,
};

/* One line of a story. @time_ms: 0: no more lines */
struct machine_line {
	int64_t time_ms;
	enum machine_step step;
	char detail[MACHINES_TEXT];
};

/**
 * struct machine_view - a machine as it is shown: a copy
 * @client: htype, hlen and chaddr; its subnet is the network's
 * @network: "10.77.0.0/16", empty where not known
 * @file: what it loads or loaded last; @blksize: @block: @blocks: of that; @bytes_per_s: 0 where not known
 * @since_ms: at @stage since; @heard_ms: of it last; @begun_ms: this boot began
 * @tries: DISCOVERs in this boot beyond the first; @boots: seen of it in all
 * @reason: why it is stuck, in words; else empty
 */
struct machine_view {
	struct xdpxe_client client;
	__be32 addr;
	uint16_t arch;
	bool ipxe;
	enum machine_stage stage;
	char network[20];
	char file[XDPXE_NAME_MAX];
	uint32_t blksize, block, blocks;
	uint64_t bytes_per_s;
	int64_t since_ms, heard_ms, begun_ms;
	uint32_t tries, boots;
	char reason[MACHINES_TEXT];
};

/* One boot of a machine. @ended_ms: 0: under way. @result: the stage it came to */
struct machine_boot {
	int64_t begun_ms, ended_ms;
	enum machine_stage result;
	char reason[MACHINES_TEXT];
	size_t line_count;
	struct machine_line lines[MACHINES_STEPS];
};

/* Which machines. Begin with {.stage = MACHINE_STAGES}. @text: part of MAC, address, file; "" for all. @since: machines__now() of an earlier look: only those that changed after it */
struct machine_filter {
	enum machine_stage stage; /* MACHINE_STAGES: any */
	__be32 subnet;		  /* 0: any */
	char text[64];
	uint64_t since;
};

struct machines;

const char *machines__stage_name(enum machine_stage stage);
const char *machines__step_name(enum machine_step step);

/** machines__count() - by stage, into MACHINE_STAGES numbers. Return: all of them */
size_t machines__count(struct machines *machines, size_t counts[MACHINE_STAGES]);

/** machines__change() - a number that grows with every change of any machine */
uint64_t machines__change(struct machines *machines);

/**
 * machines__visit() - call @see for copies of those that match: the stuck, those under way, those handed over; of each the
 * longest at their stage first
 * @skip: @most: of them; @see: false ends it. The table is not locked during the call. Return: how many match
 */
size_t machines__visit(struct machines *machines, const struct machine_filter *filter, size_t skip,
		       size_t most, bool (*see)(const struct machine_view *, void *),
		       void *context);

/** machines__find() - by hardware address, @client->subnet not heeded; @view: @boot: may be NULL. Return: 0; -ENOENT */
int machines__find(struct machines *machines, const struct xdpxe_client *client,
		   struct machine_view *view, struct machine_boot *boot);

#endif
