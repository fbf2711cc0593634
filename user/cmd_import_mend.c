// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "cmd_import_mend.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"

#define MENDS_MAX 200
#define NETWORK "  - subnet:"
#define MARK "# REFUSED: "

/* What our reader says of a text: nothing, or the line that it refuses and why. */
struct verdict {
	bool good;
	unsigned int line;
	char why[sizeof(((struct config_error *)0)->text)];
};

static void judge(const char *yaml, size_t size, struct verdict *verdict)
{
	char path[] = "/tmp/xdpxe-import-XXXXXX";
	int fd = mkstemp(path);
	struct config_error err;
	struct config *config;
	const char *why = err.text;
	int read = 0;

	*verdict = (struct verdict){ .good = true };
	if (fd < 0)
		return; /* `xdpxe check` will tell */
	if (write(fd, yaml, size) == (ssize_t)size) {
		config = config__load(path, &err);
		verdict->good = config != NULL;
		if (!config && strncmp(why, path, strlen(path)) == 0)
			why += strlen(path) + 1;
		if (!config && sscanf(why, "%u: %n", &verdict->line, &read) == 1)
			why += read;
		if (!config)
			snprintf(verdict->why, sizeof(verdict->why), "%s", why);
		config__free(config);
	}
	close(fd);
	unlink(path);
}

/* The text with the line that is refused as a comment, and behind a network's the lines that belong to it. */
static bool comment_out(const char *yaml, unsigned int line, char **out, size_t *out_size)
{
	FILE *memory = open_memstream(out, out_size);
	bool inside = false, any = false;

	if (!memory)
		return false;
	for (unsigned int number = 1; *yaml; number++) {
		size_t len = strcspn(yaml, "\n");

		if (number == line)
			inside = strncmp(yaml, NETWORK, strlen(NETWORK)) == 0;
		else if (strncmp(yaml, "    ", 4))
			inside = false;
		if ((number == line || inside) && *yaml != '#') {
			fputs(MARK, memory);
			any = true;
		}
		fprintf(memory, "%.*s\n", (int)len, yaml);
		yaml += len + (yaml[len] == '\n');
	}
	return fclose(memory) == 0 && any;
}

void cmd_import_mend(const char *yaml, size_t size, char **out, size_t *out_size)
{
	struct verdict verdict;

	*out = strdup(yaml);
	*out_size = size;
	for (int i = 0; *out && i < MENDS_MAX; i++) {
		char *mended = NULL;
		size_t mended_size = 0;

		judge(*out, *out_size, &verdict);
		if (verdict.good)
			return;
		if (!verdict.line || !comment_out(*out, verdict.line, &mended, &mended_size)) {
			free(mended);
			fprintf(stderr, "to be mended by hand: %s\n", verdict.why);
			return;
		}
		fprintf(stderr, "left out as a comment: %s\n", verdict.why);
		free(*out);
		*out = mended;
		*out_size = mended_size;
	}
}
