// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What dhcpd.conf lets which clients boot. */
#include "import_dhcpd.h"

#include <string.h>

#include "config_boot.h"
#include "parse.h"

/* Names that recipes give option 93, which dhcpd itself has none for. */
static bool is_arch_option(const struct dhcpd *dhcpd, const char *word)
{
	static const char *const usual[] = { "arch",
					     "client-arch",
					     "architecture-type",
					     "client-architecture",
					     "pxe-system-type",
					     "client-architecture-type",
					     "system-arch" };

	if (dhcpd->arch_option && strcmp(word, dhcpd->arch_option) == 0)
		return true;
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (strcmp(word, usual[i]) == 0)
			return true;
	return false;
}

/* "00:07", "7" or "0x0007". */
static bool read_arch(const char *word, uint32_t *code)
{
	unsigned int high, low;
	char rest;

	if (sscanf(word, "%2x:%2x%c", &high, &low, &rest) == 2) {
		*code = high << 8 | low;
		return *code < XDPXE_ARCHES;
	}
	return parse__u32(word, 0, XDPXE_ARCHES - 1, code);
}

/* PXEClient:Arch:00007... and HTTPClient:Arch:00016... name the architecture, too. */
static void take_vendor_class(const char *word, struct dhcpd_condition *condition)
{
	const char *arch = strstr(word, "Arch:");
	char digits[6] = "";
	unsigned int code;

	condition->http |= strncmp(word, "HTTPClient", 10) == 0;
	if (!arch)
		return;
	strncat(digits, arch + 5, 5);
	if (strlen(digits) == 5 && sscanf(digits, "%5u", &code) == 1 && code < XDPXE_ARCHES)
		condition->arches |= 1ULL << code;
}

/* What a piece of a condition adds. @awaits: it is about option 93, whose value comes. Return: it is understood */
static bool take_piece(struct dhcpd *dhcpd, const char *piece, bool quoted, bool *awaits,
		       struct dhcpd_condition *condition)
{
	uint32_t code;

	if (quoted && (strcmp(piece, "iPXE") == 0 || strcmp(piece, "gPXE") == 0)) {
		condition->ipxe = true;
		return true;
	}
	if (quoted) {
		if (strncmp(piece, "PXEClient", 9) && strncmp(piece, "HTTPClient", 10))
			return false;
		take_vendor_class(piece, condition);
		return true;
	}
	/* exists ipxe.http and others: only iPXE has them */
	if (strncmp(piece, "ipxe.", 5) == 0 || strncmp(piece, "gpxe.", 5) == 0) {
		condition->ipxe = true;
		return true;
	}
	if (is_arch_option(dhcpd, piece)) {
		*awaits = true;
		return false;
	}
	if (!*awaits || !read_arch(piece, &code))
		return false;
	condition->arches |= 1ULL << code;
	*awaits = false;
	return true;
}

bool dhcpd__condition(struct dhcpd *dhcpd, const struct scan_statement *said, size_t from,
		      struct dhcpd_condition *condition)
{
	bool awaits = false, understood = false, negated = false;
	struct dhcpd_condition read = { 0 };

	for (size_t i = from; i < said->count; i++) {
		char *rest = said->words[i], *piece;

		if (said->quoted[i]) {
			understood |= take_piece(dhcpd, rest, true, &awaits, &read);
			continue;
		}
		negated |= strstr(rest, "!=") != NULL;
		while ((piece = strsep(&rest, "(),=!")) != NULL) {
			negated |= strcmp(piece, "not") == 0;
			understood |= *piece && take_piece(dhcpd, piece, false, &awaits, &read);
		}
	}
	/* "not iPXE" is understood, and "not iPXE, and this architecture"; "not this architecture" is not */
	if (said->cut || (negated && !read.ipxe))
		return false;
	condition->arches = read.arches ? read.arches : condition->arches;
	condition->ipxe |= read.ipxe && !negated;
	condition->not_ipxe |= negated;
	condition->http |= read.http;
	return understood;
}

bool dhcpd__branch(struct dhcpd *dhcpd, const struct scan_statement *said,
		   const struct dhcpd_scope *outer, struct dhcpd_scope *scope)
{
	bool is_else = strcmp(said->words[0], "else") == 0;
	bool has_condition = !is_else || (said->count > 1 && strcmp(said->words[1], "if") == 0);

	bool *negated = &dhcpd->negated[dhcpd->depth];

	scope->condition = outer->condition;
	if (!is_else && strcmp(said->words[0], "elsif"))
		*negated = false;
	if (!has_condition) {
		scope->condition.ipxe |= *negated;
		scope->condition.others = true;
		return true;
	}
	if (dhcpd__condition(dhcpd, said, is_else ? 2 : 1, &scope->condition)) {
		*negated = scope->condition.not_ipxe && !scope->condition.arches;
		return true;
	}
	import__note(dhcpd->import, said->line, said->shown,
		     "this condition is not understood, so what stands under it is left out");
	return false;
}

/* Bits of the architectures that boot by HTTP. */
static uint64_t http_arches(void)
{
	uint64_t bits = 0;

	for (size_t code = 0; code < XDPXE_ARCHES; code++) {
		const struct config_arch *arch = config_arch__get(code);

		if (arch && arch->http)
			bits |= 1ULL << code;
	}
	return bits;
}

void dhcpd__boot(struct dhcpd *dhcpd, struct dhcpd_scope *scope, const char *file)
{
	const struct dhcpd_condition *condition = &scope->condition;
	uint64_t arches = condition->arches;

	if (scope->host) {
		if (condition->ipxe || boot__is_url(file))
			scope->host->ipxe = file;
		else
			scope->host->boot = file;
		return;
	}
	if (scope->in_group) {
		if (scope->narrow)
			import__note(
				dhcpd->import, 0, file,
				"a boot file of a group under a condition: write it to its hosts");
		scope->settings.file = file;
		return;
	}
	if (condition->http && !arches)
		arches = http_arches() & (1ULL << 16); /* x64, unless said otherwise */
	if (!condition->ipxe && !condition->not_ipxe && !arches && boot__is_url(file)) {
		import__boot(dhcpd->import, 0, true, file);
		return;
	}
	import__boot(dhcpd->import, arches, condition->ipxe, file);
}

void dhcpd__next_server(struct dhcpd *dhcpd, const struct scan_statement *said)
{
	const char *name = said->count > 1 ? said->words[1] : "";

	if (dhcpd->next_server && strcmp(dhcpd->next_server, name) == 0)
		return;
	dhcpd->next_server = import__keep(dhcpd->import, name, strlen(name));
	import__note(
		dhcpd->import, said->line, said->shown,
		"files come from the machine that xdpxe runs on: they have to be under tftp.root");
}
