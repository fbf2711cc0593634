// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* tftp.aliases, tftp.rollover-one, tftp.window: from text to the plan. */
#include <sys/stat.h>

#include "config_examples.h"
#include "plan_file.h"
#include "plan_priv.h"

#define TFTP(text) NET "tftp:\n  root: /srv/tftp\n" text
#define NAME_LEGAL "; legal: a file name under tftp.root, without \"..\", at most 127 bytes"
#define A8 "aaaaaaaa"
#define A128 A8 A8 A8 A8 A8 A8 A8 A8 A8 A8 A8 A8 A8 A8 A8 A8

static const struct plain_example examples[] = {
	{ TFTP("  aliases: []\n  rollover-one: []\n"), NULL },
	{ TFTP("  aliases: [{ name: pxelinux.0, file: undionly.kpxe }]\n"), NULL },
	{ TFTP("  aliases: [{ name: /a/b, file: c }, { name: a/c, file: c }]\n"), NULL },
	{ TFTP("  aliases: [{ name: a }]\n"),
	  ":6: tftp.aliases[0].file: missing; legal: a file name under tftp.root" },
	{ TFTP("  aliases:\n    - { file: a, name: b }\n    - file: a\n"),
	  ":8: tftp.aliases[1].name: missing; legal: a file name under tftp.root" },
	{ TFTP("  aliases: { a: b }\n"), ":6: tftp.aliases: keys with values; legal: a list" },
	{ TFTP("  aliases: [{ alias: b }]\n"),
	  ":6: tftp.aliases[0].alias: unknown key; legal: file, name" },
	{ TFTP("  aliases:\n    - name: ../b\n      file: c\n"),
	  ":7: tftp.aliases[0].name: \"../b\"" NAME_LEGAL },
	{ TFTP("  aliases:\n    - name: b\n      file: tftp://h/c\n"),
	  ":8: tftp.aliases[0].file: \"tftp://h/c\"" NAME_LEGAL },
	{ TFTP("  aliases: [{ name: " A128 ", file: c }]\n"),
	  ":6: tftp.aliases[0].name: \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
	  "...\"" NAME_LEGAL },
	{ TFTP("  aliases: [{ name: a, file: /a }]\n"),
	  ":6: tftp.aliases[0].file: \"a\" is the alias itself; legal: another file" },
	{ TFTP("  aliases:\n    - { name: a, file: c }\n    - { name: /a, file: d }\n"),
	  ":8: tftp.aliases[1].name: \"a\" again, first in tftp.aliases[0] (line 7); legal: each "
	  "name once" },
	{ NET "tftp:\n  aliases: [{ name: a, file: c }]\n",
	  ":5: tftp.aliases: 1 of them but no tftp.root; legal: with the folder the files are in" },
	{ TFTP("  window: 1\n"), NULL },
	{ TFTP("  window: 8\n"), NULL },
	{ TFTP("  window: 0\n"), ":6: tftp.window: \"0\"; legal: 1 to 8 blocks" },
	{ TFTP("  window: 9\n"), ":6: tftp.window: \"9\"; legal: 1 to 8 blocks" },
	{ TFTP("  window: 4x\n"), ":6: tftp.window: \"4x\"; legal: 1 to 8 blocks" },
	{ TFTP("  rollover-one: [arm-rpi, uboot-arm64]\n"), NULL },
	{ TFTP("  rollover-one:\n    - bios\n    - bios\n"),
	  ":8: tftp.rollover-one[1]: \"bios\" again; legal: each once" },
	{ TFTP("  rollover-one: arm-rpi\n"),
	  ":6: tftp.rollover-one: a single value; legal: a list" },
	{ TFTP("  rollover-one: [arm-rpi, efi]\n"),
	  ":6: tftp.rollover-one[1]: \"efi\"; legal: bios, pc98, efi-itanium, alpha, arc-x86, "
	  "intel-lean, efi-ia32, efi-x64, efi-xscale, efi-arm32, efi-arm64, ppc-of, ppc-epapr, "
	  "ppc-opal, efi-ia32-http, efi-x64-http, efi-ebc-http, efi-arm32-http, efi-arm64-http, "
	  "bios-http, uboot-arm32, uboot-arm64, uboot-arm32-http, uboot-arm64-http, efi-riscv32, "
	  "efi-riscv32-http, efi-riscv64, efi-riscv64-http, efi-riscv128, efi-riscv128-http, "
	  "s390-basic, s390-extended, efi-mips32, efi-mips64, efi-sunway32, efi-sunway64, "
	  "efi-loongarch32, efi-loongarch32-http, efi-loongarch64, efi-loongarch64-http, "
	  "arm-rpi" },
};

