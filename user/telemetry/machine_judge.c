// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A machine that has not done what was expected of it, and transfers that do not move. */
#include "machines_priv.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define STALLED_MS 3000 /* a client's own timeout is mostly shorter */

static void judge_request(struct machines *machines, struct machine *machine, int64_t now_ms)
{
	char addr[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &machine->view.addr, addr, sizeof(addr));
	machine__stick(machines, machine, now_ms, TROUBLE_DHCP,
		       "was offered %s and sent no REQUEST: another server won, or the offer was "
		       "not received (%u more tries)",
		       addr, machine->view.tries);
}

void machine__judge_missing(struct machines *machines, struct machine *machine, int64_t now_ms)
{
	machine__stick(machines, machine, now_ms, TROUBLE_FILES,
		       "asked for %.40s, which does not exist%s", machine->view.file,
		       machine->near);
}

static void judge_file(struct machines *machines, struct machine *machine, int64_t now_ms)
{
	machine__stick(machines, machine, now_ms, TROUBLE_FILES,
		       "was told %.40s and does not ask for it: Secure Boot, PXE switched off, or "
		       "another server's file?",
		       machine->told[0] ? machine->told : machine->view.file);
}

static void judge_blocks(struct machines *machines, struct machine *machine, int64_t now_ms)
{
	if (machine->view.blocks && machine->view.block + 1 >= machine->view.blocks) {
		/* Some clients never acknowledge the last block. */
		machine->transfer_ms = 0;
		machine__say(machines, machine, now_ms, STEP_FILE_DONE,
			     "%.60s, all but the last ACK", machine->view.file);
		machine__wait(machine, WAIT_MORE, now_ms, MINUTE_MS);
		return;
	}
	machine->view.bytes_per_s = 0;
	machine__stick(
		machines, machine, now_ms, TROUBLE_FILES,
		"stopped at block %u of %u of %.40s: link, switch port, or the machine hangs",
		machine->view.block, machine->view.blocks, machine->view.file);
}

static void judge_ipxe(struct machines *machines, struct machine *machine, int64_t now_ms)
{
	machine__stick(machines, machine, now_ms, TROUBLE_FILES,
		       "loaded %.40s and never asked as iPXE: Secure Boot refused it, or it has no "
		       "driver for this NIC",
		       machine->view.file);
}

static void judge_address(struct machines *machines, struct machine *machine, int64_t now_ms)
{
	if (!machine->view.begun_ms)
		machine__begin(machines, machine, now_ms);
	machine__say(machines, machine, now_ms, STEP_NOT_ANSWERED, "no free address in %s",
		     machine->view.network);
	machine__stick(machines, machine, now_ms, TROUBLE_DHCP,
		       "no free address in the pool of %s; enlarge `pool` or shorten `lease-time`",
		       machine->view.network);
}

void machine__judge(struct machines *machines, struct machine *machine, int64_t now_ms)
{
	enum machine_wait wait = machine->wait;

	machine__wait(machine, WAIT_NOTHING, 0, 0);
	switch (wait) {
	case WAIT_ADDRESS:
		judge_address(machines, machine, now_ms);
		return;
	case WAIT_REQUEST:
		judge_request(machines, machine, now_ms);
		return;
	case WAIT_DISCOVER:
		machine__stick(machines, machine, now_ms, TROUBLE_DHCP,
			       "was refused its address and did not start over: switch it off and "
			       "on");
		return;
	case WAIT_FILE:
		judge_file(machines, machine, now_ms);
		return;
	case WAIT_BLOCKS:
		judge_blocks(machines, machine, now_ms);
		return;
	case WAIT_OTHER_FILE:
		machine__judge_missing(machines, machine, now_ms);
		return;
	case WAIT_IPXE:
		judge_ipxe(machines, machine, now_ms);
		return;
	case WAIT_MORE:
		machine__enter(machines, machine, MACHINE_HANDED_OVER, now_ms);
		return;
	case WAIT_NOTHING:
		return;
	}
}

size_t machines__loading(struct machines *machines, int64_t since_ms)
{
	size_t count = 0;

	pthread_mutex_lock(&machines->mutex);
	for (uint32_t i = 0; i < machines->count; i++) {
		int64_t begun_ms = machines->slots[i].transfer_ms;

		count += begun_ms && begun_ms <= since_ms;
	}
	pthread_mutex_unlock(&machines->mutex);
	return count;
}

/* The block has grown. */
static void note_moved(struct machines *machines, struct machine *machine,
		       const struct machine_transfer *transfer, int64_t now_ms)
{
	int64_t ms = now_ms - machine->moved_ms;
	uint64_t bytes = (uint64_t)(transfer->block - machine->view.block) * machine->view.blksize;

	machine->view.block = transfer->block;
	machine->view.bytes_per_s = ms > 0 ? bytes * 1000 / (uint64_t)ms : 0;
	machine->moved_ms = machine->view.heard_ms = now_ms;
	machine->stalled = false;
	if (machine->trouble != TROUBLE_NONE || machine->view.stage != MACHINE_LOADING)
		machine__enter(machines, machine, MACHINE_LOADING, now_ms);
	machine__wait(machine, WAIT_BLOCKS, now_ms, BLOCKS_MS);
	machine__changed(machines, machine);
}

static void take_progress(struct machines *machines, struct machine *machine,
			  const struct machine_transfer *transfer, int64_t now_ms)
{
	if (transfer->block > machine->view.block) {
		note_moved(machines, machine, transfer, now_ms);
		return;
	}
	if (machine->stalled || transfer->quiet_ms < STALLED_MS ||
	    machine->view.block + 1 >= machine->view.blocks)
		return;
	machine->stalled = true;
	machine->view.bytes_per_s = 0;
	machine__say(machines, machine, now_ms, STEP_FILE_STALLED,
		     "%.50s at block %u of %u; asked in its place %u times", machine->view.file,
		     machine->view.block, machine->view.blocks, transfer->helped);
}

void machines__progress(struct machines *machines, const struct machine_transfer *transfer,
			int64_t now_ms)
{
	struct machine *machine;

	pthread_mutex_lock(&machines->mutex);
	machine = machines__at_addr(machines, transfer->addr);
	if (machine && machine->transfer_ms && machine->tid == transfer->tid &&
	    machine->port == transfer->port)
		take_progress(machines, machine, transfer, now_ms);
	pthread_mutex_unlock(&machines->mutex);
}
