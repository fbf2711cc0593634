// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// `hosts-file:`: reservations from CSV and YAML lists; errors name the file and the line.
#include "config_examples.h"

#define CSV ROOT "hosts-file: m.csv\n"
#define LIST ROOT "hosts-file: m.yaml\n"
#define MAC(last) "52:54:00:12:34:" last
#define INLINE "hosts: [{ mac: \"" MAC("01") "\", ip: 10.77.0.9 }]\n"
#define NAMES "mac, ip, hostname, boot, ipxe, deny"

static const struct example csv_examples[] = {
	{ CSV, "mac,ip\n" MAC("01") ",10.77.0.20\n", NULL },
	{ CSV, "mac\n", NULL },
	{ CSV, "\xef\xbb\xbfmac,ip\r\n" MAC("01") ",10.77.0.20\r\n", NULL },
	{ CSV, "# racks\nip,deny,mac\n,,\"" MAC("01") "\"\n10.77.0.2,yes," MAC("02") "\n", NULL },
	{ CSV, "mac,ip\n" MAC("01") "\n", NULL },
	{ CSV, "", "m.csv:1: nothing in it; legal: a first line that names columns of " NAMES },
	{ CSV, "# only\n",
	  "m.csv:1: nothing in it; legal: a first line that names columns of " NAMES },
	{ CSV, "ip\n10.77.0.20\n",
	  "m.csv:1: no column mac; legal: a first line that names mac and others of " NAMES },
	{ CSV, "\nmac,name\n", "m.csv:2: column: \"name\"; legal: a first line that names " NAMES },
	{ CSV, "mac;ip\n", "m.csv:1: column: \"mac;ip\"; legal: a first line that names " NAMES },
	{ CSV, "mac,ip,mac\n", "m.csv:1: column given twice: \"mac\"; legal: each once" },
	{ CSV, "mac\n" MAC("01") ",10.77.0.20\n",
	  "m.csv:2: more cells than columns; legal: one for each of the first line" },
	{ CSV, "mac\n\n# x\n" MAC("0g") "\n",
	  "m.csv:4: mac: \"" MAC("0g") "\"; legal: a unicast MAC address such as "
				       "52:54:00:12:34:56" },
	{ CSV, "mac,ip\n,10.77.0.20\n",
	  "m.csv:2: mac: missing; legal: a MAC address such as 52:54:00:12:34:56" },
	{ CSV, "mac,ip\n" MAC("01") ",10.78.0.20\n",
	  "m.csv:2: ip: \"10.78.0.20\" is in no network; legal: an address of a subnet above" },
	{ CSV, "mac,deny\n" MAC("01") ",1\n", "m.csv:2: deny: \"1\"; legal: true, false, yes, no" },
	{ CSV, "mac,hostname\n" MAC("01") ",a_b\n",
	  "m.csv:2: hostname: \"a_b\"; legal: a host name of at most 64 characters" },
	{ CSV, "mac,boot,ipxe\n" MAC("01") ",a.efi,a.efi\n",
	  "m.csv:2: ipxe: \"a.efi\" is a first-stage file too, so that iPXE would load itself for "
	  "ever; legal: a script or another file" },
	{ CSV, "mac\n\"" MAC("01") "\n",
	  "m.csv:2: a quote that does not end in its line; legal: \"text\"" },
	{ CSV, "mac,ip\n" MAC("01") "\n" MAC("02") "\n52-54-00-12-34-01\n",
	  "m.csv:4: mac: \"" MAC("01") "\" again, first in line 2; legal: each once" },
	{ CSV, "mac,ip\n" MAC("01") ",10.77.0.20\n" MAC("02") ",10.77.0.20\n",
	  "m.csv:3: ip: \"10.77.0.20\" again, first in line 2; legal: each once" },
	{ CSV INLINE, "mac\n" MAC("01") "\n",
	  "m.csv:2: mac: \"" MAC(
		  "01") "\" again, first in hosts[0] (c.yaml line 6); legal: each once" },
	{ CSV INLINE, "mac,ip\n" MAC("02") ",10.77.0.9\n",
	  "m.csv:2: ip: \"10.77.0.9\" again, first in hosts[0] (c.yaml line 6); legal: each once" },
	{ CSV INLINE, "mac,ip\n" MAC("02") ",10.77.0.8\n", NULL },
};

static void test_csv(void **state)
{
	(void)state;
	check_examples(csv_examples, COUNT(csv_examples), HOSTS_CSV);
}

