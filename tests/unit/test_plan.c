// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What a configuration becomes in the maps. Expected bytes: RFC 2132, RFC 4578 and PXE 2.1, and
 * what dnsmasq sends real clients in the captures (51, 58, 59 of an hour).
 */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "plan_bench.h"
#include "plan_file.h"

#define A10 "aaaaaaaaaa"
#define A120 A10 A10 A10 A10 A10 A10 A10 A10 A10 A10 A10 A10

static void test_network_options(void **state)
{
	static const uint8_t expected[] = {
		0x33, 4,   0x00, 0x00, 0x0e, 0x10, 0x3a, 4,   0x00, 0x00, 0x07, 0x08,
		0x3b, 4,   0x00, 0x00, 0x0c, 0x4e, 1,	 4,   255,  255,  0,	0,
		28,   4,   10,	 77,   255,  255,  3,	 4,   10,   77,	  0,	1,
		6,    8,   10,	 77,   0,    1,	   1,	 1,   1,    1,	  15,	12,
		'b',  'o', 'o',	 't',  '.',  'e',  'x',	 'a', 'm',  'p',  'l',	'e',
	};
	static const uint8_t tftp_name[] = {
		66, 10, '1', '0', '.', '7', '7', '.', '0', '.', '1', 0
	};
	static char domain[] = "boot.example";
	uint32_t dns[] = { 0x0a4d0001, 0x01010101 };
	struct config_network config = net_77();
	struct plan_network network = network_77(&config);
	const struct xdpxe_network *wire = &network.wire;

	(void)state;
	config.router = 0x0a4d0001;
	config.dns = dns;
	config.dns_count = 2;
	config.domain = domain;
	config.conflict_check = true;
	plan_network__wire(&network);
	assert_int_equal(wire->options_len, sizeof(expected));
	assert_memory_equal(wire->options, expected, sizeof(expected));
	assert_int_equal(wire->tftp_name_len, sizeof(tftp_name));
	assert_memory_equal(wire->tftp_name, tftp_name, sizeof(tftp_name));
	assert_memory_equal(&wire->subnet, ((uint8_t[]){ 10, 77, 0, 0 }), 4);
	assert_memory_equal(&wire->mask, ((uint8_t[]){ 255, 255, 0, 0 }), 4);
	assert_memory_equal(&wire->server, ((uint8_t[]){ 10, 77, 0, 1 }), 4);
	assert_int_equal(wire->lease_time_s, 3600);
	assert_int_equal(wire->boot_ipxe, XDPXE_BOOT_NONE);
	assert_int_equal(wire->boot_arch[0], XDPXE_BOOT_NONE);
	assert_int_equal(wire->boot_arch[XDPXE_ARCHES - 1], XDPXE_BOOT_NONE);
	assert_true(wire->flags & XDPXE_NETWORK_PROBED);
}

static void test_network_without_extras(void **state)
{
	struct config_network config = net_77();
	struct plan_network network = network_77(&config);

	(void)state;
	config.lease_time_s = 31536000; /* the longest lease; rebinding after 27594000 s */
	config.rebind_time_s = 27594000;
	network.wire.server = htonl(0xdfdfdfdf);
	plan_network__wire(&network);
	assert_int_equal(network.wire.options_len, 5 * 6);
	assert_memory_equal(network.wire.options + 12,
			    ((uint8_t[]){ 59, 4, 0x01, 0xa5, 0x0d, 0x10 }), 6);
	assert_int_equal(network.wire.tftp_name_len, 18); /* "223.223.223.223" and its NUL */
	assert_true(network.wire.tftp_name_len <= XDPXE_TFTP_NAME_TLV);
}

