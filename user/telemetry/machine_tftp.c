// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What a request for a file, or the end of a transfer, says of a machine. */
#include "machines_priv.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "reason_text.h"
#include "xdpxe/reasons.h"

#define OTHER_FILE_MS 10000 /* firmware asks for optional files, and goes on */
#define IPXE_MS 45000	    /* from the last block of iPXE to its first DISCOVER */
#define MORE_MS 60000	    /* until what was loaded is taken to run */
#define MISSING_TIMES 5	    /* the same file, in vain, within a minute */
#define ABORT_TIMES 3

static uint64_t hash_of(const char *text)
{
	uint64_t hash = 14695981039346656037ULL;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 1099511628211ULL;
	return hash;
}

/* By the names under which its builds are known. */
static bool looks_like_ipxe(const char *file)
{
	const char *slash = strrchr(file, '/');
	const char *name = slash ? slash + 1 : file;

	return strncasecmp(name, "ipxe", 4) == 0 || strncasecmp(name, "undionly", 8) == 0 ||
	       strncasecmp(name, "snponly", 7) == 0 || strncasecmp(name, "snp.", 4) == 0;
}

static void note_file(struct machine *machine, const struct machine_heard *heard)
{
	snprintf(machine->view.file, sizeof(machine->view.file), "%s", heard->file);
	machine->view.blksize = heard->blksize;
	machine->view.blocks = heard->blocks;
	machine->view.block = 0;
	machine->view.bytes_per_s = 0;
	machine->size = heard->size;
	machine->tid = heard->tid;
	machine->port = heard->port;
	machine->stalled = false;
}

static void hear_begun(struct machines *machines, struct machine *machine,
		       const struct machine_heard *heard)
{
	note_file(machine, heard);
	machine->transfer_ms = machine->moved_ms = heard->time_ms;
	machine__enter(machines, machine, MACHINE_LOADING, heard->time_ms);
	machine__say(machines, machine, heard->time_ms, STEP_FILE_BEGUN,
		     "%.60s, %llu bytes in blocks of %u", heard->file,
		     (unsigned long long)heard->size, heard->blksize);
	machine__wait(machine, WAIT_BLOCKS, heard->time_ms, BLOCKS_MS);
}

/* The same file again and again, and iPXE is not reached, or comes back. */
static void note_load(struct machines *machines, struct machine *machine,
		      const struct machine_heard *heard)
{
	uint64_t hash = hash_of(heard->file);
	int64_t *loads = machine->loads_ms;

	if (machine->load_hash != hash)
		memset(machine->loads_ms, 0, sizeof(machine->loads_ms));
	machine->load_hash = hash;
	memmove(loads, loads + 1, (LOADS - 1) * sizeof(*loads));
	loads[LOADS - 1] = heard->time_ms;
	if (!loads[0] || loads[LOADS - 1] - loads[0] > MINUTE_MS ||
	    strcmp(machine->told, heard->file) != 0)
		return;
	machine__stick(machines, machine, heard->time_ms, TROUBLE_LOOP,
		       "loaded %.40s %d times within a minute: the loop is not broken; %s",
		       heard->file, LOADS,
		       machine->boots_ipxe ? "it never asks as iPXE (user class)"
					   : "set `boot.ipxe`");
}

static void hear_done(struct machines *machines, struct machine *machine,
		      const struct machine_heard *heard)
{
	bool ours =
		machine->transfer_ms && machine->tid == heard->tid && machine->port == heard->port;
	int64_t ms = ours ? heard->time_ms - machine->transfer_ms : 0;

	if (!ours)
		note_file(machine, heard);
	machine->view.block = heard->blocks;
	if (ms > 0)
		machine->view.bytes_per_s = heard->size * 1000 / (uint64_t)ms;
	machine->transfer_ms = 0;
	machine__enter(machines, machine, MACHINE_LOADING, heard->time_ms);
	if (ours)
		histograms__add_file(machines->histograms, (uint64_t)ms * 1000000, heard->size,
				     heard->blocks);
	if (ours)
		machine__say(machines, machine, heard->time_ms, STEP_FILE_DONE,
			     "%.60s, %llu bytes in %.2f s", heard->file,
			     (unsigned long long)heard->size, ms / 1e3);
	else
		machine__say(machines, machine, heard->time_ms, STEP_FILE_DONE, "%.60s, %llu bytes",
			     heard->file, (unsigned long long)heard->size);
	if (looks_like_ipxe(heard->file) && machine->boots_ipxe && !machine->view.ipxe)
		machine__wait(machine, WAIT_IPXE, heard->time_ms, IPXE_MS);
	else
		machine__wait(machine, WAIT_MORE, heard->time_ms, MORE_MS);
	note_load(machines, machine, heard);
}

