/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The command line of `xdpxe storm`. */
#ifndef XDPXE_STORM_OPTIONS_H
#define XDPXE_STORM_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "storm_expect.h"
#include "storm_model.h"

#define STORM_MIX_MAX 8

enum storm_stage { STORM_STAGE_FULL, STORM_STAGE_DHCP, STORM_STAGE_TFTP };
enum storm_xdp { STORM_XDP_AUTO, STORM_XDP_NATIVE, STORM_XDP_GENERIC };

/** struct storm_mix - architectures by weight */
struct storm_mix {
	struct {
		uint16_t arch;
		uint32_t weight;
	} parts[STORM_MIX_MAX];
	size_t count;
	uint32_t total;
};

/**
 * struct storm_options - all that was asked for
 * @rate: machines switched on in a second, 0: all at once
 * @loss: @dup: @reorder: of 2^32 packets, so many
 * @blksize: @window: instead of the client's own, 0: its own
 * @packets: bound of what is sent
 * @server: @address: @file: for stage tftp, which has no DHCP to tell them; host byte order
 * @collect: firmware waits for further OFFERs as the real one does
 * @print_schedule: print when each machine is switched on, and send nothing
 */
struct storm_options {
	const char *interface;
	uint32_t clients, rate, loss, dup, reorder, timeout_s;
	uint64_t seed, packets;
	struct storm_mix mix;
	enum storm_client client;
	enum storm_stage stage;
	enum storm_xdp xdp;
	uint16_t blksize, window;
	struct storm_expects expects;
	uint32_t server, address;
	const char *file;
	bool collect, json, any_interface, print_schedule;
};

/** storm_options__parse() - Return: true; else @code is the exit code, and all is said */
bool storm_options__parse(int argc, char **argv, struct storm_options *out, int *code);

/** storm_options__arch() - "efi-x64", in the first @len bytes of @name, to its code. Return: it is one */
bool storm_options__arch(const char *name, size_t len, uint16_t *code);

/** storm_options__arch_name() - of a code */
const char *storm_options__arch_name(uint16_t code);

/** storm_options__mix() - "bios=2:efi-x64". Return: NULL, or what is wrong */
const char *storm_options__mix(const char *text, struct storm_mix *out);

/** storm_options__percent() - "0.5", up to three decimals, 0 to 50, to parts of 2^32 */
bool storm_options__percent(const char *text, uint32_t *out);

#endif