static void test_addresses(void **state)
{
	static const uint32_t expected[] = { 0x0a4d00fa, 0x0a4d00fd, 0x0a4d00fe, 0x0a4d0102,
					     0x0a4d0201 };
	struct config_range pool[] = {
		{ 0x0a4d0201, 0x0a4d0201 },
		{ 0x0a4d00f9, 0x0a4d0103 },
		{ 0x0a4dffff, 0x0a4dffff },
	};
	uint32_t dns[] = { 0x0a4d00fb },
		 reserved[] = { 0x0a4d0001, 0x0a4d00f9, 0x0a4d0103, 0x0a4d0301 };
	struct config_network net = net_77();
	struct plan_network network = network_77(&net);
	struct config config = { .path = (char[]){ "c" } };
	struct plan plan = { .config = &config, .networks = &network, .network_count = 1 };
	struct config_error err;

	(void)state;
	net.pool = pool;
	net.pool_count = COUNT(pool);
	net.router = 0x0a4d00fc;
	net.dns = dns;
	net.dns_count = 1;
	network.wire.server = htonl(0x0a4d0101);
	assert_true(plan_network__addresses(&plan, 0, reserved, COUNT(reserved), &err));
	assert_int_equal(network.address_count, COUNT(expected));
	assert_memory_equal(network.addresses, expected, sizeof(expected));
	free(network.addresses);
}

static void test_addresses_none(void **state)
{
	struct config_range pool[] = { { 0x0a4d0100, 0x0a4d0100 }, { 0x0a4d01ff, 0x0a4d01ff } };
	struct config_network net = net_77();
	struct plan_network network = network_77(&net);
	struct config config = { .path = (char[]){ "c" } };
	struct plan plan = { .config = &config, .networks = &network, .network_count = 1 };
	struct config_error err;

	(void)state;
	assert_true(plan_network__addresses(&plan, 0, NULL, 0, &err)); /* only reservations */
	assert_int_equal(network.address_count, 0);
	net.pool = pool;
	net.pool_count = 2;
	assert_false(plan_network__addresses(&plan, 0, NULL, 0, &err));
	assert_string_equal(
		err.text,
		"c:3: networks[0].pool: every address in it is reserved or cannot be given; legal: "
		"a pool with others, or none");
	free(network.addresses);
}

static void test_boot_tftp(void **state)
{
	static const uint8_t expected[] = {
		67,  14,  'u', 'n', 'd', 'i', 'o', 'n', 'l', 'y', '.', 'k', 'p',
		'x', 'e', 0,   13,  2,	 0,   137, 60,	9,   'P', 'X', 'E', 'C',
		'l', 'i', 'e', 'n', 't', 43,  4,   6,	1,   8,	  255,
	};
	struct xdpxe_boot boot;

	(void)state;
	plan_boot__make(&boot, PLAN_BOOT_TFTP, "undionly.kpxe", 70000); /* 136.7 units of 512 */
	assert_int_equal(boot.flags, XDPXE_BOOT_TFTP);
	assert_int_equal(boot.options_len, 20);
	assert_int_equal(boot.pxe_len, 17);
	assert_memory_equal(boot.options, expected, sizeof(expected));
	assert_string_equal((char *)boot.file, "undionly.kpxe");
}

