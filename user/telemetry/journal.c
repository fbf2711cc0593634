// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "journal.h"

#include <arpa/inet.h>

#include "log.h"
#include "view.h"

static bool is_wanted(enum machine_step step)
{
	switch (step) {
	case STEP_STUCK:
	case STEP_UNSTUCK:
	case STEP_REFUSED:
	case STEP_DECLINED:
	case STEP_FILE_MISSING:
	case STEP_FILE_REFUSED:
	case STEP_FILE_ABORTED:
	case STEP_FILE_STALLED:
		return true;
	default:
		return false;
	}
}

void journal__take(struct journal *journal, const struct happening *happening)
{
	char mac[VIEW_MAC_TEXT], addr[INET_ADDRSTRLEN] = "";

	if (!is_wanted(happening->step))
		return;
	if (journal->lines >= JOURNAL_PER_S) {
		journal->left_out++;
		return;
	}
	journal->lines++;
	view__mac_text(mac, happening->client.chaddr, happening->client.hlen);
	if (happening->addr)
		inet_ntop(AF_INET, &happening->addr, addr, sizeof(addr));
	if (happening->step == STEP_STUCK)
		log_warn("%s%s%s: stuck: %s", mac, addr[0] ? " " : "", addr, happening->detail);
	else
		log_info("%s%s%s: %s: %s", mac, addr[0] ? " " : "", addr,
			 machines__step_name(happening->step), happening->detail);
}

void journal__tick(struct journal *journal, int64_t now_ms)
{
	if (now_ms / 1000 == journal->second)
		return;
	journal->second = now_ms / 1000;
	journal->lines = 0;
	if (journal->left_out)
		log_info("%llu more steps of machines are not shown",
			 (unsigned long long)journal->left_out);
	journal->left_out = 0;
}