static const struct example list_examples[] = {
	{ LIST, "- { mac: \"" MAC("01") "\", ip: 10.77.0.20, hostname: n1.example }\n", NULL },
	{ LIST, "[]\n", NULL },
	{ LIST, "", "m.yaml:1: nothing in it; legal: a list" },
	{ LIST, "hosts: []\n", "m.yaml:1: keys with values; legal: a list" },
	{ LIST, "- mac: a\n  name: b\n",
	  "m.yaml:2: [0].name: unknown key; legal: boot, deny, hostname, ip, ipxe, mac, options" },
	{ LIST, "- mac: \"" MAC("01") "\"\n\n- ip: 10.77.0.1\n",
	  "m.yaml:3: [1].mac: missing; legal: a MAC address such as 52:54:00:12:34:56" },
	{ LIST, "- mac: \"" MAC("01") "\"\n  ip: 10.77.0\n",
	  "m.yaml:2: [0].ip: \"10.77.0\"; legal: an address such as 10.77.0.20" },
	{ LIST, "- mac: \"" MAC("01") "\"\n  options:\n    - { code: 6, ip: [10.77.0.1] }\n",
	  "m.yaml:3: [0].options[0].code: \"6\": networks[].dns gives it; legal: other options" },
	{ LIST INLINE, "- mac: \"" MAC("01") "\"\n",
	  "m.yaml:1: mac: \"" MAC(
		  "01") "\" again, first in hosts[0] (c.yaml line 6); legal: each once" },
	{ LIST, "- mac: *x\n",
	  "m.yaml:1: YAML: anchor or alias \"x\"; legal: every value written out where it stands" },
};

static void test_list(void **state)
{
	(void)state;
	check_examples(list_examples, COUNT(list_examples), HOSTS_YAML);
}

static const struct example name_examples[] = {
	{ ROOT "hosts-file: m.txt\n", NULL,
	  "c.yaml:5: hosts-file: \"m.txt\"; legal: the name of a file that ends in .csv, .yaml or "
	  ".yml" },
	{ ROOT "hosts-file: none.csv\n", NULL,
	  "none.csv: cannot be opened: No such file or directory" },
};

static void test_names(void **state)
{
	(void)state;
	check_examples(name_examples, COUNT(name_examples), NULL);
}

static void test_values(void **state)
{
	struct config_error err;
	struct config *config;

	(void)state;
	write_as(HOSTS_CSV, "hostname,mac,ip,boot,ipxe,deny\n"
			    "n1," MAC("02") ",10.77.0.20,a.efi,\"http://h/a,b\",no\n"
					    "," MAC("03") ",,,,true\n");
	config = load(CSV INLINE, &err);
	if (!config)
		fail_msg("%s", err.text);
	assert_int_equal(config->host_count, 3);
	assert_string_equal(config->hosts_path, HOSTS_CSV);
	assert_false(config->hosts[0].in_file);
	assert_true(config->hosts[1].in_file);
	assert_int_equal(config->hosts[1].line, 2);
	assert_int_equal(config->hosts[1].ip, 0x0a4d0014);
	assert_string_equal(config->hosts[1].hostname, "n1");
	assert_string_equal(config->hosts[1].boot, "a.efi");
	assert_string_equal(config->hosts[1].ipxe, "http://h/a,b");
	assert_false(config->hosts[1].deny);
	assert_int_equal(config->hosts[2].line, 3);
	assert_int_equal(config->hosts[2].ip, 0);
	assert_null(config->hosts[2].hostname);
	assert_true(config->hosts[2].deny);
	config__free(config);
}

static void test_folder(void **state)
{
	char folder[256], path[300], expected[300];
	struct config_error err;
	struct config *config;

	(void)state;
	assert_non_null(getcwd(folder, sizeof(folder)));
	snprintf(path, sizeof(path), "%s/" FILE_NAME, folder);
	snprintf(expected, sizeof(expected), "%s/" HOSTS_CSV, folder);
	write_as(FILE_NAME, CSV);
	write_as(HOSTS_CSV, "mac\n" MAC("02") "\n");
	assert_int_equal(chdir("/"), 0);
	config = config__load(path, &err);
	assert_int_equal(chdir(folder), 0);
	assert_non_null(config);
	assert_string_equal(config->hosts_path, expected);
	config__free(config);
}

/* One too many, and the mistake at the end of as many as there may be. */
static void test_full(void **state)
{
	FILE *file = fopen(HOSTS_CSV, "w");
	struct config_error err;
	struct config *config;
	int i;

	(void)state;
	assert_non_null(file);
	fputs("mac,ipxe\n", file);
	for (i = 0; i < XDPXE_HOSTS_MAX; i++)
		fprintf(file, "02:00:00:%02x:%02x:%02x,http://10.77.0.1/%d.ipxe\n", i >> 16,
			i >> 8 & 255, i & 255, i);
	fclose(file);
	config = load(CSV, &err);
	assert_non_null(config);
	assert_int_equal(config->host_count, XDPXE_HOSTS_MAX);
	config__free(config);
	assert_null(load(CSV INLINE, &err));
	assert_string_equal(err.text, "c.yaml:5: hosts-file: 65537 hosts in it and under hosts; "
				      "legal: 65536");
	file = fopen(HOSTS_CSV, "a");
	assert_non_null(file);
	fputs("02:00:00:01:00:00\n", file);
	fclose(file);
	assert_null(load(CSV, &err));
	assert_string_equal(err.text, "m.csv:65538: more than 65536 hosts; legal: 65536");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_csv),    cmocka_unit_test(test_list),
		cmocka_unit_test(test_names),  cmocka_unit_test(test_values),
		cmocka_unit_test(test_folder), cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
