/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the files of the table share. Everything here is called with the table locked. */
#ifndef XDPXE_MACHINES_PRIV_H
#define XDPXE_MACHINES_PRIV_H

#include <pthread.h>

#include "machines_feed.h"
#include "story.h"

#define MINUTE_MS 60000
#define BLOCKS_MS                                                                                  \
	10000	/* a transfer may stand still for; the daemon has asked in its place by then */
#define LOADS 3 /* of one file within a minute are a loop */

/* What the machine is expected to do next; the time until it is judged stuck is machine.due_ms. */
enum machine_wait {
	WAIT_NOTHING,
	WAIT_ADDRESS,	 /* the pool had none at the first look */
	WAIT_REQUEST,	 /* after an OFFER */
	WAIT_DISCOVER,	 /* after a NAK */
	WAIT_FILE,	 /* it was told which file to ask for */
	WAIT_BLOCKS,	 /* a transfer is under way */
	WAIT_OTHER_FILE, /* the one that it asked for does not exist */
	WAIT_IPXE,	 /* it has loaded iPXE */
	WAIT_MORE,	 /* it has loaded something else */
};

/* Why it is stuck, for the program; the words are in machine.view.reason. */
enum machine_trouble {
	TROUBLE_NONE,
	TROUBLE_DHCP,  /* it gets no address, or does not take it */
	TROUBLE_FILES, /* it has one, and gets no further */
	TROUBLE_LOOP,  /* loads the same again and again */
};

enum machine_order { ORDER_HEARD, ORDER_CHANGED, ORDERS };

/* Of something that happens again: how often since @since_ms. */
struct machine_count {
	int64_t since_ms;
	uint32_t count;
};

struct machine {
	struct machine_view view;
	uint64_t change, born;
	uint32_t link;			 /* its own place: slot + 1, as all links */
	uint32_t next_client, next_addr; /* chains of the hashes, 0 behind the last */
	struct {
		uint32_t before, behind;
	} order[ORDERS];
	struct story story;
	int64_t due_ms, save_ms; /* 0: not at all */
	int64_t transfer_ms;	 /* the transfer under way began, 0: none is */
	int64_t moved_ms;	 /* its block last grew; @stalled: that it does not was told */
	int64_t asked_ms; /* the first DISCOVER of this boot that was not followed by a REQUEST */
	int64_t loads_ms[LOADS];
	uint64_t load_hash, missing_hash, size;
	struct machine_count naks, aborts, missing, silences;
	enum machine_wait wait;
	enum machine_trouble trouble;
	uint16_t tid, port;
	bool stalled, boots_ipxe, had_arch, offered;
	char told[XDPXE_NAME_MAX]; /* file or URL that it was told to boot */
	char near[64];		   /* "; nearest: NAME", of view.file, which does not exist */
};

struct machines {
	pthread_mutex_t mutex;
	struct machine *slots; /* @most of them; memory where @count are */
	size_t taken;	       /* bytes of them that have memory */
	uint32_t count, room, most;
	uint32_t *by_client, *by_addr; /* slot + 1, 0: none */
	uint32_t buckets;	       /* of each; a power of two */
	uint64_t seed;
	uint32_t first[ORDERS], last[ORDERS]; /* slot + 1: longest ago, latest */
	uint64_t change, born;
	size_t stages[MACHINE_STAGES];
	struct rows told;  /* struct happening */
	struct rows spare; /* the room of those that were fetched last */
	struct rows saves; /* struct machine_save */
	size_t dropped;	   /* of them */
	bool saving;
	struct histograms *histograms; /* NULL: nothing is measured */
};

/** machine__say() - a step: into its story, and to those who follow */
void machine__say(struct machines *machines, struct machine *machine, int64_t now_ms,
		  enum machine_step step, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/** machine__changed() - what is shown of it is not what it was */
void machine__changed(struct machines *machines, struct machine *machine);

/** machine__enter() - a stage; one that loops stays stuck, and one that goes on is told so */
void machine__enter(struct machines *machines, struct machine *machine, enum machine_stage stage,
		    int64_t now_ms);

/** machine__stick() - it is stuck, in these words; told once for each @trouble */
void machine__stick(struct machines *machines, struct machine *machine, int64_t now_ms,
		    enum machine_trouble trouble, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/** machine__wait() - expect this, for @ms */
void machine__wait(struct machine *machine, enum machine_wait wait, int64_t now_ms, int64_t ms);

/** machine__begin() - another boot */
void machine__begin(struct machines *machines, struct machine *machine, int64_t now_ms);

/** machine_count__more() - one more. Return: how many within a minute */
uint32_t machine_count__more(struct machine_count *count, int64_t now_ms);

/** machine_dhcp__hear() - @heard is of DHCP */
void machine_dhcp__hear(struct machines *machines, struct machine *machine,
			const struct machine_heard *heard);

/** machine_tftp__hear() - @heard is of TFTP */
void machine_tftp__hear(struct machines *machines, struct machine *machine,
			const struct machine_heard *heard);

/** machine__judge() - its time is over */
void machine__judge(struct machines *machines, struct machine *machine, int64_t now_ms);

/** machine__judge_missing() - it does not get beyond a file that does not exist */
void machine__judge_missing(struct machines *machines, struct machine *machine, int64_t now_ms);

/** machine__save() - queue its boot. Return: false when there is no room */
bool machine__save(struct machines *machines, struct machine *machine, int64_t ended_ms);

/**
 * machines__take_memory() - for the next place, and many behind it at once
 * In a storm a page fault for each page costs more than all that is written there. Where it fails, or the kernel does not
 * know it, the page faults do it.
 */
void machines__take_memory(struct machines *machines);

/* The table itself. */

/** machines__get() - the machine, which is made if need be. Return: NULL without memory */
struct machine *machines__get(struct machines *machines, const struct xdpxe_client *client,
			      int64_t now_ms);

/** machines__lookup() - the same, or NULL */
struct machine *machines__lookup(struct machines *machines, const struct xdpxe_client *client);

/** machines__at_addr() - the machine that has @addr, or NULL */
struct machine *machines__at_addr(struct machines *machines, __be32 addr);

/** machines__move_addr() - @machine has @addr now, and no other has */
void machines__move_addr(struct machines *machines, struct machine *machine, __be32 addr);

/** machines__touch() - it is the latest in @order */
void machines__touch(struct machines *machines, struct machine *machine, enum machine_order order);

#endif