static void what_is_legal_and_what_is_said(void **state)
{
	(void)state;
	check_plain_examples(examples, COUNT(examples));
}

static void aliases_have_a_bound(void **state)
{
	size_t size = 64 * (CONFIG_ALIASES_MAX + 4);
	char *text = malloc(size);
	struct config_error err;
	struct config *config;

	(void)state;
	assert_non_null(text);
	for (int count = CONFIG_ALIASES_MAX; count <= CONFIG_ALIASES_MAX + 1; count++) {
		size_t len = (size_t)snprintf(text, size, "%s", TFTP("  aliases:\n"));

		for (int i = 0; i < count; i++)
			len += (size_t)snprintf(text + len, size - len,
						"    - { name: a%d, file: f }\n", i);
		config = load(text, &err);
		assert_int_equal(config != NULL, count == CONFIG_ALIASES_MAX);
		config__free(config);
	}
	assert_string_equal(err.text, "c.yaml:6: tftp.aliases: 257 entries; legal: 0 to 256");
	free(text);
}

static void values_arrive(void **state)
{
	struct config_error err;
	struct config *config = load(TFTP("  window: 3\n  rollover-one: [efi-x64, arm-rpi]\n"
					  "  aliases:\n    - { name: /p, file: d/u }\n"),
				     &err);

	(void)state;
	assert_non_null(config);
	assert_int_equal(config->window, 3);
	assert_true(config->rollover_one == (1ULL << 7 | 1ULL << 9 | 1ULL << 41));
	assert_int_equal(config->alias_count, 1);
	assert_int_equal(config->aliases[0].line, 9);
	assert_string_equal(config->aliases[0].name, "p");
	assert_string_equal(config->aliases[0].file, "d/u");
	config__free(config);

	config = load(NET, &err);
	assert_non_null(config);
	assert_int_equal(config->window, XDPXE_WINDOW_MAX);
	assert_true(config->rollover_one == 0);
	assert_int_equal(config->alias_count, 0);
	config__free(config);
}

#define PLANNED(more)                                                                              \
	NET "tftp:\n  root: .\n  cache: 1MiB\n" more "boot:\n  bios: pxelinux.0\n  pc98: file\n"
#define ALIAS "  aliases:\n    - { name: pxelinux.0, file: file }\n"

/* The plan without what needs interfaces. */
static struct plan *plan_files(const char *text, struct config_error *err)
{
	struct config *config = load(text, err);
	struct plan *plan = calloc(1, sizeof(*plan));

	assert_true(config && plan);
	plan->config = config;
	plan->networks = calloc(1, sizeof(*plan->networks));
	plan->network_count = 1;
	plan->networks[0].config = &config->networks[0];
	plan_network__wire(&plan->networks[0]);
	if (plan_aliases__check(plan, err) && plan_boots__fill(plan, err))
		return plan;
	plan__free(plan);
	return NULL;
}

/* Option 13 of the boot instruction that names @text, -1 for none. */
static int units_of(const struct plan *plan, const char *text)
{
	for (size_t i = 0; i < plan->boot_count; i++) {
		const struct xdpxe_boot *boot = &plan->boots[i];
		const __u8 *size = boot->options + 2 + boot->options[1];

		if (strcmp((const char *)boot->file, text))
			continue;
		return size[0] == 13 && boot->options_len > 4 + boot->options[1]
			       ? size[2] << 8 | size[3]
			       : -1;
	}
	return -2;
}

