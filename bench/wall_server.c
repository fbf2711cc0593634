// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A wall without a network: the daemon's HTTP interface over a table that is filled here, with machines that boot over and
 * over. Usage: wall_server SOCKET ADDRESS:PORT MACHINES CHANGES_PER_S SECONDS
 */
#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "parse.h"
#include "telemetry/happenings_feed.h"
#include "telemetry/machines_feed.h"
#include "telemetry/web.h"
#include "xdpxe/reasons.h"

#define TICK_MS 10
#define PIECES 6 /* of a file: so often its progress is seen */
#define BLOCKS 700
#define STUCK_OF 40 /* one of so many machines asks for a file that does not exist, and stays */
#define MISSING_TIMES 6

enum phase { OFFER, ACK, RRQ, LOADS, DONE = LOADS + PIECES, IPXE_OFFER, IPXE_ACK, PHASES };

struct crowd {
	struct machines *machines;
	struct happenings *happenings;
	uint32_t count;
	uint8_t *phases; /* what each machine does next */
	uint64_t random;
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* xorshift: every run is alike. */
static uint32_t draw(struct crowd *crowd, uint32_t below)
{
	crowd->random ^= crowd->random << 13;
	crowd->random ^= crowd->random >> 7;
	crowd->random ^= crowd->random << 17;
	return (uint32_t)(crowd->random >> 32) % below;
}

static struct machine_heard heard_of(uint32_t index, int64_t time_ms)
{
	struct machine_heard heard = {
		.client = { .subnet = htonl(0x0a4d0000), .htype = 1, .hlen = 6 },
		.time_ms = time_ms,
		.addr = htonl(0x0a4d0100 + index),
		.arch = index % 3 ? 7 : 0,
		.blksize = 1468,
		.blocks = BLOCKS,
		.size = BLOCKS * 1468 - 1000,
		.tid = 20000,
		.port = (uint16_t)(1024 + index % 60000),
		.boots = true,
		.boots_ipxe = true,
		.network = "10.77.0.0/16",
	};
	const uint8_t mac[6] = {
		0x52, 0x54, 0, (uint8_t)(index >> 16), (uint8_t)(index >> 8), (uint8_t)index
	};

	memcpy(heard.client.chaddr, mac, sizeof(mac));
	snprintf(heard.file, sizeof(heard.file), "%s", index % 3 ? "ipxe.efi" : "undionly.kpxe");
	snprintf(heard.boot, sizeof(heard.boot), "%s", heard.file);
	return heard;
}

/* It asks for what is not there until it is judged. */
static void stick(struct crowd *crowd, struct machine_heard *heard)
{
	heard->reason = XDPXE_R_TFTP_NOT_FOUND;
	snprintf(heard->file, sizeof(heard->file), "pxelinux.cfg/default");
	snprintf(heard->nearest, sizeof(heard->nearest), "pxelinux.cfg/01-default");
	for (int i = 0; i < MISSING_TIMES; i++)
		machines__hear(crowd->machines, heard);
}

/* The next thing that a machine does. */
static void step(struct crowd *crowd, uint32_t index, int64_t time_ms)
{
	struct machine_heard heard = heard_of(index, time_ms);
	uint8_t phase = crowd->phases[index];

	crowd->phases[index] = (uint8_t)((phase + 1) % PHASES);
	heard.ipxe = phase >= IPXE_OFFER;
	if (heard.ipxe)
		snprintf(heard.boot, sizeof(heard.boot), "http://10.77.0.1/boot.ipxe");
	if (phase >= LOADS && phase < DONE) {
		const struct machine_transfer transfer = {
			.addr = heard.addr,
			.tid = heard.tid,
			.port = heard.port,
			.block = (uint32_t)(phase - LOADS + 1) * (BLOCKS / PIECES),
		};

		machines__progress(crowd->machines, &transfer, time_ms);
		return;
	}
	if (phase == RRQ && index % STUCK_OF == 7) {
		crowd->phases[index] = RRQ;
		stick(crowd, &heard);
		return;
	}
	heard.message = phase == OFFER || phase == IPXE_OFFER ? 1
			: phase == ACK || phase == IPXE_ACK   ? 3
							      : 0;
	heard.reason = heard.message == 1   ? XDPXE_R_DHCP_OFFER
		       : heard.message == 3 ? XDPXE_R_DHCP_ACK
		       : phase == RRQ	    ? XDPXE_R_TFTP_OACK
					    : XDPXE_R_TFTP_COMPLETE;
	machines__hear(crowd->machines, &heard);
}

static void keep(const struct happening *happening, void *context)
{
	happenings__add(context, happening);
}

/* Each machine somewhere on its way, most of them at its end. */
static void fill(struct crowd *crowd)
{
	for (uint32_t i = 0; i < crowd->count; i++) {
		uint32_t steps = draw(crowd, 3) ? PHASES : 1 + draw(crowd, PHASES);

		for (uint32_t done = 0; done < steps; done++)
			step(crowd, i, now_ms() - 30000 + 2000 * done);
		machines__told(crowd->machines, keep, crowd->happenings);
	}
}

static void run(struct crowd *crowd, uint32_t changes, uint32_t seconds)
{
	struct timespec pause = { .tv_nsec = TICK_MS * 1000000L };
	int64_t begun_ms = now_ms(), ticked_ms = begun_ms;
	uint64_t done = 0;

	while (now_ms() < begun_ms + seconds * 1000LL) {
		for (; done < (uint64_t)(now_ms() - begun_ms) * changes / 1000; done++)
			step(crowd, draw(crowd, crowd->count), now_ms());
		machines__told(crowd->machines, keep, crowd->happenings);
		if (now_ms() - ticked_ms > 1000) {
			ticked_ms = now_ms();
			machines__tick(crowd->machines, ticked_ms, false);
		}
		nanosleep(&pause, NULL);
	}
	printf("changes: %" PRIu64 "\n", done);
}

int main(int argc, char **argv)
{
	static struct histograms histograms;
	struct crowd crowd = { .random = 77 };
	struct config_web address = { .line = 1 };
	struct web_sources sources = { .histograms = &histograms };
	uint32_t changes, seconds;
	struct web *web;

	if (argc != 6 || !config_web__parse(argv[2], &address) ||
	    !parse__u32(argv[3], 1, MACHINES_MAX, &crowd.count) ||
	    !parse__u32(argv[4], 0, 1000000, &changes) || !parse__u32(argv[5], 1, 3600, &seconds)) {
		fprintf(stderr,
			"usage: wall_server SOCKET ADDRESS:PORT MACHINES CHANGES_PER_S SECONDS\n");
		return 2;
	}
	crowd.machines = sources.machines = machines__new(MACHINES_MAX, false);
	crowd.happenings = sources.happenings = happenings__new();
	crowd.phases = calloc(crowd.count, 1);
	if (!crowd.machines || !crowd.happenings || !crowd.phases)
		return 1;
	fill(&crowd);
	web = web__start(&sources, argv[1], &address);
	if (!web)
		return 1;
	puts("ready:");
	fflush(stdout);
	run(&crowd, changes, seconds);
	web__stop(web);
	unlink(argv[1]);
	machines__free(crowd.machines);
	happenings__free(crowd.happenings);
	free(crowd.phases);
	return 0;
}