static void test_boot_sizes(void **state)
{
	static const struct {
		uint64_t size;
		uint16_t units;
		bool told;
	} sizes[] = {
		{ 0, 0, true },
		{ 1, 1, true },
		{ 512, 1, true },
		{ 513, 2, true },
		{ 65535ULL * 512, 65535, true },
		{ 65535ULL * 512 + 1, 0, false },
		{ UINT64_MAX, 0, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(sizes); i++) {
		uint8_t expected[] = { 13, 2, (uint8_t)(sizes[i].units >> 8),
				       (uint8_t)sizes[i].units };
		struct xdpxe_boot boot;

		plan_boot__make(&boot, PLAN_BOOT_TFTP, "a", sizes[i].size);
		assert_int_equal(boot.options_len, sizes[i].told ? 8 : 4);
		if (sizes[i].told)
			assert_memory_equal(boot.options + 4, expected, 4);
	}
}

static void test_boot_long_names(void **state)
{
	struct xdpxe_boot boot;

	(void)state;
	plan_boot__make(&boot, PLAN_BOOT_TFTP, A120 "1234567", 1);
	assert_string_equal((char *)boot.file, A120 "1234567");
	assert_int_equal(boot.options[1], 128);
	plan_boot__make(&boot, PLAN_BOOT_IPXE, "http://" A120 "1", 0);
	assert_int_equal(boot.file[0], 0);
	assert_int_equal(boot.options[1], 129);
	plan_boot__make(&boot, PLAN_BOOT_IPXE, "http://" A120 A120 "123",
			0); /* 250 bytes, the longest */
	assert_int_equal(boot.options[1], 251);
	assert_int_equal(boot.options_len, 2 + 251 + 5);
}

static void test_boot_ipxe(void **state)
{
	static const uint8_t expected[] = { 67, 4, 'a', '/', 'b', 0, 175, 3, 0xb0, 1, 1 };
	struct xdpxe_boot boot;

	(void)state;
	plan_boot__make(&boot, PLAN_BOOT_IPXE, "a/b", 5000);
	assert_int_equal(boot.flags, XDPXE_BOOT_TFTP);
	assert_int_equal(boot.options_len, sizeof(expected));
	assert_int_equal(boot.pxe_len, 0);
	assert_memory_equal(boot.options, expected, sizeof(expected));
	assert_string_equal((char *)boot.file, "a/b");
	plan_boot__make(&boot, PLAN_BOOT_IPXE, "tftp://h/b", 0);
	assert_int_equal(boot.flags, XDPXE_BOOT_TFTP);
	plan_boot__make(&boot, PLAN_BOOT_IPXE, "http://h/b", 0);
	assert_int_equal(boot.flags, 0);
}

static void test_boot_http(void **state)
{
	static const uint8_t expected[] = {
		60, 10,	 'H', 'T', 'T', 'P', 'C', 'l', 'i', 'e', 'n', 't', 67,
		11, 'h', 't', 't', 'p', ':', '/', '/', 'h', '/', 'b', 0,
	};
	struct xdpxe_boot boot;

	(void)state;
	plan_boot__make(&boot, PLAN_BOOT_HTTP, "http://h/b", 0);
	assert_int_equal(boot.flags, 0);
	assert_int_equal(boot.options_len, sizeof(expected));
	assert_int_equal(boot.pxe_len, 0);
	assert_memory_equal(boot.options, expected, sizeof(expected));
	assert_string_equal((char *)boot.file, "http://h/b");
}

static void test_reply_len(void **state)
{
	struct plan_network networks[2] = {
		{ .wire = { .options_len = 100, .tftp_name_len = 12 } },
		{ .wire = { .options_len = 90, .tftp_name_len = 18 } },
	};
	struct plan plan = { .networks = networks, .network_count = 2 };
	struct xdpxe_boot boot = { .flags = XDPXE_BOOT_TFTP, .options_len = 20, .pxe_len = 17 };

	(void)state;
	/* header and cookie, option 53, option 54, END */
	assert_int_equal(plan_boot__reply_len(&plan, &boot), 240 + 3 + 6 + 1 + 112 + 37);
	boot.flags = 0;
	assert_int_equal(plan_boot__reply_len(&plan, &boot), 240 + 3 + 6 + 1 + 100 + 37);
	assert_int_equal(PLAN_REPLY_MAX, 548);
}

static void write_file(const char *name, size_t size)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(truncate(name, (off_t)size), 0);
}

static void fill_boot_config(struct bench *bench)
{
	bench_init(bench);
	bench->config.tftp_root = (char *)".";
	bench->config.cache_bytes = 1 << 20;
	bench->config.boot[0] = bench->config.boot[6] = bench->config.boot[7] = (char *)"a.efi";
	bench->config.boot[16] = (char *)"http://h/a.efi";
	bench->config.boot_ipxe = (char *)"b.ipxe";
	bench->config.boot_line[7] = 20;
	bench->config.boot_ipxe_line = 22;
	write_file("a.efi", 1025);
	write_file("b.ipxe", 10);
}

static void free_plan(struct plan *plan)
{
	free(plan->boots);
	free(plan->sources);
	free(plan->hosts);
}

