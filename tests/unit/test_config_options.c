// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What machines are told beside their address, and by number. Bytes: RFC 2132 section 2.
#include "config_examples.h"

#define MAC "mac: \"52:54:00:12:34:56\""
#define OPTION(text) NET "    options: [{ " text " }]\n"
#define AT "c.yaml:4: networks[0].options[0]"
#define VALUES "; legal: one of hex, ip, text, u8, u16, u32 and bool"
#define NOT_HERE(code, why)                                                                        \
	{                                                                                          \
		OPTION("code: " code ", u8: 1"), NULL,                                             \
			AT ".code: \"" code "\": " why "; legal: other options"                    \
	}
#define TEXT16 "0123456789abcdef"
#define TEXT256                                                                                    \
	TEXT16 TEXT16 TEXT16 TEXT16 TEXT16 TEXT16 TEXT16 TEXT16 TEXT16 TEXT16 TEXT16 TEXT16 TEXT16 \
		TEXT16 TEXT16 TEXT16

static const struct example option_examples[] = {
	{ OPTION("code: 252, text: \"http://10.77.0.1/wpad.dat\""), NULL, NULL },
	{ OPTION("code: 254, bool: yes"), NULL, NULL },
	{ OPTION("u8: 1"), NULL, AT ".code: missing; legal: the number of an option, 1 to 254" },
	{ OPTION("code: 255, u8: 1"), NULL,
	  AT ".code: \"255\"; legal: the number of an option, 1 to 254" },
	{ OPTION("code: ntp, u8: 1"), NULL,
	  AT ".code: \"ntp\"; legal: the number of an option, 1 to 254" },
	{ OPTION("code: 252"), NULL, AT ": 0 values" VALUES },
	{ OPTION("code: 252, u8: 1, text: a"), NULL, AT ": 2 values" VALUES },
	{ OPTION("code: 252, number: 1"), NULL,
	  AT ".number: unknown key; legal: bool, code, hex, ip, text, u16, u32, u8" },
	{ OPTION("code: 252, u8: 256"), NULL, AT ".u8: \"256\"; legal: 0 to 255" },
	{ OPTION("code: 252, u16: 65536"), NULL, AT ".u16: \"65536\"; legal: 0 to 65535" },
	{ OPTION("code: 252, u32: -1"), NULL, AT ".u32: \"-1\"; legal: 0 to 4294967295" },
	{ OPTION("code: 252, bool: on"), NULL, AT ".bool: \"on\"; legal: true, false, yes, no" },
	{ OPTION("code: 252, ip: [10.77.0]"), NULL,
	  AT ".ip: \"10.77.0\"; legal: addresses such as [10.77.0.1, 10.77.0.2]" },
	{ OPTION("code: 252, ip: 10.77.0.1"), NULL, AT ".ip: a single value; legal: a list" },
	{ OPTION("code: 252, ip: []"), NULL, AT ".ip: 0 entries; legal: 1 to 63" },
	{ OPTION("code: 252, hex: 0g"), NULL,
	  AT ".hex: \"0g\"; legal: 1 to 255 bytes of two digits each, such as 0601ff or 06:01:ff" },
	{ OPTION("code: 252, hex: \"060\""), NULL,
	  AT
	  ".hex: \"060\"; legal: 1 to 255 bytes of two digits each, such as 0601ff or 06:01:ff" },
	{ OPTION("code: 252, hex: \"06:\""), NULL,
	  AT
	  ".hex: \"06:\"; legal: 1 to 255 bytes of two digits each, such as 0601ff or 06:01:ff" },
	{ OPTION("code: 252, hex: \"" TEXT256 TEXT256 "\""), NULL,
	  AT ".hex: \"0123456789abcdef0123456789abcdef0123456789abcdef012345678...\"; legal: 1 to "
	     "255 bytes of two digits each, such as 0601ff or 06:01:ff" },
	{ OPTION("code: 252, text: \"" TEXT256 "\""), NULL,
	  AT ".text: \"0123456789abcdef0123456789abcdef0123456789abcdef012345678...\"; legal: at "
	     "most 255 bytes" },
	{ OPTION("code: 252, u8: 1 }, { code: 252, u8: 2"), NULL,
	  "c.yaml:4: networks[0].options[1].code: \"252\"; legal: each code once, since clients "
	  "join what comes twice (RFC 3396)" },
	NOT_HERE("0", "padding is added where it is needed"),
	NOT_HERE("1", "it is made of networks[].subnet"),
	NOT_HERE("3", "networks[].router gives it"),
	NOT_HERE("12", "hosts[].hostname gives it"),
	NOT_HERE("51", "networks[].lease-time gives it"),
	NOT_HERE("53", "it is what kind of message this is"),
	NOT_HERE("54", "networks[].address gives it"),
	NOT_HERE("58", "networks[].renew-time gives it"),
	NOT_HERE("61", "it is the client's own, sent back to it"),
	NOT_HERE("67", "boot.NAME and hosts[].boot give it, with the NUL at its end without which "
		       "Intel boot ROMs read on into the next option"),
	NOT_HERE("82", "it is the relay's own, sent back to it"),
	NOT_HERE("43", "boot-options.NAME takes it, in place of the server's own"),
	NOT_HERE("60", "boot-options.NAME takes it, beside option 43"),
};

