// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What machines think of a DHCP reply. */
#include <arpa/inet.h>
#include <string.h>

#include "storm.h"
#include "storm_addresses.h"
#include "storm_dhcp.h"
#include "storm_talk.h"

/* Is it addressed so that the machine, which has no address yet, hears it? */
static bool is_heard(const struct storm_machine *machine, const struct storm_packet *packet,
		     const struct storm_dhcp_heard *heard)
{
	if (packet->target == INADDR_BROADCAST)
		return true;
	return !storm_model__dhcp(machine->arch, machine->ipxe)->broadcast &&
	       packet->target == heard->yiaddr;
}

/* What this client needs in an OFFER. Return: NULL, or what is missing */
static const char *lacks(const struct storm_machine *machine, const struct storm_dhcp_heard *heard)
{
	const struct storm_dhcp_model *model = storm_model__dhcp(machine->arch, machine->ipxe);

	if (!heard->server_id)
		return "option 54, the server";
	if (model->needs_mask && !heard->mask)
		return "option 1, the netmask";
	if (model->needs_mask && heard->needs_4011)
		return "option 43 beside option 60 PXEClient: UEFI would ask port 4011";
	return NULL;
}

static bool is_bad_address(const struct storm_dhcp_heard *heard)
{
	uint32_t address = ntohl(heard->yiaddr), mask = ntohl(heard->mask);

	if (address >> 24 == 0 || address >> 24 == 127 || address >= 0xe0000000u ||
	    heard->yiaddr == heard->server_id)
		return true;
	return mask && mask < 0xfffffffeu && ((address & ~mask) == 0 || (address & ~mask) == ~mask);
}

void storm_hear__take_offer(struct storm *storm, uint32_t number,
			    const struct storm_dhcp_heard *heard)
{
	struct storm_machine *machine = &storm->machines[number];

	if (machine->ipxe && heard->yiaddr != machine->address)
		storm__fault(storm, number, STORM_FAULT_CHANGED_ADDRESS,
			     "as iPXE it is offered another address");
	machine->address = heard->yiaddr;
	machine->server_id = heard->server_id;
	machine->mask = heard->mask;
	machine->router = heard->router;
}

static void hear_offer(struct storm *storm, uint32_t number, const struct storm_dhcp_heard *heard)
{
	struct storm_machine *machine = &storm->machines[number];
	const struct storm_dhcp_model *model = storm_model__dhcp(machine->arch, machine->ipxe);
	const char *missing = lacks(machine, heard);

	if (!heard->yiaddr) { /* a proxy's: it gives no address */
		storm->other++;
		return;
	}
	if (machine->state != STORM_DISCOVER) {
		storm->late++;
		return;
	}
	if (missing) {
		storm__fault(storm, number, STORM_FAULT_MISSING_OPTION, "OFFER lacks %s", missing);
		storm_machine__fail(storm, number);
		return;
	}
	storm_hear__take_offer(storm, number, heard);
	storm_machine__enter(storm, number,
			     storm->options->collect && model->collect_ms &&
					     !(machine->ipxe && heard->no_wait)
				     ? STORM_COLLECT
				     : STORM_REQUEST);
}

/* The boot file of a ROM. Return: it is one of those that are expected */
static bool take_file(struct storm *storm, uint32_t number, const struct storm_dhcp_heard *heard)
{
	struct storm_machine *machine = &storm->machines[number];
	int file = storm_expect__find(&storm->options->expects, heard->name, machine->arch);
	uint64_t told = (uint64_t)heard->size_blocks * 512;

	if (file < 0) {
		storm__fault(storm, number, STORM_FAULT_WRONG_FILE, "%s is told to boot %.60s%s",
			     storm_options__arch_name(machine->arch), heard->name,
			     file == -2 ? ", which is for others" : "");
		return false;
	}
	machine->file = (uint8_t)file;
	machine->slash = heard->name[0] == '/';
	machine->size_blocks = heard->size_blocks;
	if (told && told < storm->options->expects.list[file].size)
		storm__fault(storm, number, STORM_FAULT_WRONG_SIZE,
			     "option 13 says %u blocks of 512 bytes", heard->size_blocks);
	machine->server = heard->siaddr ? heard->siaddr : heard->server_id;
	return true;
}

