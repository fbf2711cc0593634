// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Configurations of other servers: whatever they hold, what is written is bounded, and a file of ours or a note says why.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import.h"
#include "must.h"

#define TEXT_MAX 20000

/* No text of the file has broken out of the place that it was written to. */
static void check_lines(const char *yaml)
{
	static const char *const begin[] = { "#",	" ",	       "\n",	  "interfaces: [",
					     "mode: ",	"networks:\n", "tftp:\n", "boot:\n",
					     "hosts:\n" };

	for (const char *line = yaml; line && *line; line = strchr(line, '\n')) {
		bool known = false;

		line += line != yaml;
		for (size_t i = 0; i < sizeof(begin) / sizeof(begin[0]); i++)
			known |= strncmp(line, begin[i], strlen(begin[i])) == 0;
		must(known || !*line);
	}
}

static void check_written(const struct import *import)
{
	char *yaml = NULL;
	size_t size = 0;
	FILE *memory = open_memstream(&yaml, &size);

	must(memory != NULL);
	must(import__write(import, memory) == 0);
	fclose(memory);
	must(size > 0 && strlen(yaml) == size && strstr(yaml, "networks:"));
	check_lines(yaml);
	free(yaml);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool (*const readers[])(struct import *, char *) = {
		[IMPORT_DHCPD] = import__dhcpd,
		[IMPORT_DNSMASQ] = import__dnsmasq,
		[IMPORT_KEA] = import__kea,
	};

	if (size > TEXT_MAX)
		return 0;
	for (size_t i = 0; i < 3; i++) {
		char *text = strndup((const char *)data, size);
		struct import import;

		must(text != NULL);
		must(import__guess(text) <= IMPORT_KEA);
		import__init(&import, "fuzz");
		must(readers[i](&import, text) || import.notes.count == 1);
		must(!import.no_memory);
		check_written(&import);
		import__clean(&import);
		check_written(&import);
		import__free(&import);
		free(text);
	}
	return 0;
}
