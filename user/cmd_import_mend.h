/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What `xdpxe import` writes is held against our own reader. */
#ifndef XDPXE_CMD_IMPORT_MEND_H
#define XDPXE_CMD_IMPORT_MEND_H

#include <stddef.h>

/**
 * cmd_import_mend() - make comments of the lines that our own reader refuses, and tell why on stderr
 * @yaml: what import__write() has made
 * @size: its length in bytes
 * @out:  out: the text without them, to be freed; NULL without memory
 * @out_size: out: its length
 *
 * A network goes as a whole, and is a comment then.
 */
void cmd_import_mend(const char *yaml, size_t size, char **out, size_t *out_size);

#endif
