// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What was read, as our YAML. */
#include "import.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "config_boot.h"

/* An address as text; lives until the end of the statement it stands in. */
struct quad {
	char text[INET_ADDRSTRLEN];
};

static struct quad quad(uint32_t address)
{
	struct in_addr in = { htonl(address) };
	struct quad out;

	inet_ntop(AF_INET, &in, out.text, sizeof(out.text));
	return out;
}

/* A text in quotes, which keep whatever it holds from being read as YAML. */
static void put_text(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', out);
		if ((unsigned char)*text >= ' ')
			fputc(*text, out);
	}
	fputc('"', out);
}

static void put_list(FILE *out, const char *key, const struct import_list *list)
{
	if (!list->count)
		return;
	fprintf(out, "    %s: [", key);
	for (size_t i = 0; i < list->count; i++)
		fprintf(out, "%s%s", i ? ", " : "", quad(list->items[i]).text);
	fputs("]\n", out);
}

static void put_seconds(FILE *out, const char *key, uint32_t seconds)
{
	if (seconds)
		fprintf(out, "    %s: %us\n", key, seconds);
}

static void put_settings(FILE *out, const struct import_settings *settings)
{
	if (settings->routers.count)
		fprintf(out, "    router: %s\n", quad(settings->routers.items[0]).text);
	put_list(out, "dns", &settings->dns);
	put_list(out, "ntp", &settings->ntp);
	if (settings->domain)
		fprintf(out, "    domain: %s\n", settings->domain);
	put_seconds(out, "lease-time", settings->lease_s);
	put_seconds(out, "renew-time", settings->renew_s);
	put_seconds(out, "rebind-time", settings->rebind_s);
	if (settings->mtu)
		fprintf(out, "    mtu: %u\n", settings->mtu);
	if (settings->authoritative)
		fprintf(out, "    authoritative: %s\n",
			settings->authoritative == IMPORT_YES ? "yes" : "no");
	if (settings->unknown_clients)
		fprintf(out, "    unknown-clients: %s\n",
			settings->unknown_clients == IMPORT_YES ? "serve" : "ignore");
	if (settings->option_count)
		fputs("    options:\n", out);
	for (size_t i = 0; i < settings->option_count; i++)
		fprintf(out, "      - { code: %u, %s: %s }\n", settings->options[i].code,
			settings->options[i].kind, settings->options[i].value);
}

static void put_network(FILE *out, const struct import_network *network)
{
	fprintf(out, "  - subnet: %s/%d\n", quad(network->subnet).text,
		__builtin_popcount(network->mask));
	for (size_t i = 0; i < network->ranges.count; i++) {
		const struct import_range *range = rows__at(&network->ranges, i);

		fprintf(out, "%s%s-%s", i ? ", " : "    pool: ", quad(range->first).text,
			quad(range->last).text);
	}
	if (network->ranges.count)
		fputc('\n', out);
	put_settings(out, &network->settings);
}

/* A first stage: a leading '/' is the root's, and of a tftp:// URL the name counts. */
static void put_boot_line(FILE *out, const char *name, const char *file)
{
	fprintf(out, "  %s: ", name);
	put_text(out, boot__is_url(file) ? file : file + strspn(file, "/"));
	fputc('\n', out);
}

static void put_boot(FILE *out, const struct import *import)
{
	const char *last = "";
	bool any = import->ipxe || import->other_boot;

	for (unsigned int code = 0; code < XDPXE_ARCHES; code++)
		any |= import->boot[code] != NULL;
	if (!any)
		return;
	fputs("boot:\n", out);
	for (unsigned int code = 0; code < XDPXE_ARCHES; code++) {
		const struct config_arch *arch = config_arch__get(code);
		const char *file = import->boot[code];

		if (!file && code == 0)
			file = import->other_boot;
		if (!arch || !file || strcmp(arch->name, last) == 0)
			continue;
		/* 7 and 9 are one: 9 has been written with 7 */
		if (code == 9 && import->boot[7])
			continue;
		put_boot_line(out, arch->name, file);
		last = arch->name;
	}
	if (import->ipxe)
		put_boot_line(out, "ipxe", import->ipxe);
}

static void put_host(FILE *out, const struct import_host *host)
{
	fprintf(out, "  - { mac: \"%02x:%02x:%02x:%02x:%02x:%02x\"", host->mac[0], host->mac[1],
		host->mac[2], host->mac[3], host->mac[4], host->mac[5]);
	if (host->ip)
		fprintf(out, ", ip: %s", quad(host->ip).text);
	if (host->hostname) {
		fputs(", hostname: ", out);
		put_text(out, host->hostname);
	}
	if (host->boot) {
		fputs(", boot: ", out);
		put_text(out, host->boot + strspn(host->boot, "/"));
	}
	if (host->ipxe) {
		fputs(", ipxe: ", out);
		put_text(out, host->ipxe);
	}
	if (host->deny)
		fputs(", deny: true", out);
	fputs(" }\n", out);
}

static void put_head(FILE *out, const struct import *import)
{
	fprintf(out,
		"# Written by `xdpxe import %s`. Hold it against this machine with `xdpxe "
		"check`.\n",
		import->path);
	if (import->notes.count)
		fputs("#\n# Not carried over, or only by a guess:\n", out);
	for (size_t i = 0; i < import->notes.count; i++) {
		const struct import_note *note = rows__at(&import->notes, i);

		if (note->line)
			fprintf(out, "#   line %u: ", note->line);
		else
			fputs("#   ", out);
		fprintf(out, "%s: %s\n", note->source, note->why);
	}
	fputc('\n', out);
}

void import__tell(const struct import *import, FILE *out)
{
	for (size_t i = 0; i < import->notes.count; i++) {
		const struct import_note *note = rows__at(&import->notes, i);

		fputs(import->path, out);
		if (note->line)
			fprintf(out, ":%u", note->line);
		fprintf(out, ": %s: %s\n", note->source, note->why);
	}
}

int import__write(const struct import *import, FILE *out)
{
	if (import->no_memory)
		return -ENOMEM;
	put_head(out, import);
	fputs("interfaces: [", out);
	for (size_t i = 0; i < import->interfaces.count; i++)
		fprintf(out, "%s%s", i ? ", " : "",
			*(const char **)rows__at(&import->interfaces, i));
	fprintf(out, "]\nmode: %s\n\nnetworks:\n", import->proxy ? "proxy" : "server");
	for (size_t i = 0; i < import->networks.count; i++)
		put_network(out, rows__at(&import->networks, i));
	fputs("\ntftp:\n  root: ", out);
	put_text(out, import->tftp_root ? import->tftp_root : "/srv/tftp");
	fputs("\n\n", out);
	put_boot(out, import);
	if (import->hosts.count)
		fputs("\nhosts:\n", out);
	for (size_t i = 0; i < import->hosts.count; i++)
		put_host(out, rows__at(&import->hosts, i));
	return ferror(out) ? -EIO : 0;
}
