// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The lines of dnsmasq.conf about boot files: tags that stand for architectures, dhcp-boot, pxe-service. */
#include "import_dnsmasq.h"

#include <string.h>

#include "config_boot.h"
#include "parse.h"

static struct dnsmasq_tag *find_tag(struct dnsmasq *dnsmasq, const char *name)
{
	for (size_t i = 0; i < dnsmasq->tag_count; i++)
		if (strcmp(dnsmasq->tags[i].name, name) == 0)
			return &dnsmasq->tags[i];
	return NULL;
}

/* The tag of "set:NAME", or of "NAME" alone as old files have it. */
static struct dnsmasq_tag *make_tag(struct dnsmasq *dnsmasq, const char *word)
{
	const char *name = strncmp(word, "set:", 4) == 0 ? word + 4 : word;
	struct dnsmasq_tag *tag = find_tag(dnsmasq, name);

	if (tag || dnsmasq->tag_count == DNSMASQ_TAGS)
		return tag;
	tag = &dnsmasq->tags[dnsmasq->tag_count++];
	tag->name = import__keep(dnsmasq->import, name, strlen(name));
	return tag;
}

static bool is_arch(const char *word)
{
	return strcmp(word, "93") == 0 || strcmp(word, "option:client-arch") == 0;
}

static bool is_ipxe(const char *word)
{
	return strcmp(word, "175") == 0 || strcmp(word, "option:ipxe") == 0;
}

/* dhcp-match=set:TAG,option:client-arch,7 and dhcp-match=set:ipxe,175 */
void import_dnsmasq__match(struct dnsmasq *dnsmasq, char *value)
{
	struct dnsmasq_tag *tag = make_tag(dnsmasq, strsep(&value, ","));
	char *option = strsep(&value, ",");
	uint32_t code;

	if (tag && option && is_ipxe(option))
		tag->ipxe = true;
	else if (tag && option && value && is_arch(option) &&
		 parse__u32(value, 0, XDPXE_ARCHES - 1, &code))
		tag->arches |= 1ULL << code;
	else if (tag && option && value && strcmp(option, "77") == 0 && strstr(value, "iPXE"))
		tag->ipxe = true;
	else
		import_dnsmasq__note(dnsmasq,
				     "only matches of option 93, 175 and 77 are understood");
}

/* dhcp-userclass=set:ipxe,iPXE and dhcp-vendorclass=set:bios,PXEClient:Arch:00000 */
void import_dnsmasq__class(struct dnsmasq *dnsmasq, char *value)
{
	struct dnsmasq_tag *tag = make_tag(dnsmasq, strsep(&value, ","));
	const char *arch = value ? strstr(value, "Arch:") : NULL;
	char digits[6] = "";
	unsigned int code;

	if (arch)
		strncat(digits, arch + 5, 5);
	if (tag && value && (strcmp(value, "iPXE") == 0 || strcmp(value, "gPXE") == 0))
		tag->ipxe = true;
	else if (tag && arch && sscanf(digits, "%5u", &code) == 1 && code < XDPXE_ARCHES)
		tag->arches |= 1ULL << code;
	else
		import_dnsmasq__note(dnsmasq, "only iPXE and PXEClient:Arch:NNNNN are understood");
}

#define ARCH_BIOS (1ULL << 0)
#define ARCH_X64 (1ULL << 7 | 1ULL << 9)

/* What the tags before a boot file say. */
struct target {
	uint64_t arches, excepted;
	bool ipxe, unknown;
};

static void take_tag(struct dnsmasq *dnsmasq, struct target *target, const char *name)
{
	const struct dnsmasq_tag *tag;

	if (*name == '!' || *name == '#') {
		/* "not iPXE" is what a first stage means anyway, defined or not */
		tag = find_tag(dnsmasq, name + 1);
		target->excepted |= tag ? tag->arches : 0;
		return;
	}
	tag = find_tag(dnsmasq, name);
	if (!tag || (!tag->arches && !tag->ipxe)) {
		target->unknown = true;
		return;
	}
	target->ipxe |= tag->ipxe;
	target->arches |= tag->arches;
}

static void set_boot(struct dnsmasq *dnsmasq, const struct target *target, const char *file)
{
	struct import *import = dnsmasq->import;

	if (target->excepted && !target->arches && !target->ipxe && !target->unknown) {
		uint64_t others = ~target->excepted & (ARCH_BIOS | ARCH_X64);

		import__boot(import, others, false, import__keep(import, file, strlen(file)));
		import_dnsmasq__note(dnsmasq, "for all but some architectures: of the others BIOS "
					      "and 64-bit UEFI are taken");
	} else if (target->unknown)
		import_dnsmasq__note(dnsmasq, "its tag is none of an architecture or of iPXE");
	else if (!target->ipxe && !target->arches && boot__is_url(file))
		import__boot(import, 0, true, import__keep(import, file, strlen(file)));
	else
		import__boot(import, target->arches, target->ipxe,
			     import__keep(import, file, strlen(file)));
}

/* dhcp-boot=[tag:T,...]FILE[,SERVER[,ADDRESS]] */
void import_dnsmasq__boot(struct dnsmasq *dnsmasq, char *value)
{
	struct target target = { 0 };
	char *file;

	while ((file = strsep(&value, ",")) != NULL) {
		if (strncmp(file, "tag:", 4) == 0)
			take_tag(dnsmasq, &target, file + 4);
		else if (strncmp(file, "net:", 4) == 0)
			take_tag(dnsmasq, &target, file + 4);
		else
			break;
	}
	if (!file || !*file) {
		import_dnsmasq__note(dnsmasq, "no file");
		return;
	}
	set_boot(dnsmasq, &target, file);
	if (value && strspn(value, ",") != strlen(value))
		import_dnsmasq__note(dnsmasq, "files come from the machine that xdpxe runs on: "
					      "they have to be under tftp.root");
}

struct system {
	const char *name;
	uint64_t arches;
};

/* dnsmasq's names of client system architectures. */
static const struct system systems[] = {
	{ "x86PC", 1ULL << 0 },	     { "PC98", 1ULL << 1 },	  { "IA64_EFI", 1ULL << 2 },
	{ "IA32_EFI", 1ULL << 6 },   { "BC_EFI", 1ULL << 7 },	  { "X86-64_EFI", 1ULL << 9 },
	{ "ARM32_EFI", 1ULL << 10 }, { "ARM64_EFI", 1ULL << 11 },
};

/* pxe-service=[tag:T,]SYSTEM,"text",NAME[,SERVER]: NAME without a suffix means NAME.0 */
void import_dnsmasq__pxe_service(struct dnsmasq *dnsmasq, char *value)
{
	struct target target = { 0 };
	char *word = strsep(&value, ",");
	char *name;

	while (word && strncmp(word, "tag:", 4) == 0) {
		take_tag(dnsmasq, &target, word + 4);
		word = strsep(&value, ",");
	}
	for (size_t i = 0; word && i < sizeof(systems) / sizeof(systems[0]); i++)
		if (strcmp(word, systems[i].name) == 0)
			target.arches |= systems[i].arches;
	strsep(&value, ",");
	name = strsep(&value, ",");
	if (!target.arches || !name || !*name || strspn(name, "0123456789") == strlen(name)) {
		import_dnsmasq__note(dnsmasq, "no architecture and file: menus are not made here");
		return;
	}
	if (!strchr(name, '.'))
		name = (char *)import__format(dnsmasq->import, "%s.0", name);
	set_boot(dnsmasq, &target, name);
}
