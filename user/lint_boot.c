// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Rules about boot files and the options that go with them.
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "config_boot.h"
#include "lint_priv.h"
#include "plan_file.h"
#include "xdpxe/dhcp_wire.h"

#define SIZE_TOLD_MAX (65535ULL * 512) /* option 13 counts 512 bytes, in 16 bits */
#define BIOS_MEMORY (640u << 10)       /* what a boot ROM can load into */
#define PXE_BOOT_SERVERS 8	       /* inside option 43, as the next */
#define PXE_BOOT_MENU 9
#define PXE_END 255

static const char *name_of(size_t code)
{
	return config_arch__get(code)->name;
}

static bool is_efi(size_t code)
{
	return !strncmp(name_of(code), "efi-", 4);
}

static bool is_http(size_t code)
{
	return config_arch__get(code)->http;
}

/* Firmware that follows PXE 2.1. */
static bool is_pxe(size_t code)
{
	return !is_http(code) && (is_efi(code) || !strcmp(name_of(code), "bios") ||
				  !strcmp(name_of(code), "arm-rpi"));
}

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text), end_len = strlen(end);

	return len >= end_len && !strcasecmp(text + len - end_len, end);
}

/* The value of option @code among those by number. Return: NULL when it is not given */
static const uint8_t *find_option(const struct config_options *options, uint8_t code, size_t *len)
{
	size_t at;

	for (at = 0; at + 2 <= options->len; at += 2u + options->bytes[at + 1])
		if (options->bytes[at] == code) {
			*len = options->bytes[at + 1];
			return options->bytes + at + 2;
		}
	return NULL;
}

static const uint8_t *find_boot_option(const struct plan *plan, size_t arch, uint8_t code,
				       size_t *len, struct lint_place *place)
{
	const struct config_options *options = &plan->config->boot_options[arch];

	if (options->len) {
		snprintf(place->key, sizeof(place->key), "boot-options.%s", name_of(arch));
		place->line = options->line;
	}
	return find_option(options, code, len);
}

/* Sub-options of option 43. Return: false when they run past its end; @has: bit N for number N below 64 */
static bool read_vendor(const uint8_t *bytes, size_t len, uint64_t *has, uint8_t *control)
{
	size_t at = 0;

	*has = 0;
	while (at < len && bytes[at] != PXE_END) {
		uint8_t code = bytes[at];

		if (code == 0) {
			at++;
			continue;
		}
		if (at + 2 > len || at + 2 + bytes[at + 1] > len)
			return false;
		if (code < 64)
			*has |= 1ULL << code;
		if (code == PXE_OPT_DISCOVERY_CONTROL && bytes[at + 1] == 1)
			*control = bytes[at + 2];
		at += 2u + bytes[at + 1];
	}
	return true;
}

static bool vendor_says_nothing(const struct plan *plan, size_t arch, struct lint_place *place)
{
	uint8_t control = 0;
	uint64_t has;
	size_t len;
	const uint8_t *vendor = find_boot_option(plan, arch, DHCP_OPT_VENDOR, &len, place);

	if (!vendor || !is_pxe(arch))
		return false;
	/* 6 to 10 are those by which EDK2 knows an offer of PXE 2.1. */
	return !read_vendor(vendor, len, &has, &control) || !(has >> 6 & 0x1f);
}

static bool vendor_asks_for_discovery(const struct plan *plan, size_t arch,
				      struct lint_place *place)
{
	uint8_t control = 0;
	uint64_t has;
	size_t len;
	const uint8_t *vendor = find_boot_option(plan, arch, DHCP_OPT_VENDOR, &len, place);

	if (!vendor || !is_pxe(arch) || !read_vendor(vendor, len, &has, &control) ||
	    !(has >> 6 & 0x1f))
		return false;
	return !(control & PXE_DISCOVERY_BOOT_FILE_ONLY) &&
	       !(has & (1ULL << PXE_BOOT_SERVERS | 1ULL << PXE_BOOT_MENU));
}

static bool class_is_not(const struct plan *plan, size_t arch, struct lint_place *place,
			 const char *word)
{
	size_t len;
	const uint8_t *given = find_boot_option(plan, arch, DHCP_OPT_VENDOR_CLASS, &len, place);

	return given && (len < strlen(word) || memcmp(given, word, strlen(word)) != 0);
}

static bool class_is_no_pxe(const struct plan *plan, size_t arch, struct lint_place *place)
{
	return is_pxe(arch) && class_is_not(plan, arch, place, "PXEClient");
}

static bool class_is_no_http(const struct plan *plan, size_t arch, struct lint_place *place)
{
	return is_http(arch) && class_is_not(plan, arch, place, "HTTPClient");
}

static bool pi_is_not_named(const struct plan *plan, size_t arch, struct lint_place *place)
{
	static const char name[] = "Raspberry Pi Boot";
	size_t len;
	const uint8_t *vendor = find_boot_option(plan, arch, DHCP_OPT_VENDOR, &len, place);

	return !strcmp(name_of(arch), "arm-rpi") &&
	       (!vendor || !memmem(vendor, len, name, strlen(name)));
}

