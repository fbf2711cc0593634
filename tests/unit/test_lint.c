// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What breaks firmware: each rule with what it finds, and with the nearest thing that it does not.
#include "config_examples.h"

#include "lint.h"

#define BASE "interfaces: [eth1]\nnetworks:\n  - subnet: 10.77.0.0/16\n"
#define LEASE BASE "    lease-time: 1h\n"
#define FILES LEASE "tftp: { root: . }\n"
#define BOOT(text) FILES "boot: { " text ", ipxe: b.ipxe }\n"
#define OPTIONS(arch, file, text)                                                                  \
	BOOT(arch ": " file) "boot-options: { " arch ": [{ " text " }] }\n"

struct bench {
	struct config *config;
	struct plan_network networks[4];
	struct plan plan;
};

/* The warnings, a line each. */
struct told {
	char text[4096];
};

static void tell(const char *line, void *context)
{
	struct told *told = context;
	size_t len = strlen(told->text);

	snprintf(told->text + len, sizeof(told->text) - len, "%s\n", line);
}

static void lint(const char *text, struct told *told)
{
	struct config_error err = { "" };
	struct bench bench = { .config = load(text, &err) };
	size_t i;

	if (!bench.config)
		fail_msg("%s\n%s", text, err.text);
	bench.plan = (struct plan){ .config = bench.config,
				    .networks = bench.networks,
				    .network_count = bench.config->network_count };
	for (i = 0; i < bench.plan.network_count; i++)
		bench.networks[i].config = &bench.config->networks[i];
	told->text[0] = '\0';
	if (!lint__refuse(&bench.plan, &err))
		snprintf(told->text, sizeof(told->text), "refused: %s\n", err.text);
	lint__warn(&bench.plan, tell, told);
	config__free(bench.config);
}

#define NO_ROUTER                                                                                  \
	" is outside the subnet, and machines are told no router: iPXE and EDK2 find it "          \
	"unreachable; legal: router, or a URL of a host in the subnet\n"
#define NO_DNS                                                                                     \
	" has a name for a host, and machines are told no name server: iPXE and EDK2 cannot look " \
	"it up; legal: dns, or a URL with an address\n"
#define BINL                                                                                       \
	"option 43 has none of the sub-options 6 to 10 in good form, and option 60 says "          \
	"PXEClient: EDK2 takes "                                                                   \
	"that for a boot server's offer (BINL), asks port 4011, and gives up after 10 s; legal: "  \
	"hex with 060108, which means the boot file and nothing else, or no 43\n"
#define DISCOVERY                                                                                  \
	"option 43.6 has no bit 3 (8), and there are no boot servers (43.8) or menu (43.9): PXE "  \
	"boot ROMs look for a boot server, which nobody is (PXE-E55); legal: 43.6 of 8, in hex "   \
	"060108\n"
#define NO_PI                                                                                      \
	"no option 43 with \"Raspberry Pi Boot\" in it: the boot ROM of a Raspberry Pi 3 or "      \
	"earlier passes over such an offer; legal: boot-options.arm-rpi with { code: 43, hex: "    \
	"0601030a04005058450917000014526173706265727279205069"                                     \
	"20426f6f74202020ff }\n"
#define PI_BOOT                                                                                    \
	"0601030a04005058450917000014526173706265727279205069"                                     \
	"20426f6f74202020ff"

