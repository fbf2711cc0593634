// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Comma-separated values: every cell lies in the text, ends in NUL, and has nothing in it that is no text.
#include <stdlib.h>
#include <string.h>

#include "../../user/config_csv.c"
#include "must.h"

static void check_cells(const struct config_csv *csv, const char *text, size_t size)
{
	must(csv->count >= 1 && csv->count <= CONFIG_CSV_CELLS_MAX);
	for (size_t i = 0; i < csv->count; i++) {
		const char *cell = csv->cells[i];
		size_t len;

		must(cell >= text && cell <= text + size);
		len = strnlen(cell, (size_t)(text + size - cell) + 1);
		must(cell + len <= text + size && len <= CONFIG_CSV_LINE_MAX);
		for (size_t at = 0; at < len; at++)
			must((unsigned char)cell[at] >= ' ' || cell[at] == '\t');
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);
	struct config_csv csv;
	unsigned int line = 0;

	must(text);
	memcpy(text, data, size);
	config_csv__init(&csv, text, size);
	while (config_csv__next(&csv)) {
		must(!csv.wrong && csv.line > line);
		line = csv.line;
		check_cells(&csv, text, size);
	}
	must(!csv.wrong || csv.line > line);
	free(text);
	return 0;
}
