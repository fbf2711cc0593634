// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "storm_expect.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storm_options.h"

#define PE_OFFSET 0x3c

/* Where a PE header stands, and the machine type in it, as UEFI binaries have it. */
static uint16_t built_for(const uint8_t *data, uint64_t size)
{
	static const struct {
		uint16_t machine, arch;
	} types[] = { { 0x014c, 6 },  { 0x8664, 7 },  { 0x01c2, 10 }, { 0xaa64, 11 },
		      { 0x5032, 25 }, { 0x5064, 27 }, { 0x6264, 39 } };
	uint32_t at;

	if (size < PE_OFFSET + 4 || memcmp(data, "MZ", 2) != 0)
		return STORM_ANY_ARCH;
	memcpy(&at, data + PE_OFFSET, sizeof(at));
	if (at > size - 6 || memcmp(data + at, "PE\0\0", 4) != 0)
		return STORM_ANY_ARCH;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (data[at + 4] == (types[i].machine & 0xff) &&
		    data[at + 5] == types[i].machine >> 8)
			return types[i].arch;
	return STORM_ANY_ARCH;
}

static const char *without_slash(const char *name)
{
	while (*name == '/')
		name++;
	return name;
}

const char *storm_expect__parse(const char *text, struct storm_expected *out)
{
	const char *colon = strchr(text, ':'), *equals = strchr(text, '='), *base;
	size_t len;

	memset(out, 0, sizeof(*out));
	out->arch = out->built_for = STORM_ANY_ARCH;
	if (colon && (!equals || colon < equals) &&
	    storm_options__arch(text, (size_t)(colon - text), &out->arch))
		text = colon + 1;
	if (equals) {
		len = (size_t)(equals - text);
		base = text;
		text = equals + 1;
	} else {
		base = strrchr(text, '/') ? strrchr(text, '/') + 1 : text;
		len = strlen(base);
	}
	while (len && *base == '/') {
		base++;
		len--;
	}
	if (len == 0 || *text == '\0')
		return "[ARCH:][NAME=]FILE";
	if (len > STORM_NAME_MAX)
		return "a name of up to 255 bytes";
	memcpy(out->name, base, len);
	out->path = strdup(text);
	return out->path ? NULL : "memory";
}

int storm_expect__open(struct storm_expected *expected)
{
	int fd = open(expected->path, O_RDONLY | O_CLOEXEC);
	struct stat facts;
	void *data;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &facts) < 0 || !S_ISREG(facts.st_mode)) {
		close(fd);
		return -EINVAL;
	}
	expected->size = (uint64_t)facts.st_size;
	expected->data = (const uint8_t *)"";
	if (expected->size) {
		data = mmap(NULL, expected->size, PROT_READ, MAP_PRIVATE, fd, 0);
		if (data == MAP_FAILED) {
			close(fd);
			return -ENOMEM;
		}
		expected->data = data;
	}
	close(fd);
	expected->built_for = built_for(expected->data, expected->size);
	return 0;
}

void storm_expect__close(struct storm_expects *expects)
{
	for (size_t i = 0; i < expects->count; i++) {
		struct storm_expected *expected = &expects->list[i];

		if (expected->data && expected->size)
			munmap((void *)(uintptr_t)expected->data, expected->size);
		free(expected->path);
		expected->data = NULL;
		expected->path = NULL;
	}
}

/* 9 is x64 as well as 7: RFC 4578 erratum 4624. */
static bool same_arch(uint16_t a, uint16_t b)
{
	return a == b || (a == 7 && b == 9) || (a == 9 && b == 7);
}

int storm_expect__find(const struct storm_expects *expects, const char *name, uint16_t arch)
{
	int result = -1;

	name = without_slash(name);
	for (size_t i = 0; i < expects->count; i++) {
		const struct storm_expected *expected = &expects->list[i];

		if (strcmp(expected->name, name) != 0)
			continue;
		result = -2;
		if ((expected->arch == STORM_ANY_ARCH || same_arch(expected->arch, arch)) &&
		    (expected->built_for == STORM_ANY_ARCH || same_arch(expected->built_for, arch)))
			return (int)i;
	}
	return result;
}
