// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What is known of machines before the first event. */
#include "telemetry_priv.h"

#include <string.h>

#include "lease_clock.h"
#include "log.h"
#include "mapread.h"

static void take_boot(const struct machine_view *known, const struct machine_boot *boot,
		      void *context)
{
	struct telemetry *telemetry = context;
	struct machine_view view = *known;

	names__network(telemetry->names, view.addr, view.network, &view.client.subnet);
	view.stage = boot->result;
	view.begun_ms = boot->begun_ms;
	view.since_ms =
		boot->line_count ? boot->lines[boot->line_count - 1].time_ms : boot->begun_ms;
	view.heard_ms = boot->ended_ms ? boot->ended_ms : view.since_ms;
	memcpy(view.reason, boot->reason, sizeof(view.reason));
	machines__restore(telemetry->machines, &view, boot);
}

/* A machine that the database knows too keeps its story. */
static int take_lease(const void *key, const void *value, void *context)
{
	struct telemetry *telemetry = context;
	const struct xdpxe_lease *lease = value;
	int64_t calendar = lease_clock__calendar();
	int64_t heard_ms = (lease->last_s + calendar) * 1000;
	struct machine_view view = {};

	if (XDPXE_LEASE_STATE(lease->word) != XDPXE_LEASE_BOUND)
		return 0;
	if (machines__find(telemetry->machines, key, &view, NULL) < 0) {
		view.client = *(const struct xdpxe_client *)key;
		view.arch = lease->arch;
		view.ipxe = lease->ipxe;
		view.stage = lease->ipxe ? MACHINE_IPXE : MACHINE_LEASED;
		view.since_ms = view.begun_ms = (lease->first_s + calendar) * 1000;
	}
	view.addr = lease->addr;
	if (heard_ms > view.heard_ms)
		view.heard_ms = heard_ms;
	names__network(telemetry->names, view.addr, view.network, &view.client.subnet);
	machines__restore(telemetry->machines, &view, NULL);
	return 0;
}

void telemetry_restore__all(struct telemetry *telemetry, int64_t now_ms)
{
	size_t stages[MACHINE_STAGES];
	int transfers = 0;

	history__latest(telemetry->history, MACHINES_MAX, take_boot, telemetry);
	mapread__each(telemetry->maps.leases, take_lease, telemetry);
	if (telemetry->adopted)
		transfers = progress__restore(&telemetry->maps, telemetry->machines,
					      telemetry->names, now_ms);
	log_debug("telemetry: %zu machines and %d transfers of before",
		  machines__count(telemetry->machines, stages), transfers);
}