static struct config_host three_hosts[] = {
	{ .line = 30, .mac = { 2, 0, 0, 0, 0, 1 }, .ip = 0x0a4d0014, .boot = (char *)"a.efi" },
	{ .line = 31, .mac = { 2, 0, 0, 0, 0, 2 }, .deny = true, .ipxe = (char *)"http://h/2" },
	{ .line = 32,
	  .mac = { 2, 0, 0, 0, 0, 3 },
	  .boot = (char *)"http://h/a.efi",
	  .ipxe = (char *)"b.ipxe" },
};

static void test_boots(void **state)
{
	struct bench bench;

	(void)state;
	fill_boot_config(&bench);
	bench.config.hosts = three_hosts;
	bench.config.host_count = COUNT(three_hosts);
	assert_true(plan_hosts__fill(&bench.plan, &bench.err) &&
		    plan_boots__fill(&bench.plan, &bench.err));
	/* a.efi, its URL, b.ipxe, http://h/2: each once */
	assert_int_equal(bench.plan.boot_count, 4);
	assert_int_equal(bench.networks[1].wire.boot_arch[0], 1);
	assert_int_equal(bench.networks[1].wire.boot_arch[7], 1);
	assert_int_equal(bench.networks[1].wire.boot_arch[16], 2);
	assert_int_equal(bench.networks[1].wire.boot_arch[11], XDPXE_BOOT_NONE);
	assert_int_equal(bench.networks[0].wire.boot_ipxe, 3);
	assert_memory_equal(bench.plan.boots[0].options + 8, ((uint8_t[]){ 13, 2, 0, 3 }), 4);
	free_plan(&bench.plan);
}

static void test_hosts(void **state)
{
	const struct plan_host *host;
	struct bench bench;

	(void)state;
	fill_boot_config(&bench);
	bench.config.hosts = three_hosts;
	bench.config.host_count = COUNT(three_hosts);
	assert_true(plan_hosts__fill(&bench.plan, &bench.err) &&
		    plan_boots__fill(&bench.plan, &bench.err));
	host = bench.plan.hosts;
	assert_memory_equal(&host[0].key,
			    ((uint8_t[24]){ 0, 0, 0, 0, 1, 6, 0, 0, 2, 0, 0, 0, 0, 1 }), 24);
	assert_memory_equal(&host[0].host.addr, ((uint8_t[]){ 10, 77, 0, 20 }), 4);
	assert_int_equal(host[0].host.flags, 0);
	assert_int_equal(host[0].host.boot, 1);
	assert_int_equal(host[0].host.boot_ipxe, XDPXE_BOOT_NONE);
	assert_int_equal(host[1].host.flags, XDPXE_HOST_DENY);
	assert_int_equal(host[1].host.addr, 0);
	assert_int_equal(host[1].host.boot, XDPXE_BOOT_NONE);
	assert_int_equal(host[1].host.boot_ipxe, 4);
	assert_int_equal(host[2].host.boot, 2);
	assert_int_equal(host[2].host.boot_ipxe, 3);
	free_plan(&bench.plan);
}

static void expect_boots_error(struct bench *bench, const char *expected)
{
	assert_false(plan_boots__fill(&bench->plan, &bench->err));
	assert_string_equal(bench->err.text, expected);
	free(bench->plan.boots);
	free(bench->plan.sources);
}

static void test_boot_files(void **state)
{
	struct bench bench;

	(void)state;
	fill_boot_config(&bench);
	bench.config.boot[7] = (char *)"none.efi";
	expect_boots_error(&bench, "c:20: boot.efi-x64: \"none.efi\" does not exist; legal: a "
				   "readable file under tftp.root, .");
	fill_boot_config(&bench);
	bench.config.boot_ipxe = (char *)"folder";
	assert_int_equal(mkdir("folder", 0700), 0);
	expect_boots_error(&bench, "c:22: boot.ipxe: \"folder\" is no regular file; legal: a "
				   "readable file under tftp.root, .");
	rmdir("folder");
	fill_boot_config(&bench);
	write_file("b.ipxe", (1 << 20) + 1);
	expect_boots_error(&bench, "c:22: boot.ipxe: \"b.ipxe\" has 1048577 bytes; legal: at most "
				   "tftp.cache, 1048576");
}

