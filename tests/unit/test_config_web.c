// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// `web:`: refused, or warned of.
#include "config_examples.h"

#include "lint.h"

#define WEB(text) NET "web: " text "\n"
#define LEGAL                                                                                      \
	"; legal: ADDRESS:PORT such as 127.0.0.1:8067, \"[ADDRESS]:PORT\" for IPv6, or PORT "      \
	"alone for 127.0.0.1; ports 1 to 65535"

static const struct plain_example examples[] = {
	{ WEB("127.0.0.1:8067"), NULL },
	{ WEB("8067"), NULL },
	{ WEB("\"[::1]:8067\""), NULL },
	{ WEB("0.0.0.0:80"), NULL },
	{ WEB("localhost:80"), ":4: web: \"localhost:80\"" LEGAL },
	{ WEB("127.0.0.1"), ":4: web: \"127.0.0.1\"" LEGAL },
	{ WEB("70000"), ":4: web: \"70000\"" LEGAL },
	{ WEB("[80]"), ":4: web: a list; legal: a single value" },
};

static void test_an_address_or_what_is_legal(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(examples); i++)
		assert_true(plain_example_holds(&examples[i]));
}

static void keep(const char *line, void *context)
{
	snprintf(context, 512, "%s", line);
}

/* The warning about a configuration in mode tftp, where there is no other; "" for none. */
static const char *warning(const char *web, char told[512])
{
	struct config_error err;
	char text[256];
	struct plan plan = { 0 };

	snprintf(text, sizeof(text), "mode: tftp\n" ROOT "%s", web);
	plan.config = load(text, &err);
	assert_non_null(plan.config);
	told[0] = '\0';
	lint__warn(&plan, keep, told);
	config__free(plan.config);
	return told;
}

static void test_an_address_that_others_reach_is_warned_of(void **state)
{
	char told[512];

	(void)state;
	assert_string_equal(warning("", told), "");
	assert_string_equal(warning("web: 8067\n", told), "");
	assert_string_equal(warning("web: \"[::1]:8067\"\n", told), "");
	assert_string_equal(
		warning("web: 10.77.0.1:8067\n", told), FILE_NAME
		":6: web: \"10.77.0.1:8067\" is not an address of this machine alone: anyone who "
		"reaches it can see all machines, what they boot, and their addresses; there is no "
		"password; legal: 127.0.0.1:8067, with a web server of yours in front of it for "
		"others");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_address_or_what_is_legal),
		cmocka_unit_test(test_an_address_that_others_reach_is_warned_of),
	};
	char folder[] = "/tmp/xdpxe-test-config-XXXXXX";
	int failed;

	if (!mkdtemp(folder) || chdir(folder) < 0)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(FILE_NAME);
	rmdir(folder);
	return failed;
}