static void test_options(void **state)
{
	(void)state;
	check_examples(option_examples, COUNT(option_examples), NULL);
}

#define TWICE(key)                                                                                 \
	", which " key " gives too; legal: each code in one place, since clients join what comes " \
	"twice (RFC 3396)"
#define BOOT ROOT "boot: { bios: a.0, efi-x64: a.efi }\n"

static const struct example place_examples[] = {
	{ BOOT
	  "boot-options:\n  bios: [{ code: 43, hex: 060108 }]\n  ipxe: [{ code: 200, u8: 1 }]\n",
	  NULL, NULL },
	{ BOOT "boot-options: { arm-rpi: [{ code: 200, u8: 1 }] }\n", NULL,
	  "c.yaml:6: boot-options.arm-rpi: 1 options but no boot.arm-rpi; legal: with the file "
	  "they "
	  "go with" },
	{ BOOT
	  "boot-options:\n  efi-x64:\n    - { code: 200, u8: 1 }\n    - { code: 67, text: a }\n",
	  NULL,
	  "c.yaml:9: boot-options.efi-x64[1].code: \"67\": boot.NAME and hosts[].boot give it, "
	  "with "
	  "the NUL at its end without which Intel boot ROMs read on into the next option; legal: "
	  "other options" },
	{ BOOT "boot-options: { x64: [] }\n", NULL, NULL }, /* its error: below */
	{ NET "    ntp: [10.77.0.1]\n    options: [{ code: 42, ip: [10.77.0.2] }]\n", NULL,
	  "c.yaml:5: networks[0].options: 42" TWICE("networks[0].ntp") },
	{ NET "    mtu: 1500\n    options: [{ code: 26, u16: 1400 }]\n", NULL,
	  "c.yaml:5: networks[0].options: 26" TWICE("networks[0].mtu") },
	{ NET "    options: [{ code: 26, u16: 1400 }]\n  - subnet: 10.78.0.0/16\n    options: [{ "
	      "code: 26, u16: 1300 }]\n",
	  NULL, NULL },
	{ NET "    options: [{ code: 200, u8: 1 }]\ntftp: { root: . }\nboot: { bios: a "
	      "}\nboot-options:\n"
	      "  bios: [{ code: 200, u8: 2 }]\n",
	  NULL, "c.yaml:8: boot-options.bios: 200" TWICE("networks[0].options") },
	{ BOOT "boot-options: { bios: [{ code: 200, u8: 2 }], efi-x64: [{ code: 200, u8: 3 }] }\n",
	  NULL, NULL },
	{ NET "    mtu: 1500\nhosts:\n  - " MAC "\n    options: [{ code: 26, u16: 1400 }]\n", NULL,
	  "c.yaml:7: hosts[0].options: 26" TWICE("networks[0].mtu") },
	{ BOOT "boot-options: { bios: [{ code: 200, u8: 2 }] }\nhosts: [{ " MAC
	       ", options: [{ code: 200, u8: 1 }] }]\n",
	  NULL, "c.yaml:7: hosts[0].options: 200" TWICE("boot-options.bios") },
};

static void test_places(void **state)
{
	struct config_error err;
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(place_examples); i++)
		if (!strstr(place_examples[i].text, "x64: []"))
			check_examples(&place_examples[i], 1, NULL);
	assert_null(load(BOOT "boot-options: { x64: [] }\n", &err));
	assert_memory_equal(err.text, "c.yaml:6: boot-options.x64: unknown key; legal: bios, ", 54);
}