static void a_boot_file_may_be_an_alias(void **state)
{
	struct config_error err;
	struct plan *plan;

	(void)state;
	write_as("file", A128 A128 A128 A128 "a"); /* 513 bytes */
	assert_null(plan_files(PLANNED(""), &err));
	assert_string_equal(err.text,
			    "c.yaml:8: boot.bios: \"pxelinux.0\" does not exist; legal: a "
			    "readable file under tftp.root, .");
	plan = plan_files(PLANNED(ALIAS), &err);
	assert_non_null(plan);
	assert_int_equal(units_of(plan, "pxelinux.0"), 2);
	plan__free(plan);
	write_as("pxelinux.0", "short"); /* goes before the alias */
	plan = plan_files(PLANNED(ALIAS), &err);
	assert_non_null(plan);
	assert_int_equal(units_of(plan, "pxelinux.0"), 1);
	plan__free(plan);
	assert_int_equal(unlink("pxelinux.0"), 0);
}

static void an_alias_of_nothing_is_refused(void **state)
{
	struct config_error err;

	(void)state;
	write_as("file", "x");
	assert_null(plan_files(PLANNED(ALIAS "    - { name: b, file: none }\n"), &err));
	assert_string_equal(err.text, "c.yaml:9: tftp.aliases[1].file: \"none\" does not exist; "
				      "legal: a readable file under tftp.root, .");
	assert_null(plan_files(PLANNED(ALIAS "    - { name: b, file: pxelinux.0 }\n"), &err));
	assert_int_equal(truncate("file", (1 << 20) + 1), 0);
	assert_null(plan_files(PLANNED(ALIAS), &err));
	assert_string_equal(err.text,
			    "c.yaml:8: tftp.aliases[0].file: \"file\" has 1048577 bytes; legal: at "
			    "most tftp.cache, 1048576");
}

/* @context: bytes of "file"; nothing else is known. */
static bool size_of(const char *name, uint64_t *size, void *context)
{
	*size = *(const uint64_t *)context;
	return !strcmp(name, "file");
}

static void sizes_follow_what_is_served(void **state)
{
	struct config_error err;
	struct plan *plan;
	uint64_t size = 1;

	(void)state;
	write_as("file", "x");
	plan = plan_files(PLANNED(ALIAS), &err);
	assert_non_null(plan);
	assert_false(plan__refresh_sizes(plan, size_of, &size));
	size = 512;
	assert_false(plan__refresh_sizes(plan, size_of, &size));
	size = 513;
	assert_true(plan__refresh_sizes(plan, size_of, &size));
	assert_int_equal(units_of(plan, "file"), 2);
	assert_int_equal(units_of(plan, "pxelinux.0"), 1);
	size = 65535ull * 512 + 1;
	assert_true(plan__refresh_sizes(plan, size_of, &size));
	assert_int_equal(units_of(plan, "file"), -1);
	plan__free(plan);
}

static int enter_root(void **state)
{
	static char folder[] = "/tmp/xdpxe-tftp-XXXXXX";

	if (!mkdtemp(folder) || chdir(folder))
		return -1;
	*state = folder;
	return 0;
}

static int leave_root(void **state)
{
	unlink(FILE_NAME);
	unlink("file");
	unlink("pxelinux.0");
	return chdir("/") || rmdir(*state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_legal_and_what_is_said),
		cmocka_unit_test(aliases_have_a_bound),
		cmocka_unit_test(values_arrive),
		cmocka_unit_test(a_boot_file_may_be_an_alias),
		cmocka_unit_test(an_alias_of_nothing_is_refused),
		cmocka_unit_test(sizes_follow_what_is_served),
	};

	return cmocka_run_group_tests(tests, enter_root, leave_root);
}
