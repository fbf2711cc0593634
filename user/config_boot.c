// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// `boot:`: what is booted.
#include <string.h>
#include <strings.h>

#include "config_reader.h"
#include "parse.h"

#define URL_MAX 250

enum boot_kind { TFTP, HTTP };

static const struct config_arch arches[XDPXE_ARCHES] = {
#define XDPXE_ARCH(code, id, name, kind, what) [code] = { name, what, kind == HTTP },
#include "xdpxe/arch.def"
#undef XDPXE_ARCH
};

const struct config_arch *config_arch__get(size_t code)
{
	return code < XDPXE_ARCHES && arches[code].name ? &arches[code] : NULL;
}

uint64_t config_arch__codes(const char *name)
{
	uint64_t codes = 0;
	size_t code;

	for (code = 0; code < XDPXE_ARCHES; code++)
		if (arches[code].name && !strcmp(arches[code].name, name))
			codes |= 1ULL << code;
	return codes;
}

bool boot__is_url(const char *value)
{
	return strstr(value, "://") != NULL;
}

bool boot__is_http(const char *value)
{
	return !strncasecmp(value, "http://", 7) || !strncasecmp(value, "https://", 8);
}

bool boot__is_tftp(const char *value)
{
	return !boot__is_url(value) || !strncasecmp(value, "tftp://", 7);
}

/* Every component is a name of its own. */
static bool is_plain_path(const char *path)
{
	for (;;) {
		size_t len = strcspn(path, "/");

		if (len == 0 || (len == 1 && path[0] == '.') ||
		    (len == 2 && !memcmp(path, "..", 2)))
			return false;
		if (!path[len])
			return true;
		path += len + 1;
	}
}

static bool read_name(const struct config_reader *reader, const struct config_where *where,
		      const char *given, char **out)
{
	const char *name = given + strspn(given, "/");

	if (boot__is_url(given) || !is_plain_path(name) || strlen(name) >= XDPXE_NAME_MAX)
		return config_reader__fail(reader, where,
					   "\"%s\"; legal: a file name under tftp.root, without "
					   "\"..\", at most %d bytes",
					   config_shown(given).text, XDPXE_NAME_MAX - 1);
	return config_reader__text(reader, name, out);
}

static bool read_url(const struct config_reader *reader, const struct config_where *where,
		     const char *given, char **out)
{
	static const char *const schemes[] = { "http://", "https://", NULL };

	if (strlen(given) > URL_MAX || !parse__url(given, schemes))
		return config_reader__fail(reader, where,
					   "\"%s\"; legal: an http:// or https:// URL of at most "
					   "%d bytes",
					   config_shown(given).text, URL_MAX);
	return config_reader__text(reader, given, out);
}

bool config_reader__first_stage(const struct config_reader *reader,
				const struct config_where *where, const char *given, bool url_too,
				char **out)
{
	if (!given)
		return true;
	if (url_too && boot__is_url(given))
		return read_url(reader, where, given, out);
	return read_name(reader, where, given, out);
}

bool config_reader__ipxe(const struct config_reader *reader, const struct config_where *where,
			 const char *given, char **out)
{
	static const char *const schemes[] = { "http://", "https://", "tftp://", NULL };

	if (!given)
		return true;
	if (!boot__is_url(given))
		return read_name(reader, where, given, out);
	if (strlen(given) > URL_MAX || !parse__url(given, schemes))
		return config_reader__fail(
			reader, where,
			"\"%s\"; legal: an http://, https:// or tftp:// URL of at "
			"most %d bytes, or a file name under tftp.root",
			config_shown(given).text, URL_MAX);
	return config_reader__text(reader, given, out);
}

/* The file that a TFTP URL names: "tftp://10.0.0.1/a/b" -> "a/b". */
static const char *tftp_url_path(const char *url)
{
	const char *slash;

	if (strncasecmp(url, "tftp://", 7))
		return NULL;
	slash = strchr(url + 7, '/');
	return slash ? slash + strspn(slash, "/") : NULL;
}

bool config_reader__no_loop(const struct config_reader *reader, const struct config_where *where,
			    const char *ipxe, const char *boot)
{
	const char *name;

	if (!ipxe || !boot)
		return true;
	name = tftp_url_path(ipxe);
	if (strcmp(name ? name : ipxe, boot))
		return true;
	return config_reader__fail(reader, where,
				   "\"%s\" is a first-stage file too, so that iPXE would load "
				   "itself for ever; legal: a script or another file",
				   config_shown(ipxe).text);
}

/* The first code of those that share a name: there the file was read to. */
static size_t first_code(size_t code)
{
	size_t i;

	for (i = 0; i < code; i++)
		if (arches[i].name && !strcmp(arches[i].name, arches[code].name))
			break;
	return i;
}

static bool read_arch(const struct config_reader *reader, size_t code)
{
	const struct config_arch *arch = &arches[code];
	const struct config_where where = { "boot", CONFIG_NO_INDEX, arch->name };
	const char *given = reader->raw->boot.file[first_code(code)];
	struct config *out = reader->out;

	if (!given)
		return true;
	out->boot_line[code] = config_doc__line(reader->doc, &where);
	if (arch->http)
		return read_url(reader, &where, given, &out->boot[code]);
	if (!read_name(reader, &where, given, &out->boot[code]))
		return false;
	if (!out->tftp_root)
		return config_reader__fail(reader, &where,
					   "\"%s\" but no tftp.root; legal: with the folder it "
					   "is in",
					   config_shown(given).text);
	return true;
}

bool config_reader__boot(const struct config_reader *reader)
{
	const struct config_where where = { "boot", CONFIG_NO_INDEX, "ipxe" };
	struct config *out = reader->out;
	size_t code;

	for (code = 0; code < XDPXE_ARCHES; code++)
		if (arches[code].name && !read_arch(reader, code))
			return false;
	out->boot_ipxe_line = config_doc__line(reader->doc, &where);
	if (!config_reader__ipxe(reader, &where, reader->raw->boot.ipxe, &out->boot_ipxe))
		return false;
	if (out->boot_ipxe && !boot__is_url(out->boot_ipxe) && !out->tftp_root)
		return config_reader__fail(reader, &where,
					   "\"%s\" but no tftp.root; legal: a URL, or with the "
					   "folder it is in",
					   config_shown(out->boot_ipxe).text);
	for (code = 0; code < XDPXE_ARCHES; code++)
		if (!config_reader__no_loop(reader, &where, out->boot_ipxe, out->boot[code]))
			return false;
	return true;
}
