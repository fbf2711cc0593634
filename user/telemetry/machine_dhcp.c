// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What a DHCP message says of a machine. */
#include "machines_priv.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "reason_text.h"
#include "xdpxe/dhcp_wire.h"
#include "xdpxe/reasons.h"

#define REQUEST_MS 10000    /* firmware collects offers for up to 4 s */
#define ADDRESS_MS 2000	    /* free addresses are probed in less */
#define DISCOVER_MS 15000   /* until it starts over after a NAK */
#define FILE_MS 15000	    /* from its address to its RRQ */
#define SAME_BOOT_MS 120000 /* firmware repeats its DISCOVER after 64 s at most */

/* As inet_ntop(), which takes as long as all else that is done for a message. */
static const char *addr_text(char text[INET_ADDRSTRLEN], __be32 addr)
{
	const uint8_t *bytes = (const uint8_t *)&addr;
	char *to = text;

	for (int i = 0; i < 4; i++) {
		if (bytes[i] >= 100)
			*to++ = (char)('0' + bytes[i] / 100);
		if (bytes[i] >= 10)
			*to++ = (char)('0' + bytes[i] / 10 % 10);
		*to++ = (char)('0' + bytes[i] % 10);
		*to++ = i < 3 ? '.' : '\0';
	}
	return text;
}

static bool is_system(const struct machine *machine, const struct machine_heard *heard)
{
	return machine->had_arch && heard->arch == XDPXE_NONE && !heard->ipxe;
}

/*
 * Does a DISCOVER begin another boot? iPXE asks once more in the same one, and so does the operating system, which says no
 * architecture; firmware that got no further than an offer merely asks again.
 */
static bool begins_boot(const struct machine *machine, const struct machine_heard *heard)
{
	bool late = heard->time_ms - machine->view.heard_ms > SAME_BOOT_MS;

	if (!machine->view.begun_ms)
		return true;
	if (is_system(machine, heard))
		return false;
	if (heard->ipxe)
		return late && machine->view.ipxe;
	return late || machine->view.ipxe || machine->offered;
}

static void note_discover(struct machines *machines, struct machine *machine,
			  const struct machine_heard *heard)
{
	if (begins_boot(machine, heard))
		machine__begin(machines, machine, heard->time_ms);
	else if (!heard->ipxe && machine->asked_ms)
		machine->view.tries++;
	if (!machine->asked_ms)
		machine->asked_ms = heard->time_ms;
	if (heard->ipxe && !machine->view.ipxe) {
		machine->view.ipxe = true;
		machine->asked_ms = heard->time_ms;
		machine__enter(machines, machine, MACHINE_IPXE, heard->time_ms);
		machine__say(machines, machine, heard->time_ms, STEP_IPXE, "asks as iPXE");
	}
	machine__changed(machines, machine);
}

/* ", boot undionly.kpxe" */
static const char *boot_text(char text[MACHINES_TEXT], const struct machine_heard *heard)
{
	if (!heard->boot[0])
		return "";
	snprintf(text, MACHINES_TEXT, ", boot %.100s", heard->boot);
	return text;
}

static void hear_offer(struct machines *machines, struct machine *machine,
		       const struct machine_heard *heard)
{
	char addr[INET_ADDRSTRLEN], boot[MACHINES_TEXT];
	bool proxy = heard->reason == XDPXE_R_DHCP_PROXY_OFFER;
	int64_t waits_ms;

	if (!proxy)
		machines__move_addr(machines, machine, heard->addr);
	machine__say(machines, machine, heard->time_ms, STEP_OFFER, "%s%s",
		     proxy ? "beside another server" : addr_text(addr, heard->addr),
		     boot_text(boot, heard));
	if (machine->trouble == TROUBLE_NONE && !is_system(machine, heard))
		machine__enter(machines, machine, heard->ipxe ? MACHINE_IPXE : MACHINE_DISCOVERING,
			       heard->time_ms);
	waits_ms = heard->time_ms - machine->asked_ms;
	if (proxy)
		machine__wait(machine, WAIT_NOTHING, 0, 0);
	else if (machine->trouble == TROUBLE_NONE)
		machine__wait(machine, WAIT_REQUEST, heard->time_ms,
			      waits_ms < REQUEST_MS ? REQUEST_MS - waits_ms : 0);
}

