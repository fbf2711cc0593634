// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What the operator reads of conflicts: each once, and a flood of them in few lines.
#include <arpa/inet.h>
#include <string.h>

#include "conflict_priv.h"
#include "log.h"
#include "view.h"

#define LINES_A_MINUTE 10
#define PROXY_ANSWERS 32   /* addresses in a row: few machines have as many */
#define PROXY_AGAIN_S 3600 /* told again so much later */

static bool was_told(struct tell *tell, uint32_t address, const uint8_t mac[6])
{
	struct tell_conflict *next = &tell->told[tell->next];

	for (size_t i = 0; i < TELL_TOLD; i++)
		if (tell->told[i].address == address && !memcmp(tell->told[i].mac, mac, 6))
			return true;
	next->address = address;
	memcpy(next->mac, mac, sizeof(next->mac));
	tell->next = (tell->next + 1) % TELL_TOLD;
	return false;
}

static void next_minute(struct tell *tell, uint32_t now_s)
{
	if (now_s - tell->minute_s < 60)
		return;
	if (tell->untold)
		log_warn("%u more addresses are in use without a lease and set aside; "
			 "`xdpxe leases` lists them",
			 tell->untold);
	tell->minute_s = now_s;
	tell->lines = 0;
	tell->untold = 0;
}

static void look_for_proxy(struct tell *tell, uint32_t now_s, const uint8_t mac[6])
{
	char text[VIEW_MAC_TEXT];

	if (memcmp(tell->mac, mac, sizeof(tell->mac)) != 0)
		tell->answers = 0;
	memcpy(tell->mac, mac, sizeof(tell->mac));
	tell->answers++;
	if (tell->answers != PROXY_ANSWERS ||
	    (tell->proxy_s && now_s - tell->proxy_s < PROXY_AGAIN_S))
		return;
	tell->proxy_s = now_s;
	view__mac_text(text, mac, 6);
	log_warn("%s answers for %u addresses in a row: if it is an ARP proxy, turn that off, "
		 "or set conflict-check: no",
		 text, tell->answers);
}

static void address_text(char text[INET_ADDRSTRLEN], uint32_t address)
{
	const struct in_addr in = { htonl(address) };

	inet_ntop(AF_INET, &in, text, INET_ADDRSTRLEN);
}

void tell__in_use(struct tell *tell, uint32_t now_s, uint32_t address, const uint8_t mac[6])
{
	char quad[INET_ADDRSTRLEN], text[VIEW_MAC_TEXT];

	next_minute(tell, now_s);
	look_for_proxy(tell, now_s, mac);
	if (was_told(tell, address, mac))
		return;
	if (tell->lines == LINES_A_MINUTE) {
		tell->untold++;
		return;
	}
	tell->lines++;
	address_text(quad, address);
	view__mac_text(text, mac, 6);
	log_warn("%s is in use by %s: set aside for %d min", quad, text, XDPXE_QUARANTINE_S / 60);
}

void tell__tick(struct tell *tell, uint32_t now_s)
{
	next_minute(tell, now_s);
}

void tell__reserved(uint32_t address, const uint8_t owner[6], const uint8_t mac[6])
{
	char quad[INET_ADDRSTRLEN], text[VIEW_MAC_TEXT], whose[VIEW_MAC_TEXT];

	address_text(quad, address);
	view__mac_text(text, mac, 6);
	view__mac_text(whose, owner, 6);
	log_warn("%s is in use by %s, but reserved for %s", quad, text, whose);
}
