// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "progress.h"

#include <arpa/inet.h>
#include <string.h>

#include <bpf/bpf.h>

#include "sessions.h"
#include "xdpxe/reasons.h"

#define MOMENT_MS 400 /* what is over sooner is told by its end */
#define LOOK_MS 500
#define LOOK_MANY_MS 2000 /* with MANY transfers: each is a system call or two */
#define MANY 2000
#define GONE_MS 60000 /* a client not heard for that long is gone */

struct look {
	const struct maps *maps;
	struct machines *machines;
	struct names *names;
	int64_t now_ms;
	int count;
};

static int take(const struct transfer *transfer, void *context)
{
	const struct xdpxe_session_key *key = &transfer->session.key;
	const struct look *look = context;
	struct machine_transfer now = { .addr = key->client,
					.tid = ntohs(key->tid),
					.port = ntohs(key->client_port),
					.block = transfer->session.acked,
					.quiet_ms = transfer->idle_ms };
	struct xdpxe_rescue rescue;

	if (transfer->story.state != XDPXE_SESSION_OPEN)
		return 0;
	if (transfer->idle_ms > LOOK_MANY_MS &&
	    bpf_map_lookup_elem(look->maps->rescues, key, &rescue) == 0)
		now.helped = rescue.total;
	machines__progress(look->machines, &now, look->now_ms);
	return 0;
}

void progress__look(struct progress *progress, const struct maps *maps, struct machines *machines,
		    int64_t now_ms)
{
	struct look look = { .maps = maps, .machines = machines, .now_ms = now_ms };
	size_t loading;

	if (now_ms - progress->asked_ms < LOOK_MS && now_ms >= progress->asked_ms)
		return;
	progress->asked_ms = now_ms;
	loading = machines__loading(machines, now_ms - MOMENT_MS);
	if (!loading || (loading > MANY && now_ms - progress->looked_ms < LOOK_MANY_MS))
		return;
	progress->looked_ms = now_ms;
	sessions__each(maps, take, &look);
}

/* As if its request came now, and was answered when it was. */
static int restore(const struct transfer *transfer, void *context)
{
	const struct xdpxe_session_key *key = &transfer->session.key;
	struct look *look = context;
	struct xdpxe_event event = { .addr = key->client,
				     .reason = XDPXE_R_TFTP_OACK,
				     .arch = XDPXE_NONE,
				     .tid = ntohs(key->tid),
				     .client_port = ntohs(key->client_port),
				     .htype = 1,
				     .hlen = sizeof(transfer->story.mac) };
	struct machine_heard heard = { .time_ms = look->now_ms - transfer->age_ms };

	if (transfer->story.state != XDPXE_SESSION_OPEN || transfer->idle_ms > GONE_MS)
		return 0;
	memcpy(event.chaddr, transfer->story.mac, sizeof(transfer->story.mac));
	names__fill(look->names, &event, NULL, &heard);
	machines__hear(look->machines, &heard);
	look->count++;
	return take(transfer, context);
}

int progress__restore(const struct maps *maps, struct machines *machines, struct names *names,
		      int64_t now_ms)
{
	struct look look = { .maps = maps, .machines = machines, .names = names, .now_ms = now_ms };
	int err = sessions__each(maps, restore, &look);

	return err < 0 ? err : look.count;
}
