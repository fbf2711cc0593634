/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A machine, as people type it. */
#ifndef XDPXE_MAC_NAME_H
#define XDPXE_MAC_NAME_H

#include <stdbool.h>

#define MAC_NAME 18

/** mac_name__parse() - "52:54:00:12:34:56", "52-54-...", "5254.0012.3456" or "525400123456", into the first of these */
bool mac_name__parse(const char *text, char out[MAC_NAME]);

#endif
