// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* mode, authoritative: from text to the plan. */
#include <arpa/inet.h>

#include "config_examples.h"
#include "plan_priv.h"

#define NO_ADDRESSES                                                                               \
	"given, but with mode proxy another server gives the addresses; legal: none, or mode "     \
	"server"

static const struct plain_example examples[] = {
	{ NET "mode: proxy\n", NULL },
	{ NET "mode: Proxy\n", ":4: mode: \"Proxy\"; legal: server, proxy, tftp" },
	{ NET "    lease-time: 1h\n    router: 10.77.0.1\nmode: proxy\n", NULL },
	{ NET "    pool: 10.77.1.1\nmode: proxy\n", ":4: networks[0].pool: " NO_ADDRESSES },
	{ NET "mode: proxy\nhosts: [{ mac: \"02:00:00:00:00:01\", ipxe: \"http://h/a\" }]\n",
	  NULL },
	{ NET "mode: proxy\nhosts:\n  - mac: \"02:00:00:00:00:01\"\n    ip: 10.77.0.9\n",
	  ":7: hosts[0].ip: " NO_ADDRESSES },
	{ NET "authoritative: yes\n", NULL },
	{ NET "authoritative: no\nmode: proxy\n", NULL },
	{ NET "authoritative: maybe\n",
	  ":4: authoritative: \"maybe\"; legal: yes, no, true, false" },
	{ NET "    authoritative: 1\n",
	  ":4: networks[0].authoritative: \"1\"; legal: yes, no, true, false" },
	{ NET "authoritative: yes\nmode: proxy\n",
	  ":4: authoritative: \"yes\" with mode proxy, where another server gives the addresses; "
	  "legal: no" },
	{ NET "    authoritative: true\nmode: proxy\n",
	  ":4: networks[0].authoritative: \"true\" with mode proxy, where another server gives the "
	  "addresses; legal: no" },
	{ NET "authoritative: yes\nmode: tftp\ntftp: { root: /srv }\n", NULL },
};

static void test_examples(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(examples); i++) {
		struct config_error err;
		struct config *config = load(examples[i].text, &err);

		if (examples[i].error)
			assert_string_equal(config ? "valid" : err.text + strlen(FILE_NAME),
					    examples[i].error);
		else
			assert_string_equal(config ? "" : err.text, "");
		config__free(config);
	}
}

static void test_mode(void **state)
{
	static const struct {
		const char *text;
		enum config_mode mode;
	} modes[] = {
		{ NET, CONFIG_MODE_SERVER },
		{ NET "mode: server\n", CONFIG_MODE_SERVER },
		{ NET "mode: proxy\n", CONFIG_MODE_PROXY },
		{ NET "mode: tftp\ntftp: { root: /srv }\n", CONFIG_MODE_TFTP },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(modes); i++) {
		struct config_error err;
		struct config *config = load(modes[i].text, &err);

		assert_non_null(config);
		assert_int_equal(config->mode, modes[i].mode);
		config__free(config);
	}
}

/* Three networks: one says nothing, one yes, one no. */
#define THREE                                                                                      \
	"interfaces: [eth1]\nnetworks:\n  - subnet: 10.77.0.0/16\n"                                \
	"  - subnet: 10.78.0.0/16\n    authoritative: yes\n"                                       \
	"  - subnet: 10.79.0.0/16\n    authoritative: no\n"

static void test_authoritative(void **state)
{
	static const struct {
		const char *text;
		bool says[3];
	} cases[] = {
		{ THREE, { false, true, false } },
		{ THREE "authoritative: yes\n", { true, true, false } },
		{ THREE "authoritative: no\n", { false, true, false } },
	};
	size_t i, n;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		struct config_error err;
		struct config *config = load(cases[i].text, &err);

		assert_non_null(config);
		for (n = 0; n < 3; n++) {
			struct plan_network network = { .config = &config->networks[n] };

			plan_network__wire(&network);
			assert_int_equal(network.wire.flags & XDPXE_NETWORK_AUTHORITATIVE,
					 cases[i].says[n] ? XDPXE_NETWORK_AUTHORITATIVE : 0);
		}
		config__free(config);
	}
}

/* An INFORM is answered without them, so they come first and are as long as the contract says. */
static void test_times_come_first(void **state)
{
	static const uint8_t codes[] = { DHCP_OPT_LEASE_TIME, DHCP_OPT_RENEWAL,
					 DHCP_OPT_REBINDING };
	struct config_network config = { .subnet = 0x0a4d0000, .mask = 0xffff0000 };
	struct plan_network network = { .config = &config };
	size_t at = 0, i;

	(void)state;
	plan_network__wire(&network);
	for (i = 0; i < COUNT(codes); i++) {
		assert_int_equal(network.wire.options[at], codes[i]);
		at += network.wire.options[at + 1] + 2;
	}
	assert_int_equal(at, XDPXE_LEASE_OPTIONS);
}

/* iPXE takes an offer without an address for a proxy's only with 60. */
static void test_boot_of_ipxe_beside_another_server(void **state)
{
	static const uint8_t expected[] = {
		67,  4,	  'a', '/', 'b', 0,  60, 9, 'P', 'X', 'E', 'C',
		'l', 'i', 'e', 'n', 't', 43, 4,	 6, 1,	 8,   255,
	};
	struct xdpxe_boot boot;

	(void)state;
	plan_boot__make(&boot, PLAN_BOOT_IPXE_PROXY, "a/b", 0);
	assert_int_equal(boot.flags, XDPXE_BOOT_TFTP);
	assert_int_equal(boot.options_len, 6);
	assert_int_equal(boot.options_len + boot.pxe_len, sizeof(expected));
	assert_memory_equal(boot.options, expected, sizeof(expected));
	assert_string_equal((char *)boot.file, "a/b");
	plan_boot__make(&boot, PLAN_BOOT_IPXE_PROXY, "http://h/b", 0);
	assert_int_equal(boot.flags, 0);
	assert_true(boot.pxe_len > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_examples),
		cmocka_unit_test(test_mode),
		cmocka_unit_test(test_authoritative),
		cmocka_unit_test(test_times_come_first),
		cmocka_unit_test(test_boot_of_ipxe_beside_another_server),
	};
	char folder[] = "/tmp/xdpxe-config-mode-XXXXXX";
	int failed;

	if (!mkdtemp(folder) || chdir(folder) < 0)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	unlink(FILE_NAME);
	if (chdir("/") == 0)
		rmdir(folder);
	return failed;
}