static void hear_size(struct machines *machines, struct machine *machine,
		      const struct machine_heard *heard)
{
	machine->transfer_ms = 0;
	machine__say(machines, machine, heard->time_ms, STEP_FILE_SIZE,
		     "asked for the size of %.60s: %llu bytes", heard->file,
		     (unsigned long long)heard->size);
	machine__wait(machine, WAIT_FILE, heard->time_ms, OTHER_FILE_MS);
}

static void hear_missing(struct machines *machines, struct machine *machine,
			 const struct machine_heard *heard)
{
	uint64_t hash = hash_of(heard->file);
	uint32_t times;

	machine->near[0] = '\0';
	if (heard->nearest[0])
		snprintf(machine->near, sizeof(machine->near), "; nearest: %.45s", heard->nearest);
	if (machine->missing_hash != hash)
		machine->missing = (struct machine_count){};
	machine->missing_hash = hash;
	times = machine_count__more(&machine->missing, heard->time_ms);
	if (times == 1)
		machine__say(machines, machine, heard->time_ms, STEP_FILE_MISSING, "%.55s%s",
			     heard->file, machine->near);
	snprintf(machine->view.file, sizeof(machine->view.file), "%s", heard->file);
	if (times >= MISSING_TIMES)
		machine__judge_missing(machines, machine, heard->time_ms);
	else if (machine->trouble == TROUBLE_NONE)
		machine__wait(machine, WAIT_OTHER_FILE, heard->time_ms, OTHER_FILE_MS);
}

static void hear_aborted(struct machines *machines, struct machine *machine,
			 const struct machine_heard *heard)
{
	uint32_t aborts = machine_count__more(&machine->aborts, heard->time_ms);

	machine->view.block = heard->block;
	machine->transfer_ms = 0;
	machine__say(machines, machine, heard->time_ms, STEP_FILE_ABORTED,
		     "%.60s at block %u of %u", heard->file, heard->block, heard->blocks);
	if (aborts >= ABORT_TIMES)
		machine__stick(machines, machine, heard->time_ms, TROUBLE_FILES,
			       "gave up %.40s %u times within a minute, at block %u of %u: out of "
			       "memory, or the file is not for it",
			       heard->file, aborts, heard->block, heard->blocks);
	else
		machine__wait(machine, WAIT_FILE, heard->time_ms, OTHER_FILE_MS);
}

static void hear_refused(struct machines *machines, struct machine *machine,
			 const struct machine_heard *heard)
{
	machine__say(machines, machine, heard->time_ms, STEP_FILE_REFUSED, "%.40s%s%.70s",
		     heard->file, heard->file[0] ? ": " : "", reason_text__of(heard->reason));
	if (heard->reason == XDPXE_R_TFTP_PLACE_LOST)
		machine->transfer_ms = 0;
}

void machine_tftp__hear(struct machines *machines, struct machine *machine,
			const struct machine_heard *heard)
{
	if (!machine->view.begun_ms)
		machine__begin(machines, machine, heard->time_ms);
	machines__move_addr(machines, machine, heard->addr);
	switch (heard->reason) {
	case XDPXE_R_TFTP_OACK:
	case XDPXE_R_TFTP_DATA_FIRST:
		hear_begun(machines, machine, heard);
		return;
	case XDPXE_R_TFTP_COMPLETE:
		hear_done(machines, machine, heard);
		return;
	case XDPXE_R_TFTP_SIZE_PROBE:
		hear_size(machines, machine, heard);
		return;
	case XDPXE_R_TFTP_NOT_FOUND:
		hear_missing(machines, machine, heard);
		return;
	case XDPXE_R_TFTP_CLIENT_ERROR:
		hear_aborted(machines, machine, heard);
		return;
	}
	hear_refused(machines, machine, heard);
}
