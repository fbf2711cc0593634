/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The statements of a dhcpd.conf, one at a time: their words, and whether they end in ';', '{' or '}'. */
#ifndef XDPXE_IMPORT_SCAN_H
#define XDPXE_IMPORT_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#define SCAN_WORDS 64
#define SCAN_SHOWN 160

/* A position in a text that is cut into words as it is read. */
struct scan {
	char *at;
	unsigned int line;
};

struct scan_statement {
	unsigned int line;
	char *words[SCAN_WORDS]; /* without quotes; further ones are lost, and @cut is set */
	bool quoted[SCAN_WORDS];
	size_t count;
	bool cut;
	char end;		/* ';', '{', '}', or 0 at the end of the text */
	char shown[SCAN_SHOWN]; /* the statement as one line, for notes */
};

/** scan__next() - the next statement. Return: false at the end of the text */
bool scan__next(struct scan *scan, struct scan_statement *statement);

/** scan__skip_block() - over all up to the '}' of the block that has just begun */
void scan__skip_block(struct scan *scan);

#endif
