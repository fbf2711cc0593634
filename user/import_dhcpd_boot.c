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

bool dhcpd__condition(struct dhcpd *dhcpd, const struct scan_statement *said, size_t from,
		      struct dhcpd_condition *condition)
{
	bool about_arch = false, understood = false;
	uint32_t code;

	for (size_t i = from; i < said->count; i++) {
		const char *word = said->words[i];

		if (strcmp(word, "not") == 0 || strcmp(word, "!=") == 0)
			return false;
		if (!said->quoted[i] && is_arch_option(dhcpd, word)) {
			about_arch = true;
		} else if (about_arch && !said->quoted[i] && read_arch(word, &code)) {
			condition->arches |= 1ULL << code;
			about_arch = false;
			understood = true;
		} else if (said->quoted[i] &&
			   (strcmp(word, "iPXE") == 0 || strcmp(word, "gPXE") == 0)) {
			condition->ipxe = true;
			understood = true;
		} else if (!said->quoted[i] && strncmp(word, "ipxe.", 5) == 0) {
			condition->ipxe =
				true; /* exists ipxe.http and others: only iPXE has them */
			understood = true;
		} else if (said->quoted[i] && (strncmp(word, "PXEClient", 9) == 0 ||
					       strncmp(word, "HTTPClient", 10) == 0)) {
			take_vendor_class(word, condition);
			understood = true;
		}
	}
	return understood;
}

bool dhcpd__branch(struct dhcpd *dhcpd, const struct scan_statement *said,
		   const struct dhcpd_scope *outer, struct dhcpd_scope *scope)
{
	bool is_else = strcmp(said->words[0], "else") == 0;
	bool has_condition = !is_else || (said->count > 1 && strcmp(said->words[1], "if") == 0);

	scope->condition = outer->condition;
	if (!has_condition) {
		scope->condition.others = true;
		return true;
	}
	if (dhcpd__condition(dhcpd, said, is_else ? 2 : 1, &scope->condition))
		return true;
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
	if (scope->in_group && !scope->in_network) {
		scope->settings.file = file;
		return;
	}
	if (condition->http && !arches)
		arches = http_arches() & (1ULL << 16); /* x64, unless said otherwise */
	if (!condition->ipxe && !arches && boot__is_url(file)) {
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
