// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "import.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SOURCE_SHOWN 72
#define NAME_BYTES "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"

void import__init(struct import *import, const char *path)
{
	*import = (struct import){
		.path = path,
		.interfaces = { .size = sizeof(const char *) },
		.networks = { .size = sizeof(struct import_network) },
		.hosts = { .size = sizeof(struct import_host) },
		.notes = { .size = sizeof(struct import_note) },
		.texts = { .size = sizeof(char *) },
	};
}

void import__free(struct import *import)
{
	for (size_t i = 0; i < import->networks.count; i++) {
		struct import_network *network = rows__at(&import->networks, i);

		rows__free(&network->ranges);
	}
	for (size_t i = 0; i < import->texts.count; i++)
		free(*(char **)rows__at(&import->texts, i));
	rows__free(&import->interfaces);
	rows__free(&import->networks);
	rows__free(&import->hosts);
	rows__free(&import->notes);
	rows__free(&import->texts);
}

static void *add(struct import *import, struct rows *rows)
{
	void *row = rows__add(rows);

	if (!row)
		import->no_memory = true;
	return row;
}

const char *import__keep(struct import *import, const char *text, size_t len)
{
	char *copy = strndup(text, len);
	char **kept = copy ? add(import, &import->texts) : NULL;

	if (!kept) {
		free(copy);
		import->no_memory = true;
		return "";
	}
	*kept = copy;
	return copy;
}

const char *import__format(struct import *import, const char *format, ...)
{
	char text[1001];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	return import__keep(import, text, strlen(text));
}

/* A text of the file as one printable line. */
static const char *keep_line(struct import *import, const char *text, size_t len)
{
	char line[512];
	size_t i;

	for (i = 0; i < len && i + 1 < sizeof(line) && text[i]; i++)
		line[i] = (unsigned char)text[i] < ' ' || text[i] == 0x7f ? ' ' : text[i];
	return import__keep(import, line, i);
}

void import__note(struct import *import, unsigned int line, const char *source, const char *why)
{
	struct import_note *note = add(import, &import->notes);

	if (!note)
		return;
	note->line = line;
	note->source = keep_line(import, source, SOURCE_SHOWN);
	if (import->within)
		why = import__format(import, "%.400s (%.400s)", why, import->within);
	note->why = keep_line(import, why, strlen(why));
}

struct import_network *import__network(struct import *import, unsigned int line, uint32_t subnet,
				       uint32_t mask, const struct import_settings *settings)
{
	struct import_network *network = add(import, &import->networks);

	if (!network)
		return NULL;
	network->line = line;
	network->subnet = subnet & mask;
	network->mask = mask;
	network->settings = *settings;
	network->ranges.size = sizeof(struct import_range);
	return network;
}

void import__range(struct import *import, struct import_network *network, uint32_t first,
		   uint32_t last)
{
	struct import_range *range = add(import, &network->ranges);

	if (!range)
		return;
	range->first = first;
	range->last = last;
}

struct import_host *import__host(struct import *import, unsigned int line, const uint8_t mac[6])
{
	struct import_host *host = add(import, &import->hosts);

	if (!host)
		return NULL;
	host->line = line;
	memcpy(host->mac, mac, sizeof(host->mac));
	return host;
}

void import__interface(struct import *import, const char *name)
{
	const char **row;

	if (!*name || strlen(name) >= IF_NAMESIZE || strspn(name, NAME_BYTES) != strlen(name)) {
		import__note(import, 0, name, "no name of an interface");
		return;
	}
	for (size_t i = 0; i < import->interfaces.count; i++)
		if (strcmp(*(const char **)rows__at(&import->interfaces, i), name) == 0)
			return;
	row = add(import, &import->interfaces);
	if (row)
		*row = import__keep(import, name, strlen(name));
}

/* The last word stands; that there was another one is noted. */
static void set_boot(struct import *import, const char **slot, const char *file)
{
	if (*slot && strcmp(*slot, file))
		import__note(import, 0, *slot,
			     import__format(import,
					    "a boot file that %.200s has replaced, said later "
					    "of the same clients",
					    file));
	*slot = file;
}

void import__boot(struct import *import, uint64_t arches, bool ipxe, const char *file)
{
	bool noted = false;

	if (ipxe) {
		set_boot(import, &import->ipxe, file);
		return;
	}
	if (!arches)
		set_boot(import, &import->other_boot, file);
	for (unsigned int code = 0; code < XDPXE_ARCHES; code++) {
		if (!(arches >> code & 1))
			continue;
		if (noted)
			import->boot[code] = file;
		noted |= import->boot[code] && strcmp(import->boot[code], file);
		set_boot(import, &import->boot[code], file);
	}
}

enum import_format import__guess(const char *text)
{
	size_t statements = 0, lines = 0;

	text += strspn(text, " \t\r\n");
	for (const char *at = text; *at; at++) {
		size_t len = strcspn(at, "\n");
		const char *end = at + len;

		while (end > at && strchr(" \t\r", end[-1]))
			end--;
		if (at[strspn(at, " \t")] == '{' || !strncmp(at, "\"Dhcp4\"", 7))
			return IMPORT_KEA;
		if (end > at && *at != '#' && strncmp(at, "//", 2) && strncmp(at, "/*", 2)) {
			lines++;
			statements += end[-1] == ';' || end[-1] == '{' || end[-1] == '}';
		}
		at += len;
		if (!*at)
			break;
	}
	return statements * 2 > lines ? IMPORT_DHCPD : IMPORT_DNSMASQ;
}

static char *read_all(FILE *file, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		return NULL;
	text[fread(text, 1, size, file)] = 0;
	if (strlen(text) == 0 || !ferror(file))
		return text;
	free(text);
	errno = EIO;
	return NULL;
}

char *import_file__read(const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* a pipe is no reason to wait */
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	struct stat facts;
	char *text = NULL;

	if (!file) {
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	if (fstat(fileno(file), &facts) == 0) {
		if (!S_ISREG(facts.st_mode))
			errno = S_ISDIR(facts.st_mode) ? EISDIR : EINVAL;
		else if (facts.st_size > IMPORT_FILE_MAX)
			errno = EFBIG;
		else
			text = read_all(file, (size_t)facts.st_size);
	}
	fclose(file);
	return text;
}
