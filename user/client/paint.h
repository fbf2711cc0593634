/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What colour tells, apart from how it is shown. */
#ifndef XDPXE_PAINT_H
#define XDPXE_PAINT_H

#include <stdbool.h>
#include <stdio.h>

enum paint {
	PAINT_PLAIN,
	PAINT_FAINT, /* notes */
	PAINT_TITLE,
	PAINT_BEGUN, /* something begins */
	PAINT_WORK,  /* goes on */
	PAINT_GOOD,
	PAINT_ODD, /* worth a look */
	PAINT_BAD,
	PAINTS,
};

/** paint__wanted() - is @out a terminal whose user wants colours (NO_COLOR is not set)? */
bool paint__wanted(FILE *out);

/** paint__begin() - the escape sequence for it, empty unless @wanted */
const char *paint__begin(enum paint paint, bool wanted);

/** paint__end() - the one that ends it */
const char *paint__end(enum paint paint, bool wanted);

/** paint__of_step() - of a step's name, as in doc/api.md */
enum paint paint__of_step(const char *step);

#endif
