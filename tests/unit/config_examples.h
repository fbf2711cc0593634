/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Configurations as text, each held against its error; for tests that run in a folder of their own. */
#ifndef XDPXE_TEST_CONFIG_EXAMPLES_H
#define XDPXE_TEST_CONFIG_EXAMPLES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "config.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FILE_NAME "c.yaml"
#define HOSTS_CSV "m.csv"
#define HOSTS_YAML "m.yaml"

/* Three lines that are enough; what is under test begins in line 4. */
#define NET "interfaces: [eth1]\nnetworks:\n  - subnet: 10.77.0.0/16\n"
#define ROOT NET "tftp: { root: /srv/tftp }\n"

/* A configuration, a file of hosts or NULL, and the error; NULL for what is valid. */
struct example {
	const char *text, *hosts, *error;
};

static inline void write_as(const char *name, const char *text)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static inline struct config *load(const char *text, struct config_error *err)
{
	memset(err, 0, sizeof(*err));
	write_as(FILE_NAME, text);
	return config__load(FILE_NAME, err);
}

/* A configuration, and the error behind the file's name; NULL for what is valid. */
struct plain_example {
	const char *text, *error;
};

static inline bool plain_example_holds(const struct plain_example *example)
{
	struct config_error err;
	struct config *config = load(example->text, &err);
	const char *got = config ? NULL : err.text;
	bool good = !got == !example->error;

	if (good && got)
		good = !strncmp(got, FILE_NAME, strlen(FILE_NAME)) &&
		       !strcmp(got + strlen(FILE_NAME), example->error);
	if (!good)
		fprintf(stderr, "---\n%s\nexpected: %s%s\n     got: %s\n", example->text,
			example->error ? FILE_NAME : "", example->error ? example->error : "valid",
			got ? got : "valid");
	config__free(config);
	return good;
}

static inline void check_plain_examples(const struct plain_example *examples, size_t count)
{
	size_t wrong = 0, i;

	for (i = 0; i < count; i++)
		wrong += !plain_example_holds(&examples[i]);
	if (wrong)
		fail_msg("%zu of %zu examples", wrong, count);
}

/* @hosts: the file that @example->hosts is written to */
static inline bool example_holds(const struct example *example, const char *hosts)
{
	struct config_error err;
	struct config *config;
	const char *got;
	bool good;

	if (example->hosts)
		write_as(hosts, example->hosts);
	config = load(example->text, &err);
	got = config ? NULL : err.text;
	good = !got == !example->error && (!got || !strcmp(got, example->error));
	if (!good)
		fprintf(stderr, "---\n%s\n%s\nexpected: %s\n     got: %s\n", example->text,
			example->hosts ? example->hosts : "",
			example->error ? example->error : "valid", got ? got : "valid");
	config__free(config);
	return good;
}

static inline void check_examples(const struct example *examples, size_t count, const char *hosts)
{
	size_t wrong = 0, i;

	for (i = 0; i < count; i++)
		wrong += !example_holds(&examples[i], hosts);
	if (wrong)
		fail_msg("%zu of %zu examples", wrong, count);
}

static inline int enter_folder(void **state)
{
	static char folder[] = "/tmp/xdpxe-config-XXXXXX";

	*state = mkdtemp(folder);
	return !*state || chdir(*state);
}

static inline int leave_folder(void **state)
{
	unlink(FILE_NAME);
	unlink(HOSTS_CSV);
	unlink(HOSTS_YAML);
	return chdir("/") || rmdir(*state);
}

#endif
