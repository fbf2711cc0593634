// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "rescue.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <bpf/bpf.h>

#include "counters.h"
#include "log.h"
#include "loss.h"
#include "mapread.h"
#include "replay.h"
#include "rescue_ack.h"
#include "rows.h"
#include "sessions.h"

#define SECOND_NS 1000000000ULL
#define DEFAULT_TIMEOUT_MS 1000 /* of a transfer that negotiated none (RFC 2349) */
#define LOSSY_TIMEOUT_MS                                                                           \
	350 /* of one in windows where frames are lost: at least 100 ms of silence */
#define RESCUE_BURST 16
#define RESCUE_PAUSE_NS 200000
#define GIVE_UP_MS 60000 /* a client not heard for that long is gone */
#define MARK_AFTER_NS                                                                              \
	(60 * SECOND_NS) /* every transfer under way has been heard of again by then */

struct rescue {
	struct engine *engine;
	uint64_t frames;      /* TFTP frames counted at the latest look */
	bool waiting;	      /* somebody was waiting then */
	uint32_t told;	      /* see loss__tell() */
	uint64_t unmarked_ns; /* when `sessions` was first seen without its mark; 0: it has it */
};

static int collect_waiting(const struct transfer *transfer, void *context)
{
	struct transfer *waiting;

	if (transfer->idle_ms > GIVE_UP_MS)
		return 0; /* one that is over is noted too: it keeps older ones of its client from being helped */
	waiting = rows__add(context);
	if (!waiting)
		return -ENOMEM;
	*waiting = *transfer;
	return 0;
}

static int compare_client(const struct transfer *a, const struct transfer *b)
{
	return memcmp(&a->session.key, &b->session.key, offsetof(struct xdpxe_session_key, tid));
}

/* By client and port, the latest transfer first. */
static int compare_waiting(const void *a, const void *b)
{
	const struct transfer *left = a, *right = b;
	int order = compare_client(left, right);

	if (order)
		return order;
	if (left->age_ms == right->age_ms)
		return left->session.acked < right->session.acked ? -1 : 1;
	return left->age_ms < right->age_ms ? -1 : 1;
}

/*
 * Milliseconds of silence after which a client is helped. Where frames are being lost one that reads in windows is not
 * slow but waits, and its own patience is seconds (EDK2: four). In lock-step it mostly asks again sooner by itself.
 */
static uint64_t patience_ms(const struct rescue *rescue, const struct transfer *waiting)
{
	uint32_t index = ntohs(waiting->session.key.tid) - XDPXE_TID_FIRST;
	struct xdpxe_tid tid;

	if (waiting->story.timeout_s)
		return waiting->story.timeout_s * 1000;
	if (loss__is_seen(&rescue->engine->maps, waiting->story.port) &&
	    bpf_map_lookup_elem(rescue->engine->maps.tids, &index, &tid) == 0 &&
	    tid.params.windowsize > 1)
		return LOSSY_TIMEOUT_MS;
	return DEFAULT_TIMEOUT_MS;
}

/* Is a rescue due, and which is it? Fills @note for the one to come. */
static bool is_due(const struct rescue *rescue, const struct transfer *waiting,
		   struct xdpxe_rescue *note)
{

	if (waiting->session.sent_ms == 0)
		return false; /* it waits for an ACK of the OACK: the client repeats its RRQ */
	memset(note, 0, sizeof(*note));
	if (bpf_map_lookup_elem(rescue->engine->maps.rescues, &waiting->session.key, note) == 0 &&
	    note->acked != waiting->session.acked)
		note->attempts = 0;
	if (note->attempts >= RESCUE_ATTEMPTS)
		return false;
	/* A tick early: within the timeout, not after it. */
	return waiting->quiet_ms + RESCUE_TICK_MS > patience_ms(rescue, waiting) << note->attempts;
}

