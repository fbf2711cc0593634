/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Numbers in words. */
#ifndef XDPXE_REASON_TEXT_H
#define XDPXE_REASON_TEXT_H

#include <stdint.h>

/** reason_text__of() - the sentence of reasons.def, "" for a number that has none */
const char *reason_text__of(uint16_t reason);

/** reason_text__arch() - "efi-x64"; "unknown" for a code that has no name */
const char *reason_text__arch(uint16_t arch);

#endif