/* What follows from an ACK that is right. */
static void go_on(struct storm *storm, uint32_t number, const struct storm_dhcp_heard *heard)
{
	struct storm_machine *machine = &storm->machines[number];

	if (storm->options->stage == STORM_STAGE_DHCP) {
		storm_machine__finish(storm, number);
		return;
	}
	if (!heard->name[0]) {
		storm__fault(storm, number, STORM_FAULT_NO_BOOT_FILE, "%s",
			     storm_options__arch_name(machine->arch));
		storm_machine__fail(storm, number);
	} else if (!machine->ipxe) {
		if (take_file(storm, number, heard))
			storm_machine__seek(storm, number);
		else
			storm_machine__fail(storm, number);
	} else if (storm_expect__find(&storm->options->expects, heard->name, machine->arch) >= 0) {
		storm__fault(storm, number, STORM_FAULT_BOOT_LOOP, "iPXE is told to boot %.60s",
			     heard->name);
		storm_machine__fail(storm, number);
	} else {
		storm_machine__finish(storm, number);
	}
}

static void hear_ack(struct storm *storm, uint32_t number, const struct storm_dhcp_heard *heard)
{
	struct storm_machine *machine = &storm->machines[number];
	uint32_t owner;

	if (machine->state != STORM_REQUEST) {
		storm->late++;
		return;
	}
	if (heard->yiaddr != machine->address || heard->server_id != machine->server_id) {
		storm__fault(storm, number, STORM_FAULT_CHANGED_OFFER,
			     "ACK has another address or server than the OFFER");
		storm_machine__fail(storm, number);
		return;
	}
	storm->exchanges++;
	storm_span__note(&storm->dhcp, storm->now_ns);
	if (is_bad_address(heard))
		storm__fault(storm, number, STORM_FAULT_BAD_ADDRESS, "%08x", ntohl(heard->yiaddr));
	owner = storm_addresses__claim(storm->addresses, heard->yiaddr, number);
	if (owner != number)
		storm__fault(storm, number, STORM_FAULT_DOUBLE_ADDRESS,
			     "%08x (hexadecimal) belongs to machine %u", ntohl(heard->yiaddr),
			     owner);
	go_on(storm, number, heard);
}

/* Replies of the exchange before, or to a repeated question with another xid, are late and no more. */
static bool is_of_exchange(struct storm *storm, uint32_t number,
			   const struct storm_dhcp_heard *heard)
{
	const struct storm_machine *machine = &storm->machines[number];
	uint8_t mac[6];

	storm_plan__mac(number, mac);
	if (memcmp(mac, heard->mac, sizeof(mac)) == 0 && heard->xid == machine->xid)
		return true;
	if (memcmp(mac, heard->mac, sizeof(mac)) == 0 &&
	    (heard->xid == machine->old_xid || storm_model__dhcp(machine->arch, false)->new_xid))
		storm->late++;
	else
		storm__fault(storm, number, STORM_FAULT_FOREIGN_PACKET,
			     "a DHCP reply of another exchange, xid %08x", ntohl(heard->xid));
	return false;
}

void storm_hear__bound(struct storm *storm, uint32_t number, uint32_t address)
{
	const struct storm_dhcp_heard *heard = storm_talk__bound(storm, number, address);

	if (heard)
		hear_ack(storm, number, heard);
	else
		storm->late++;
}

/* A reply that is for the machine; what it needs is looked at. */
static void judge(struct storm *storm, uint32_t number, const struct storm_packet *packet,
		  const struct storm_dhcp_heard *heard)
{
	uint64_t wrong = storm_fault__sum(&storm->faults), late = storm->late;

	if (heard->type == DHCP_OFFER)
		hear_offer(storm, number, heard);
	else
		hear_ack(storm, number, heard);
	if (storm_fault__sum(&storm->faults) == wrong && storm->late == late && heard->yiaddr)
		storm_talk__learn(storm, number, packet, heard);
}

void storm_hear__dhcp(struct storm *storm, uint32_t number, const struct storm_packet *packet)
{
	struct storm_machine *machine = &storm->machines[number];
	struct storm_dhcp_heard heard;
	const char *wrong = storm_dhcp__parse(packet->payload, packet->len, &heard);

	if (wrong) {
		storm__fault(storm, number, STORM_FAULT_MALFORMED_DHCP, "%s", wrong);
		return;
	}
	storm_talk__sync(storm, number);
	if (machine->state == STORM_OFF || !is_of_exchange(storm, number, &heard))
		return;
	if (!is_heard(machine, packet, &heard)) {
		storm__fault(storm, number, STORM_FAULT_MISADDRESSED,
			     "a reply to %08x (hexadecimal), offering %08x", ntohl(packet->target),
			     ntohl(heard.yiaddr));
		return;
	}
	if (heard.type == DHCP_OFFER || heard.type == DHCP_ACK) {
		judge(storm, number, packet, &heard);
	} else if (heard.type == DHCP_NAK) {
		storm__fault(storm, number, STORM_FAULT_NAK, "by %08x (hexadecimal)",
			     ntohl(heard.server_id));
		storm_machine__fail(storm, number);
	} else {
		storm__fault(storm, number, STORM_FAULT_MALFORMED_DHCP, "message type %u",
			     heard.type);
	}
}