static void measure(struct machines *machines, enum histogram which, int64_t from_ms, int64_t to_ms)
{
	histograms__add(machines->histograms, which,
			to_ms > from_ms ? (uint64_t)(to_ms - from_ms) * 1000000 : 0);
}

/* A machine that has its address: what it does next depends on what it was told. */
static void expect_next(struct machines *machines, struct machine *machine,
			const struct machine_heard *heard)
{
	int64_t now_ms = heard->time_ms;

	machine__wait(machine, WAIT_NOTHING, 0, 0);
	if (is_system(machine, heard)) {
		machine__enter(machines, machine, MACHINE_HANDED_OVER, now_ms);
		return;
	}
	memcpy(machine->told, heard->boot, sizeof(machine->told));
	machine->boots_ipxe = heard->boots_ipxe;
	if (heard->boot[0] && (heard->ipxe || heard->by_url)) {
		machine__enter(machines, machine, MACHINE_HANDED_OVER, now_ms);
		machine__say(machines, machine, now_ms, STEP_HANDED_OVER, "%.110s", heard->boot);
		measure(machines, HISTOGRAM_BOOT, machine->view.begun_ms, now_ms);
		return;
	}
	machine__enter(machines, machine, heard->ipxe ? MACHINE_IPXE : MACHINE_LEASED, now_ms);
	if (heard->boot[0])
		machine__wait(machine, WAIT_FILE, now_ms, FILE_MS);
	else if (!heard->ipxe && heard->arch != XDPXE_NONE && heard->boots)
		machine__stick(machines, machine, now_ms, TROUBLE_FILES,
			       "no file for its architecture (%s) under `boot`: there is nothing "
			       "for it to load",
			       reason_text__arch(heard->arch));
}

static void hear_ack(struct machines *machines, struct machine *machine,
		     const struct machine_heard *heard)
{
	char addr[INET_ADDRSTRLEN], boot[MACHINES_TEXT];
	bool renews = !machine->asked_ms && machine->view.begun_ms;

	if (!machine->view.begun_ms)
		machine__begin(machines, machine, heard->time_ms);
	machines__move_addr(machines, machine, heard->addr);
	if (machine->asked_ms)
		measure(machines, HISTOGRAM_EXCHANGE, machine->asked_ms, heard->time_ms);
	machine->asked_ms = 0;
	machine->offered = true;
	if (renews && heard->reason == XDPXE_R_DHCP_ACK)
		return;
	machine__say(machines, machine, heard->time_ms, STEP_LEASED, "%s%s%s",
		     addr_text(addr, heard->addr), boot_text(boot, heard),
		     heard->reason == XDPXE_R_DHCP_BOOT_SERVER ? " (port 4011)" : "");
	expect_next(machines, machine, heard);
}

static void hear_nak(struct machines *machines, struct machine *machine,
		     const struct machine_heard *heard)
{
	uint32_t naks = machine_count__more(&machine->naks, heard->time_ms);
	char addr[INET_ADDRSTRLEN];

	if (!machine->view.begun_ms)
		machine__begin(machines, machine, heard->time_ms);
	addr_text(addr, heard->addr);
	machine__say(machines, machine, heard->time_ms, STEP_REFUSED, "%s is not for it", addr);
	machine->asked_ms = 0;
	if (naks >= 3)
		machine__stick(machines, machine, heard->time_ms, TROUBLE_DHCP,
			       "asked %u times within a minute for an address that is not its own "
			       "(%s), and was refused",
			       naks, addr);
	else
		machine__wait(machine, WAIT_DISCOVER, heard->time_ms, DISCOVER_MS);
}