static int help(const struct rescue *rescue, const struct transfer *waiting)
{
	const struct engine_port *port = NULL;
	struct xdpxe_rescue note;
	struct rescue_ack ack;
	bool asks_last;
	int err;

	if (waiting->story.state != XDPXE_SESSION_OPEN || !is_due(rescue, waiting, &note) ||
	    rescue_ack__build(&rescue->engine->maps, waiting, &ack) < 0)
		return 0;
	for (size_t i = 0; i < rescue->engine->port_count; i++)
		if (rescue->engine->ports[i].number == waiting->story.port)
			port = &rescue->engine->ports[i];
	if (!port)
		return 0;
	/*
	 * Should the end of a window not call it forth, the client gets all of it the next time; where frames are being
	 * lost, the time after that: it was most likely lost, too.
	 */
	asks_last =
		note.attempts == 0 ||
		(note.attempts == 1 && loss__is_seen(&rescue->engine->maps, waiting->story.port));
	err = asks_last ? replay__marked(port, XDPXE_ASKS_LAST, ack.frame, ack.len)
			: replay__frame(port, ack.frame, ack.len);
	if (err < 0)
		return err;
	note.at_ns = mapread__now_ns();
	note.acked = waiting->session.acked;
	note.attempts++;
	note.total++;
	bpf_map_update_elem(rescue->engine->maps.rescues, &waiting->session.key, &note, BPF_ANY);
	counters__add(rescue->engine->maps.counters, XDPXE_R_TFTP_RESCUED);
	return 1;
}

/* Many clients that are helped at once all answer at once, and would overrun a queue of 256 frames (veth). */
static void pause_after(int rescued)
{
	static const struct timespec moment = { .tv_nsec = RESCUE_PAUSE_NS };

	if (rescued % RESCUE_BURST == 0)
		nanosleep(&moment, NULL);
}

/* A client has one transfer from a port; an older one that was never finished is not waited for. */
static int help_all(struct rescue *rescue, struct rows *rows)
{
	const struct transfer *previous = NULL;
	int rescued = 0;

	rows__sort(rows, compare_waiting);
	for (size_t i = 0; i < rows->count; i++) {
		const struct transfer *waiting = rows__at(rows, i);

		if ((!previous || compare_client(previous, waiting)) && help(rescue, waiting) > 0)
			pause_after(++rescued);
		previous = waiting;
	}
	return rescued;
}

static uint64_t tftp_frames(const struct rescue *rescue)
{
	static const enum xdpxe_reason moving[] = { XDPXE_R_TFTP_DATA_FIRST, XDPXE_R_TFTP_OACK,
						    XDPXE_R_TFTP_DATA };
	uint64_t sum = 0;

	for (size_t i = 0; i < sizeof(moving) / sizeof(moving[0]); i++)
		sum += counters__read(rescue->engine->maps.counters, moving[i]);
	return sum;
}

/* Put the mark back once every transfer that was forgotten has been heard of again, or is over. */
static void keep_mark(struct rescue *rescue)
{
	uint64_t now = mapread__now_ns();

	if (sessions__has_mark(&rescue->engine->maps)) {
		rescue->unmarked_ns = 0;
		return;
	}
	if (rescue->unmarked_ns == 0)
		rescue->unmarked_ns = now;
	if (now - rescue->unmarked_ns > MARK_AFTER_NS)
		sessions__set_mark(&rescue->engine->maps);
}

int rescue__run(struct rescue *rescue)
{
	struct rows rows = { .size = sizeof(struct transfer) };
	uint64_t frames = tftp_frames(rescue);
	int err;

	keep_mark(rescue);
	loss__tell(rescue->engine, &rescue->told);
	if (frames == rescue->frames && !rescue->waiting)
		return 0;
	rescue->frames = frames;
	err = sessions__each(&rescue->engine->maps, collect_waiting, &rows);
	rescue->waiting = rows.count > 0;
	if (err == 0)
		err = help_all(rescue, &rows);
	rows__free(&rows);
	return err;
}

struct recent {
	uint32_t limit_ms;
	int count;
};

static int count_recent(const struct transfer *transfer, void *context)
{
	struct recent *recent = context;

	recent->count +=
		transfer->story.state == XDPXE_SESSION_OPEN && transfer->idle_ms < recent->limit_ms;
	return 0;
}

int rescue__open_transfers(const struct maps *maps, unsigned int seconds)
{
	struct recent recent = { .limit_ms = seconds * 1000 };
	int err = sessions__each(maps, count_recent, &recent);

	return err < 0 ? err : recent.count;
}

struct rescue *rescue__new(struct engine *engine)
{
	struct rescue *rescue = calloc(1, sizeof(*rescue));

	if (rescue)
		rescue->engine = engine;
	return rescue;
}

void rescue__free(struct rescue *rescue)
{
	free(rescue);
}