static const struct {
	const char *text, *told;
} examples[] = {
	{ LEASE, "" },
	{ LEASE "boot: { ipxe: \"http://10.77.0.9/a\" }\n", "" },
	{ LEASE "boot: { ipxe: \"http://10.78.0.9:8080/a\" }\n",
	  "refused: c.yaml:3: networks[0].router: \"http://10.78.0.9:8080/a\"" NO_ROUTER },
	{ LEASE "boot: { efi-x64-http: \"http://10.78.0.9/a.efi\" }\n",
	  "refused: c.yaml:3: networks[0].router: \"http://10.78.0.9/a.efi\"" NO_ROUTER },
	{ LEASE "    router: 10.77.0.1\nboot: { ipxe: \"http://10.78.0.9/a\" }\n", "" },
	{ LEASE "boot: { ipxe: \"https://boot.example/a\" }\n",
	  "refused: c.yaml:3: networks[0].dns: \"https://boot.example/a\"" NO_DNS },
	{ LEASE "    dns: [1.1.1.1]\nboot: { ipxe: \"https://boot.example/a\" }\n", "" },
	{ LEASE "  - { subnet: 10.78.0.0/16, lease-time: 5m }\nboot: { ipxe: "
		"\"http://10.77.0.9/a\" }\n",
	  "refused: c.yaml:5: networks[1].router: \"http://10.77.0.9/a\"" NO_ROUTER },
	{ BASE "    lease-time: 299\n",
	  "c.yaml:3: networks[0].lease-time: shorter than five minutes: boot ROMs, EDK2 and iPXE "
	  "never renew, so the address may be another machine's before a boot is over; legal: 5m "
	  "or more\n" },
	{ BASE "    lease-time: 299\ntftp: { root: . }\nmode: tftp\n", "" },
	{ OPTIONS("efi-x64", "a.efi", "code: 43, hex: 0601"),
	  "refused: c.yaml:7: boot-options.efi-x64: " BINL },
	{ OPTIONS("efi-x64", "a.efi", "code: 43, hex: 010404040404ff"),
	  "refused: c.yaml:7: boot-options.efi-x64: " BINL },
	{ OPTIONS("efi-x64", "a.efi", "code: 43, hex: ff060108"),
	  "refused: c.yaml:7: boot-options.efi-x64: " BINL },
	{ OPTIONS("efi-x64", "a.efi", "code: 43, hex: 00060108ff"), "" },
	{ OPTIONS("uboot-arm64", "a", "code: 43, hex: 0601"), "" },
	{ OPTIONS("bios", "a.0", "code: 43, hex: 060107"),
	  "refused: c.yaml:7: boot-options.bios: " DISCOVERY },
	{ OPTIONS("bios", "a.0", "code: 43, hex: 0a0100"),
	  "refused: c.yaml:7: boot-options.bios: " DISCOVERY },
	{ OPTIONS("bios", "a.0", "code: 43, hex: 060103090400000141ff"), "" },
	{ OPTIONS("bios", "a.0", "code: 43, hex: 06010309040000014108"),
	  "refused: c.yaml:7: boot-options.bios: " BINL },
	{ OPTIONS("bios", "a.0", "code: 60, text: Cisco"),
	  "refused: c.yaml:7: boot-options.bios: option 60 does not begin with PXEClient: PXE boot "
	  "ROMs pass over such an offer; legal: text PXEClient, or no 60\n" },
	{ OPTIONS("bios", "a.0", "code: 60, text: \"PXEClient:Arch:00000\""), "" },
	{ OPTIONS("efi-x64-http", "\"http://10.77.0.9/a.efi\"", "code: 60, text: PXEClient"),
	  "refused: c.yaml:7: boot-options.efi-x64-http: option 60 does not begin with HTTPClient: "
	  "EDK2 takes no URL from such an offer; legal: text HTTPClient, or no 60\n" },
	{ OPTIONS("arm-rpi", "bootcode.bin", "code: 43, hex: " PI_BOOT), "" },
	{ BOOT("arm-rpi: bootcode.bin"), "c.yaml:6: boot.arm-rpi: " NO_PI },
	{ BOOT("bios: large.bin"),
	  "c.yaml:6: boot.bios: \"large.bin\" is larger than 640 KiB: a BIOS boot ROM has "
	  "no memory for it; legal: a first stage such as undionly.kpxe\n" },
	{ BOOT("bios: small.bin, efi-x64: large.bin"), "" },
	{ BOOT("efi-arm64: huge.bin"),
	  "c.yaml:6: boot.efi-arm64: \"huge.bin\" is larger than 32 MiB, which option 13 cannot "
	  "tell: EDK2 asks for the size in a request of its own, and firmware with little memory "
	  "fails; legal: a smaller first stage\n" },
	{ BOOT("bios: a.efi"),
	  "c.yaml:6: boot.bios: \"a.efi\" is a program for UEFI by its name: a BIOS cannot run it; "
	  "legal: a first stage such as undionly.kpxe\n" },
	{ BOOT("efi-x64: undionly.kpxe"), "c.yaml:6: boot.efi-x64: \"undionly.kpxe\" is a program "
					  "for BIOS by its name: UEFI cannot "
					  "run it; legal: a first stage such as ipxe.efi\n" },
	{ BOOT("bios: undionly.kpxe"), "" },
	{ FILES "boot: { bios: x/undionly.kpxe, efi-x64: grub.efi }\n",
	  "c.yaml:6: boot.bios: \"x/undionly.kpxe\" is iPXE by its name, and there is no "
	  "boot.ipxe: "
	  "iPXE without a script of its own has nothing to boot and starts over; legal: boot.ipxe "
	  "with what it is to load\n" },
	{ BOOT("efi-x64-http: \"http://10.77.0.9/boot\""),
	  "c.yaml:6: boot.efi-x64-http: \"http://10.77.0.9/boot\" does not end in .efi, .iso or "
	  ".img: EDK2 runs it only if the HTTP server tells the type of the file; legal: a URL "
	  "with "
	  "such an end\n" },
};

static void make_file(const char *name, long size)
{
	write_as(name, "");
	assert_int_equal(truncate(name, size), 0);
}

static void test_rules(void **state)
{
	struct told told;
	size_t wrong = 0, i;

	(void)state;
	make_file("small.bin", 640L << 10);
	make_file("large.bin", (640L << 10) + 1);
	make_file("huge.bin", 65535L * 512 + 1);
	for (i = 0; i < COUNT(examples); i++) {
		lint(examples[i].text, &told);
		if (!strcmp(told.text, examples[i].told))
			continue;
		fprintf(stderr, "---\n%s\nexpected: %s     got: %s\n", examples[i].text,
			examples[i].told, told.text);
		wrong++;
	}
	unlink("small.bin");
	unlink("large.bin");
	unlink("huge.bin");
	if (wrong)
		fail_msg("%zu of %zu examples", wrong, COUNT(examples));
}

int main(void)
{
	static const struct CMUnitTest tests[] = { cmocka_unit_test(test_rules) };

	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
