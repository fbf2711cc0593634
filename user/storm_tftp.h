/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* TFTP as a booting client speaks and hears it: RFC 1350, 2347 to 2349, 7440. */
#ifndef XDPXE_STORM_TFTP_H
#define XDPXE_STORM_TFTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "storm_model.h"
#include "xdpxe/tftp_wire.h"

#define STORM_TFTP_MAX 512 /* room for any message built here */

/** struct storm_ask - what an RRQ asks for; 0: that option is not sent */
struct storm_ask {
	bool probe;
	uint16_t blksize, window;
};

/** storm_tftp__rrq() - Return: bytes; 0 when @name is too long for a request */
size_t storm_tftp__rrq(uint8_t out[STORM_TFTP_MAX], const struct storm_tftp_model *model,
		       const struct storm_ask *ask, const char *name);

/** storm_tftp__ack() - Return: bytes */
size_t storm_tftp__ack(uint8_t out[STORM_TFTP_MAX], uint16_t block);

/** storm_tftp__error() - Return: bytes */
size_t storm_tftp__error(uint8_t out[STORM_TFTP_MAX], uint16_t code, const char *text);

/** struct storm_granted - what an OACK says, and RFC 1350's values where it says nothing */
struct storm_granted {
	uint16_t blksize, window;
	bool has_size;
	uint64_t size;
};

/**
 * storm_tftp__oack() - take the options of an OACK apart
 * @data: behind the opcode
 * Return: NULL; or what is wrong: an option that was not asked for, a value beyond the one that was
 */
const char *storm_tftp__oack(const uint8_t *data, size_t len, const struct storm_tftp_model *model,
			     const struct storm_ask *ask, struct storm_granted *out);

#endif
