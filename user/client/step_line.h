/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A step as a line: for people, or for programs. */
#ifndef XDPXE_STEP_LINE_H
#define XDPXE_STEP_LINE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

/* Where and how. */
struct step_printer {
	FILE *out;
	bool json, colour;
};

/** step_line__print() - @step as in doc/api.md; before it how many were dropped. Return: 0, negative errno of the output */
int step_line__print(const struct step_printer *printer, const json_t *step);

/** step_line__missed() - so many could not be read. Return: likewise */
int step_line__missed(const struct step_printer *printer, uint64_t steps);

/** step_line__note() - about the daemon, in words; with JSON on stderr. Return: likewise */
int step_line__note(const struct step_printer *printer, const char *text);

#endif
