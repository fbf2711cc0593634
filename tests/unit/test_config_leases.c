// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* leases.database: from text to a path. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FILE_NAME "c.yaml"
#define NET "interfaces: [eth1]\nnetworks:\n  - subnet: 10.77.0.0/16\n"
#define LEASES(text) NET "leases:\n  database: " text "\n"
#define TFTP "mode: tftp\ntftp: { root: /srv }\n"
#define LEGAL "; legal: the path of a file, up to 255 bytes, or none"
#define A50 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

/* A file, and the path it means; or its error behind FILE_NAME. */
struct example {
	const char *text, *path, *error;
};

static const struct example examples[] = {
	{ NET, "/var/lib/xdpxe/leases.db", NULL },
	{ NET "leases: {}\n", "/var/lib/xdpxe/leases.db", NULL },
	{ LEASES("/srv/a.db"), "/srv/a.db", NULL },
	{ LEASES("a.db"), "%s/a.db", NULL },
	{ LEASES("none"), NULL, NULL },
	{ LEASES("./none"), "%s/./none", NULL },
	{ NET TFTP, NULL, NULL },
	{ LEASES("none") TFTP, NULL, NULL },
	{ LEASES("/srv/a.db") TFTP, NULL, NULL },
	{ LEASES("/srv/"), NULL, ":5: leases.database: \"/srv/\"" LEGAL },
	{ LEASES("\"\""), NULL, ":5: leases.database: empty; legal: a single value" },
	{ LEASES("/" A50 A50 A50 A50 A50 "aaaaa"), NULL, LEGAL },
	{ LEASES("[a]"), NULL, ":5: leases.database: a list; legal: a single value" },
	{ NET "leases:\n  path: a\n", NULL, ":5: leases.path: unknown key; legal: database" },
};

static void check(const struct example *example, const char *folder)
{
	struct config_error err = { .text = "" };
	char name[64], wanted[512];
	struct config *config;
	FILE *file;

	snprintf(name, sizeof(name), "%s/" FILE_NAME, folder);
	file = fopen(name, "w");
	assert_non_null(file);
	assert_true(fputs(example->text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	config = config__load(name, &err);
	if (example->error) {
		assert_null(config);
		assert_string_equal(err.text + strlen(err.text) - strlen(example->error),
				    example->error);
		return;
	}
	if (!config)
		fail_msg("%s", err.text);
	if (example->path && example->path[0] == '%')
		snprintf(wanted, sizeof(wanted), "%s%s", folder, example->path + 2);
	else
		snprintf(wanted, sizeof(wanted), "%s", example->path ? example->path : "none");
	assert_string_equal(config->lease_database ? config->lease_database : "none", wanted);
	config__free(config);
}

static void what_is_legal_and_what_is_said(void **state)
{
	static char folder[] = "/tmp/xdpxe-config-XXXXXX";

	(void)state;
	assert_non_null(mkdtemp(folder));
	for (size_t i = 0; i < COUNT(examples); i++)
		check(&examples[i], folder);
	assert_int_equal(chdir(folder) | unlink(FILE_NAME) | chdir("/") | rmdir(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(what_is_legal_and_what_is_said) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