static bool file_is_larger(const struct plan *plan, size_t arch, struct lint_place *place,
			   uint64_t most)
{
	const char *name = plan->config->boot[arch];
	uint64_t size;

	place->given = name;
	return !boot__is_url(name) && plan->config->tftp_root &&
	       !plan_file__find(plan->config, name, &size) && size > most;
}

static bool size_is_not_told(const struct plan *plan, size_t arch, struct lint_place *place)
{
	return is_efi(arch) && file_is_larger(plan, arch, place, SIZE_TOLD_MAX);
}

static bool bios_has_no_room(const struct plan *plan, size_t arch, struct lint_place *place)
{
	return !strcmp(name_of(arch), "bios") && file_is_larger(plan, arch, place, BIOS_MEMORY);
}

static bool is_for_efi(const struct plan *plan, size_t arch, struct lint_place *place)
{
	place->given = plan->config->boot[arch];
	return !strcmp(name_of(arch), "bios") && ends_with(place->given, ".efi");
}

static bool is_for_bios(const struct plan *plan, size_t arch, struct lint_place *place)
{
	place->given = plan->config->boot[arch];
	return is_efi(arch) && (ends_with(place->given, ".kpxe") ||
				ends_with(place->given, ".pxe") || ends_with(place->given, ".0"));
}

/* By the names that its build gives it. */
static bool ipxe_has_nothing(const struct plan *plan, size_t arch, struct lint_place *place)
{
	const char *value = plan->config->boot[arch], *slash = strrchr(value, '/');
	const char *name = slash ? slash + 1 : value;

	place->given = value;
	return !plan->config->boot_ipxe &&
	       (!strncmp(name, "ipxe", 4) || !strncmp(name, "undionly", 8) ||
		!strncmp(name, "snponly", 7));
}

static bool kind_is_not_told(const struct plan *plan, size_t arch, struct lint_place *place)
{
	place->given = plan->config->boot[arch];
	return is_http(arch) && is_efi(arch) && !ends_with(place->given, ".efi") &&
	       !ends_with(place->given, ".iso") && !ends_with(place->given, ".img");
}

const struct lint_rule lint_boot_rules[] = {
	{ LINT_ERROR, vendor_says_nothing,
	  "option 43 has none of the sub-options 6 to 10 in good form, and option 60 says "
	  "PXEClient",
	  "EDK2 takes that for a boot server's offer (BINL), asks port 4011, and gives up after "
	  "10 s",
	  "hex with 060108, which means the boot file and nothing else, or no 43" },
	{ LINT_ERROR, vendor_asks_for_discovery,
	  "option 43.6 has no bit 3 (8), and there are no boot servers (43.8) or menu (43.9)",
	  "PXE boot ROMs look for a boot server, which nobody is (PXE-E55)",
	  "43.6 of 8, in hex 060108" },
	{ LINT_ERROR, class_is_no_pxe, "option 60 does not begin with PXEClient",
	  "PXE boot ROMs pass over such an offer", "text PXEClient, or no 60" },
	{ LINT_ERROR, class_is_no_http, "option 60 does not begin with HTTPClient",
	  "EDK2 takes no URL from such an offer", "text HTTPClient, or no 60" },
	{ LINT_WARNING, bios_has_no_room, "is larger than 640 KiB",
	  "a BIOS boot ROM has no memory for it", "a first stage such as undionly.kpxe" },
	{ LINT_WARNING, is_for_efi, "is a program for UEFI by its name", "a BIOS cannot run it",
	  "a first stage such as undionly.kpxe" },
	{ LINT_WARNING, is_for_bios, "is a program for BIOS by its name", "UEFI cannot run it",
	  "a first stage such as ipxe.efi" },
	{ LINT_WARNING, pi_is_not_named, "no option 43 with \"Raspberry Pi Boot\" in it",
	  "the boot ROM of a Raspberry Pi 3 or earlier passes over such an offer",
	  "boot-options.arm-rpi with { code: 43, hex: "
	  "0601030a0400505845091700001452617370626572727920506920426f6f74202020ff }" },
	{ LINT_WARNING, size_is_not_told, "is larger than 32 MiB, which option 13 cannot tell",
	  "EDK2 asks for the size in a request of its own, and firmware with little memory fails",
	  "a smaller first stage" },
	{ LINT_WARNING, ipxe_has_nothing, "is iPXE by its name, and there is no boot.ipxe",
	  "iPXE without a script of its own has nothing to boot and starts over",
	  "boot.ipxe with what it is to load" },
	{ LINT_WARNING, kind_is_not_told, "does not end in .efi, .iso or .img",
	  "EDK2 runs it only if the HTTP server tells the type of the file",
	  "a URL with such an end" },
	{ 0 },
};