static void test_links(void **state)
{
	uint64_t size = 0;

	(void)state;
	write_file("a.efi", 3);
	assert_int_equal(symlink("a.efi", "in"), 0);
	assert_int_equal(symlink("/etc/passwd", "out"), 0);
	assert_null(plan_file__check(".", "in", &size));
	assert_int_equal(size, 3);
	assert_string_equal(plan_file__check(".", "out", &size),
			    "is a symbolic link that leads out of the root");
	assert_string_equal(plan_file__check(".", "a.efi/b", &size), "does not exist");
	assert_string_equal(plan_file__check("/", "etc", &size), "is no regular file");
	assert_null(plan_file__check("/", "etc/passwd", &size));
	assert_null(plan_file__check_root("."));
	assert_string_equal(plan_file__check_root("a.efi"), "is no folder");
	assert_string_equal(plan_file__check_root("none"), "does not exist");
	unlink("in");
	unlink("out");
}

static void test_reply_too_long(void **state)
{
	struct bench bench;

	(void)state;
	/*
	 * 240 + 3 + 6 + 1 of every reply, 136 of the network, 2 + 158 of option 67, 5 of option
	 * 175: 551
	 */
	fill_boot_config(&bench);
	bench.networks[1].wire.options_len = 136;
	bench.config.boot_ipxe = (char *)"http://h/" A120 A10 A10 "12345678";
	expect_boots_error(&bench, "c:22: boot.ipxe: \"http://h/" A120 A10 A10
				   "12345678\" makes DHCP replies of 551 bytes; "
				   "legal: at most 548, so shorten it by 3 or give fewer dns");
	fill_boot_config(&bench);
	bench.networks[1].wire.options_len = 136;
	bench.config.boot_ipxe = (char *)"http://h/" A120 A10 A10 "12345";
	assert_true(plan_boots__fill(&bench.plan, &bench.err));
	free_plan(&bench.plan);
}

static void test_own_address(void **state)
{
	struct config_host hosts[] = { { .line = 30 }, { .line = 31, .ip = 0x0a4e0001 } };
	struct bench bench;

	(void)state;
	bench_init(&bench);
	bench.config.hosts = hosts;
	bench.config.host_count = 2;
	bench.networks[1].wire.server = htonl(0x0a4e0001);
	assert_false(plan_hosts__fill(&bench.plan, &bench.err));
	assert_string_equal(
		bench.err.text,
		"c:31: hosts[1].ip: this server's own address in networks[1]; legal: another one");
	free_plan(&bench.plan);
}

static void test_reserved(void **state)
{
	static const uint32_t expected[] = { 0x0a4d0002, 0x0a4d0009, 0xc0000201 };
	struct config_host hosts[] = {
		{ .ip = 0xc0000201 }, { .ip = 0 }, { .ip = 0x0a4d0009 }, { .ip = 0x0a4d0002 }
	};
	struct config config = { .hosts = hosts, .host_count = 4 };
	uint32_t *reserved;
	size_t count;

	(void)state;
	reserved = plan_hosts__reserved(&config, &count);
	assert_int_equal(count, 3);
	assert_memory_equal(reserved, expected, sizeof(expected));
	free(reserved);
}

static int enter_folder(void **state)
{
	static char folder[] = "/tmp/xdpxe-plan-XXXXXX";

	*state = mkdtemp(folder);
	return !*state || chdir(*state);
}

static int leave_folder(void **state)
{
	unlink("a.efi");
	unlink("b.ipxe");
	return chdir("/") || rmdir(*state);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_network_options),
		cmocka_unit_test(test_network_without_extras),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_addresses_none),
		cmocka_unit_test(test_boot_tftp),
		cmocka_unit_test(test_boot_sizes),
		cmocka_unit_test(test_boot_long_names),
		cmocka_unit_test(test_boot_ipxe),
		cmocka_unit_test(test_boot_http),
		cmocka_unit_test(test_reply_len),
		cmocka_unit_test(test_boots),
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_boot_files),
		cmocka_unit_test(test_links),
		cmocka_unit_test(test_reply_too_long),
		cmocka_unit_test(test_own_address),
		cmocka_unit_test(test_reserved),
	};

	return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
