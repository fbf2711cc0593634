// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Options of dhcpd.conf, those that it declares by number too; and the files that it includes. */
#include "import_dhcpd.h"

#include <errno.h>
#include <string.h>

#include "parse.h"

static void note(struct dhcpd *dhcpd, const struct scan_statement *said, const char *why)
{
	import__note(dhcpd->import, said->line, said->shown, why);
}

/* The values of an option, without blanks, joined by commas as they were. */
static const char *join(struct dhcpd *dhcpd, const struct scan_statement *said, size_t from)
{
	char text[600] = "";

	for (size_t i = from; i < said->count; i++)
		if (strlen(text) + strlen(said->words[i]) + 1 < sizeof(text))
			strcat(text, said->words[i]);
	return import__keep(dhcpd->import, text, strlen(text));
}

/* A type as it is declared, from word 5 on: "unsigned integer 16", "array of ip-address", "text". */
static bool read_type(const struct scan_statement *said, enum import_type *type)
{
	static const struct {
		const char *text;
		enum import_type type;
	} types[] = {
		{ "ip-address", IMPORT_IPS },	   { "arrayofip-address", IMPORT_IPS },
		{ "text", IMPORT_TEXT },	   { "boolean", IMPORT_BOOL },
		{ "flag", IMPORT_BOOL },	   { "string", IMPORT_ANY },
		{ "integer8", IMPORT_U8 },	   { "unsignedinteger8", IMPORT_U8 },
		{ "integer16", IMPORT_U16 },	   { "unsignedinteger16", IMPORT_U16 },
		{ "integer32", IMPORT_U32 },	   { "unsignedinteger32", IMPORT_U32 },
		{ "signedinteger32", IMPORT_U32 }, { "signedinteger16", IMPORT_U16 },
		{ "signedinteger8", IMPORT_U8 },
	};
	char text[64] = "";

	for (size_t i = 5; i < said->count; i++)
		if (strlen(text) + strlen(said->words[i]) + 1 < sizeof(text))
			strcat(text, said->words[i]);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(text, types[i].text) == 0) {
			*type = types[i].type;
			return true;
		}
	return false;
}

bool dhcpd__declare(struct dhcpd *dhcpd, const struct scan_statement *said)
{
	struct dhcpd_option *option;
	uint32_t code;

	if (said->count < 5 || strcmp(said->words[0], "option") || strcmp(said->words[2], "code") ||
	    said->quoted[2])
		return false;
	/* one of a space of its own, ipxe.no-pxedhcp: nothing that `options` has a place for */
	if (strchr(said->words[1], '.') || !parse__u32(said->words[3], 1, 254, &code))
		return true;
	option = rows__add(&dhcpd->options);
	if (!option) {
		dhcpd->import->no_memory = true;
		return true;
	}
	option->name = import__keep(dhcpd->import, said->words[1], strlen(said->words[1]));
	option->code = code;
	option->strange = !read_type(said, &option->type);
	if (code == 93)
		dhcpd->arch_option = option->name;
	return true;
}

/* The last declaration of a name. */
static const struct dhcpd_option *find_option(const struct dhcpd *dhcpd, const char *name)
{
	for (size_t i = dhcpd->options.count; i-- > 0;) {
		const struct dhcpd_option *option = rows__at(&dhcpd->options, i);

		if (strcmp(option->name, name) == 0)
			return option;
	}
	return NULL;
}

/* One that has a number. Return: false when its value is not understood */
static bool take_value(struct dhcpd *dhcpd, struct dhcpd_scope *scope,
		       const struct dhcpd_option *declared, uint32_t code, const char *value,
		       bool quoted)
{
	enum import_type type;

	if (!declared || (declared->strange && import__option_is_known(code)))
		return import__option(dhcpd->import, &scope->settings, code, value);
	if (declared->strange)
		return false;
	type = declared->type;
	if (type == IMPORT_ANY)
		type = quoted ? IMPORT_TEXT : IMPORT_HEX;
	return import__option_typed(dhcpd->import, &scope->settings, code, type, value);
}

void dhcpd__option(struct dhcpd *dhcpd, struct dhcpd_scope *scope,
		   const struct scan_statement *said)
{
	const char *name = said->count > 2 ? said->words[1] : "";
	const struct dhcpd_option *declared = find_option(dhcpd, name);
	uint32_t code = declared ? declared->code : import__option_code(name);
	const char *value = join(dhcpd, said, 2);

	if (scope->host && code == 12)
		scope->host->hostname = value;
	else if (code == 67)
		dhcpd__boot(dhcpd, scope, value);
	else if (scope->narrow)
		note(dhcpd, said, scope->narrow);
	else if (said->cut || !code ||
		 !take_value(dhcpd, scope, declared, code, value, said->quoted[2]))
		note(dhcpd, said,
		     code ? "its value is not understood"
			  : "no option of that name is known here; `options` takes it by number");
}

char *dhcpd__include(struct dhcpd *dhcpd, const struct scan_statement *said)
{
	const char *name = said->count > 1 ? said->words[1] : "";
	const char *from = dhcpd->import->within ? dhcpd->import->within : dhcpd->import->path;
	const char *slash = strrchr(from, '/'), *path;
	char *text = NULL;

	if (!dhcpd->import->follow || dhcpd->files == DHCPD_FILES || strlen(name) > 400) {
		note(dhcpd, said, "this file is not read: put its text here");
		return NULL;
	}
	dhcpd->files++;
	path = *name == '/' || !slash
		       ? import__keep(dhcpd->import, name, strlen(name))
		       : import__format(dhcpd->import, "%.*s/%s", (int)(slash - from), from, name);
	text = import_file__read(path);
	if (text)
		dhcpd->import->within = path;
	else
		note(dhcpd, said, strerror(errno));
	return text;
}
