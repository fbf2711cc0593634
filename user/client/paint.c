// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "client/paint.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "telemetry/machines.h"

bool paint__wanted(FILE *out)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	return isatty(fileno(out)) && !(no && no[0]) && term && term[0] &&
	       strcmp(term, "dumb") != 0;
}

const char *paint__begin(enum paint paint, bool wanted)
{
	static const char *const codes[PAINTS] = {
		[PAINT_PLAIN] = "",	    [PAINT_FAINT] = "\033[2m",	[PAINT_TITLE] = "\033[1m",
		[PAINT_BEGUN] = "\033[36m", [PAINT_WORK] = "\033[34m",	[PAINT_GOOD] = "\033[32m",
		[PAINT_ODD] = "\033[33m",   [PAINT_BAD] = "\033[1;31m",
	};

	return wanted ? codes[paint] : "";
}

const char *paint__end(enum paint paint, bool wanted)
{
	return wanted && paint != PAINT_PLAIN ? "\033[0m" : "";
}

enum paint paint__of_step(const char *step)
{
	static const enum paint paints[STEPS] = {
		[STEP_OFFER] = PAINT_BEGUN,	 [STEP_LEASED] = PAINT_BEGUN,
		[STEP_REFUSED] = PAINT_BAD,	 [STEP_NOT_ANSWERED] = PAINT_ODD,
		[STEP_RELEASED] = PAINT_FAINT,	 [STEP_DECLINED] = PAINT_ODD,
		[STEP_IPXE] = PAINT_WORK,	 [STEP_HANDED_OVER] = PAINT_GOOD,
		[STEP_FILE_BEGUN] = PAINT_WORK,	 [STEP_FILE_SIZE] = PAINT_FAINT,
		[STEP_FILE_DONE] = PAINT_WORK,	 [STEP_FILE_MISSING] = PAINT_BAD,
		[STEP_FILE_REFUSED] = PAINT_BAD, [STEP_FILE_ABORTED] = PAINT_ODD,
		[STEP_FILE_STALLED] = PAINT_ODD, [STEP_STUCK] = PAINT_BAD,
		[STEP_UNSTUCK] = PAINT_GOOD,
	};

	for (int i = 0; i < STEPS; i++)
		if (strcmp(step, machines__step_name(i)) == 0)
			return paints[i];
	return PAINT_PLAIN;
}
