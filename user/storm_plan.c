// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "storm_plan.h"

#include <inttypes.h>
#include <string.h>

#include "xdpxe/storm.h"

#define NS_PER_S 1000000000ULL

/* What a random number is for, so that no two are drawn alike. */
enum draw { DRAW_ARCH = 1, DRAW_TIME, DRAW_XID, DRAW_PORT, DRAW_UUID };

static uint64_t draw(const struct storm_options *options, uint32_t number, enum draw what)
{
	return storm_mix(options->seed ^ storm_mix((uint64_t)what << 32 | number));
}

static uint16_t draw_arch(const struct storm_mix *mix, uint64_t value)
{
	uint32_t place = (uint32_t)(value % mix->total);
	size_t i = 0;

	while (place >= mix->parts[i].weight)
		place -= mix->parts[i++].weight;
	return mix->parts[i].arch;
}

void storm_plan__mac(uint32_t number, uint8_t mac[6])
{
	const uint8_t bytes[6] = { STORM_MAC_0,
				   STORM_MAC_1,
				   STORM_MAC_2,
				   (uint8_t)(number >> 16),
				   (uint8_t)(number >> 8),
				   (uint8_t)number };

	memcpy(mac, bytes, sizeof(bytes));
}

void storm_plan__birth(const struct storm_options *options, uint32_t number,
		       struct storm_birth *out)
{
	const struct storm_tftp_model *model;
	uint64_t uuid = draw(options, number, DRAW_UUID);

	memset(out, 0, sizeof(*out));
	out->arch = draw_arch(&options->mix, draw(options, number, DRAW_ARCH));
	out->client = options->client == STORM_CLIENT_AUTO ? storm_model__of_arch(out->arch)
							   : options->client;
	model = storm_model__tftp(out->client);
	if (options->rate) { /* one in each slot, anywhere in it */
		uint64_t slot = NS_PER_S / options->rate;

		out->at_ns = number * NS_PER_S / options->rate +
			     draw(options, number, DRAW_TIME) % (slot ? slot : 1);
	}
	out->xid = (uint32_t)draw(options, number, DRAW_XID);
	out->port = (uint16_t)(model->first_port + draw(options, number, DRAW_PORT) % model->ports);
	memcpy(out->uuid, &uuid, sizeof(uuid));
	memcpy(out->uuid + sizeof(uuid), &number, sizeof(number));
}

uint64_t storm_plan__digest(const struct storm_options *options)
{
	uint64_t sum = options->seed;

	for (uint32_t i = 0; i < options->clients; i++) {
		struct storm_birth birth;

		storm_plan__birth(options, i, &birth);
		sum = storm_mix(sum ^ birth.at_ns);
		sum = storm_mix(sum ^ ((uint64_t)birth.xid << 32 | (uint32_t)birth.arch << 16 |
				       birth.port));
	}
	return sum;
}

void storm_plan__print(const struct storm_options *options, FILE *out)
{
	fprintf(out, "machine            seconds     arch          client  xid       port\n");
	for (uint32_t i = 0; i < options->clients; i++) {
		struct storm_birth birth;
		uint8_t mac[6];

		storm_plan__birth(options, i, &birth);
		storm_plan__mac(i, mac);
		fprintf(out,
			"%02x:%02x:%02x:%02x:%02x:%02x  %10.6f  %-12s  %-6s  %08" PRIx32 "  %u\n",
			mac[0], mac[1], mac[2], mac[3], mac[4], mac[5],
			(double)birth.at_ns / (double)NS_PER_S,
			storm_options__arch_name(birth.arch), storm_model__tftp(birth.client)->name,
			birth.xid, birth.port);
	}
	fprintf(out, "schedule %016" PRIx64 "\n", storm_plan__digest(options));
}