/* The client takes another server's offer. */
static void hear_other_server(struct machines *machines, struct machine *machine,
			      const struct machine_heard *heard)
{
	char addr[INET_ADDRSTRLEN];

	addr_text(addr, heard->addr);
	if (machine->trouble == TROUBLE_DHCP)
		return;
	machine__say(machines, machine, heard->time_ms, STEP_NOT_ANSWERED,
		     "chose another server, which offers %s", addr);
	if (heard->arch != XDPXE_NONE || heard->ipxe) /* else it does not mean to boot from here */
		machine__stick(
			machines, machine, heard->time_ms, TROUBLE_DHCP,
			"chose another DHCP server, which offers %s: it boots from there, or "
			"not at all; is a second one on this segment?",
			addr);
}

/* Those that end a boot, and not only this message. */
static bool is_final(const struct machine_heard *heard, uint32_t silences)
{
	switch (heard->reason) {
	case XDPXE_R_DHCP_DENIED:
		return true;
	case XDPXE_R_DHCP_LEASES_FULL:
	case XDPXE_R_DHCP_SOURCE_FULL:
	case XDPXE_R_DHCP_REPLY_TOO_LONG:
	case XDPXE_R_DHCP_OTHER_NETWORK:
	case XDPXE_R_DHCP_OTHER_LINK:
	case XDPXE_R_DHCP_NOT_REFUSED:
	case XDPXE_R_DHCP_NOTHING_TO_BOOT:
		return silences >= 3;
	}
	return false;
}

static void hear_silence(struct machines *machines, struct machine *machine,
			 const struct machine_heard *heard)
{
	const char *text = reason_text__of(heard->reason);
	uint32_t silences = machine_count__more(&machine->silences, heard->time_ms);

	if (!machine->view.begun_ms)
		machine__begin(machines, machine, heard->time_ms);
	if (silences == 1 && machine->trouble == TROUBLE_NONE)
		machine__say(machines, machine, heard->time_ms, STEP_NOT_ANSWERED, "%.118s", text);
	if (is_final(heard, silences))
		machine__stick(machines, machine, heard->time_ms, TROUBLE_DHCP, "%.118s", text);
}

/* A decline is followed by a DISCOVER, a release mostly by nothing, or by the next stage. */
static void hear_end(struct machines *machines, struct machine *machine,
		     const struct machine_heard *heard)
{
	bool released = heard->reason == XDPXE_R_DHCP_RELEASED;
	char addr[INET_ADDRSTRLEN];

	addr_text(addr, machine->view.addr ? machine->view.addr : heard->addr);
	machine__say(machines, machine, heard->time_ms, released ? STEP_RELEASED : STEP_DECLINED,
		     released ? "%s" : "%s is in use", addr);
	if (!released)
		machine__wait(machine, WAIT_DISCOVER, heard->time_ms, DISCOVER_MS);
}

void machine_dhcp__hear(struct machines *machines, struct machine *machine,
			const struct machine_heard *heard)
{
	if (heard->message == DHCP_DISCOVER)
		note_discover(machines, machine, heard);
	if (heard->arch != XDPXE_NONE) {
		machine->had_arch = true;
		machine->view.arch = heard->arch;
	}
	switch (heard->reason) {
	case XDPXE_R_DHCP_OFFER:
	case XDPXE_R_DHCP_PROXY_OFFER:
		hear_offer(machines, machine, heard);
		return;
	case XDPXE_R_DHCP_ACK:
	case XDPXE_R_DHCP_BOOT_SERVER:
		hear_ack(machines, machine, heard);
		return;
	case XDPXE_R_DHCP_NAK:
		hear_nak(machines, machine, heard);
		return;
	case XDPXE_R_DHCP_OTHER_SERVER:
		hear_other_server(machines, machine, heard);
		return;
	case XDPXE_R_DHCP_RELEASED:
	case XDPXE_R_DHCP_DECLINED:
		hear_end(machines, machine, heard);
		return;
	case XDPXE_R_DHCP_POOL_EMPTY:
		if (machine->trouble == TROUBLE_NONE)
			machine__wait(machine, WAIT_ADDRESS, heard->time_ms, ADDRESS_MS);
		return;
	case XDPXE_R_DHCP_INFORM:
	case XDPXE_R_DHCP_PROXY_PASSED:
	case XDPXE_R_DHCP_OTHER_TYPE:
	case XDPXE_R_DHCP_NO_BOOT_REQUEST:
		return;
	}
	hear_silence(machines, machine, heard);
}