static const struct example network_examples[] = {
	{ NET "    ntp: [10.77.0.1, 1.1.1.1]\n    mtu: 576\n", NULL, NULL },
	{ NET "    ntp: [224.0.1.1]\n", NULL,
	  "c.yaml:4: networks[0].ntp: \"224.0.1.1\"; legal: unicast addresses" },
	{ NET "    mtu: 575\n", NULL,
	  "c.yaml:4: networks[0].mtu: \"575\"; legal: 576, which every machine takes, to 65535" },
	{ NET "    lease-time: 1h\n    renew-time: 10m\n    rebind-time: 20m\n", NULL, NULL },
	{ NET "    lease-time: 1h\n    rebind-time: 30m\n", NULL,
	  "c.yaml:5: networks[0].rebind-time: \"30m\"; legal: more than 1800s and less than 3600s, "
	  "in s, m, h or d: renew-time < rebind-time < lease-time" },
	{ NET "    lease-time: 1h\n    renew-time: 55m\n", NULL,
	  "c.yaml:5: networks[0].renew-time: \"55m\"; legal: more than 0s and less than 3150s, in "
	  "s, m, h or d: renew-time < rebind-time < lease-time" },
	{ NET "    lease-time: 1h\n    renew-time: 55m\n    rebind-time: 59m\n", NULL, NULL },
	{ NET "    rebind-time: 10m\n", NULL,
	  "c.yaml:4: networks[0].rebind-time: \"10m\"; legal: more than 300s and less than 600s, "
	  "in "
	  "s, m, h or d: renew-time < rebind-time < lease-time" },
	{ NET "    renew-time: 0\n", NULL,
	  "c.yaml:4: networks[0].renew-time: \"0\"; legal: more than 0s and less than 525s, in s, "
	  "m, "
	  "h or d: renew-time < rebind-time < lease-time" },
	{ NET "    unknown-clients: deny\n", NULL,
	  "c.yaml:4: networks[0].unknown-clients: \"deny\"; legal: serve, ignore" },
	{ NET "unknown-clients: no\n", NULL,
	  "c.yaml:4: unknown-clients: \"no\"; legal: serve, ignore" },
};

static void test_network(void **state)
{
	(void)state;
	check_examples(network_examples, COUNT(network_examples), NULL);
}

static void test_bytes(void **state)
{
	static const uint8_t expected[] = {
		200, 3, 0x06, 0x01, 0xff, 201, 8,   10, 77,  0,	  1, 1, 1,
		1,   1, 202,  2,    'a',  ' ', 203, 1,	255, 204, 2, 5, 120,
		205, 4, 0x01, 0x02, 3,	  4,   206, 1,	1,   207, 1, 0,
	};
	struct config_error err;
	struct config *config =
		load(NET "    options:\n      - { code: 200, hex: \"06:01 FF\" }\n"
			 "      - { code: 201, ip: [10.77.0.1, 1.1.1.1] }\n      - { code: 202, "
			 "text: \"a \" }\n"
			 "      - { code: 203, u8: 255 }\n      - { code: 204, u16: 1400 }\n"
			 "      - { code: 205, u32: 16909060 }\n      - { code: 206, bool: true }\n"
			 "      - { code: 207, bool: no }\n",
		     &err);
	const struct config_options *options;

	(void)state;
	if (!config)
		fail_msg("%s", err.text);
	options = &config->networks[0].options;
	assert_int_equal(options->line, 4);
	assert_int_equal(options->len, sizeof(expected));
	assert_memory_equal(options->bytes, expected, sizeof(expected));
	assert_true(config_options__has(options, 200) && config_options__has(options, 207));
	assert_false(config_options__has(options, 199) || config_options__has(options, 208));
	config__free(config);
}

static void test_unknown_clients(void **state)
{
	struct config_error err;
	struct config *config = load(NET "    unknown-clients: serve\n  - subnet: 10.78.0.0/16\n"
					 "unknown-clients: ignore\n",
				     &err);

	(void)state;
	assert_non_null(config);
	assert_false(config->networks[0].known_only);
	assert_true(config->networks[1].known_only);
	config__free(config);
	config = load(NET, &err);
	assert_non_null(config);
	assert_false(config->networks[0].known_only);
	assert_int_equal(config->networks[0].renew_time_s, 300);
	assert_int_equal(config->networks[0].rebind_time_s, 525);
	config__free(config);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_options),		cmocka_unit_test(test_places),
		cmocka_unit_test(test_network),		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_unknown_clients),
	};

	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
