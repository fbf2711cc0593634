// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Which network is served on which interface, and in which order networks of one link are tried.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plan_bench.h"

static bool bind_all(struct bench *bench)
{
	plan_ports__fill(&bench->plan, bench->facts);
	if (!plan_links__bind(&bench->plan, bench->facts, &bench->err))
		return false;
	plan_links__chain(&bench->plan);
	return true;
}

static void test_bind(void **state)
{
	struct bench bench;

	(void)state;
	bench_init(&bench);
	assert_true(bind_all(&bench));
	assert_int_equal(bench.plan.port_count, 2);
	assert_string_equal(bench.plan.ports[0].name, "eth1");
	assert_string_equal(bench.plan.ports[0].driver, "veth");
	assert_int_equal(bench.plan.ports[0].ifindex, 7);
	assert_int_equal(bench.plan.ports[0].mtu, 1500);
	assert_int_equal(bench.plan.ports[1].mtu, 65535);
	assert_int_equal(bench.plan.ports[0].network, 0);
	assert_int_equal(bench.plan.ports[1].network, 1);
	assert_int_equal(bench.networks[0].wire.server, htonl(0x0a4d0001));
	assert_int_equal(bench.networks[1].wire.server, htonl(0x0a4e0001));

	bench_init(&bench);
	bench.plan.network_count = 1;
	assert_true(bind_all(&bench));
	assert_int_equal(bench.plan.ports[1].network, XDPXE_NONE);
}

static void test_bind_given_address(void **state)
{
	struct bench bench;

	(void)state;
	bench_init(&bench);
	bench.facts[0].addresses[0].address = 0x0a4d0063;
	bench.nets[0].address = 0x0a4d0001; /* not the first in the subnet */
	assert_true(bind_all(&bench));
	assert_int_equal(bench.networks[0].wire.server, htonl(0x0a4d0001));
	bench.nets[0].address = 0x0a4d0002;
	assert_false(bind_all(&bench));
	assert_string_equal(
		bench.err.text,
		"c:3: networks[0].address: 10.77.0.2 is on no listed interface; legal: with an "
		"address that a "
		"listed interface has (now: eth1 10.77.0.99, eth1 10.77.0.1, eth2 10.78.0.1)");
}

static void test_bind_errors(void **state)
{
	struct bench bench;

	(void)state;
	bench_init(&bench);
	bench.facts[1].address_count = 0;
	bench.facts[0].address_count = 0;
	assert_false(bind_all(&bench));
	assert_string_equal(
		bench.err.text,
		"c:3: networks[0].subnet: 10.77.0.0: no listed interface has an address in it; "
		"legal: with an address that a listed interface has (now: none)");
}

/* eth1 10.77.0.1 and 192.0.2.1: two networks on one wire, in the order of the file. */
static void test_two_networks_on_one_interface(void **state)
{
	struct bench bench;

	(void)state;
	bench_init(&bench);
	bench.nets[1].subnet = 0xc0000200;
	bench.nets[1].mask = 0xffffff00;
	assert_true(bind_all(&bench));
	assert_int_equal(bench.plan.ports[0].network, 0);
	assert_int_equal(bench.plan.ports[1].network, XDPXE_NONE);
	assert_int_equal(bench.networks[0].wire.link, 0);
	assert_int_equal(bench.networks[0].wire.next, 1);
	assert_int_equal(bench.networks[1].wire.link, 0);
	assert_int_equal(bench.networks[1].wire.next, XDPXE_NONE);
	assert_int_equal(bench.networks[1].wire.server, htonl(0xc0000201));
}

/* A relayed network comes last on its link, wherever it stands in the file. */
static void test_a_relayed_network(void **state)
{
	struct bench bench;

	(void)state;
	bench_init(&bench);
	bench.nets[0].subnet = 0x0a630000;
	bench.nets[0].address = 0x0a4e0001; /* on eth2 */
	bench.nets[0].relayed = true;
	assert_true(bind_all(&bench));
	assert_int_equal(bench.networks[0].port, 1);
	assert_int_equal(bench.networks[0].wire.server, htonl(0x0a4e0001));
	assert_int_equal(bench.networks[0].wire.flags, XDPXE_NETWORK_RELAYED);
	assert_int_equal(bench.plan.ports[1].network, 1);
	assert_int_equal(bench.networks[1].wire.next, 0);
	assert_int_equal(bench.networks[0].wire.link, 1);
	assert_int_equal(bench.networks[0].wire.next, XDPXE_NONE);
	assert_int_equal(bench.networks[1].wire.flags, 0);

	bench_init(&bench); /* without an address: that of the interface, if it has but one */
	bench.nets[0].subnet = 0x0a630000;
	bench.nets[0].relayed = true;
	bench.nets[0].interface = (char *)"eth2";
	assert_true(bind_all(&bench));
	assert_int_equal(bench.networks[0].wire.server, htonl(0x0a4e0001));
	bench.nets[0].interface = (char *)"eth1";
	assert_false(bind_all(&bench));
	assert_string_equal(bench.err.text,
			    "c:3: networks[0].relayed: eth1 has several addresses; legal: with "
			    "`address`, the one that relays are told");
	bench.nets[0].interface = NULL;
	bench.facts[0].address_count = 1;
	assert_false(bind_all(&bench));
	assert_string_equal(bench.err.text,
			    "c:3: networks[0]: eth1 and eth2 could both serve it; legal: with "
			    "`interface`");
}

/* eth1.100 10.20.0.1, eth1.100.200 10.30.0.1 */
static void test_vlans(void **state)
{
	struct bench bench;

	(void)state;
	bench_init(&bench);
	bench.facts[0].address_count = 4;
	bench.facts[0].addresses[2] =
		(struct net_address){ 0x0a140001, 0xffff0000, { 100 }, false };
	bench.facts[0].addresses[3] =
		(struct net_address){ 0x0a1e0001, 0xffff0000, { 100, 200 }, false };
	bench.nets[0].subnet = 0x0a140000;
	bench.nets[0].vlan[0] = 100;
	bench.nets[1].subnet = 0x0a1e0000;
	bench.nets[1].vlan[0] = 100;
	bench.nets[1].vlan[1] = 200;
	assert_true(bind_all(&bench));
	assert_int_equal(bench.networks[0].port, 0);
	assert_int_equal(bench.networks[0].wire.server, htonl(0x0a140001));
	assert_int_equal(bench.networks[0].wire.next, XDPXE_NONE);
	assert_int_equal(bench.networks[1].wire.server, htonl(0x0a1e0001));
	assert_int_equal(bench.networks[1].wire.link, 1);
	assert_int_equal(bench.plan.ports[0].network, XDPXE_NONE);

	bench.nets[0].vlan[0] = 101;
	assert_false(bind_all(&bench));
	assert_string_equal(
		bench.err.text,
		"c:3: networks[0].subnet: 10.20.0.0: no listed interface has an address in it with "
		"VLAN 101; legal: with an address that a listed interface has on that VLAN (now: "
		"eth1 192.0.2.1, eth1 10.77.0.1, eth1.100 10.20.0.1, eth1.100.200 10.30.0.1, eth2 "
		"10.78.0.1)");
	bench.nets[0].vlan[0] = 0; /* an address in a VLAN is not the interface's own */
	assert_false(bind_all(&bench));
}

/* The address is on a bridge that eth1 is a port of: that is known only to who wrote the file. */
static void test_an_address_elsewhere(void **state)
{
	struct bench bench;

	(void)state;
	bench_init(&bench);
	bench.facts[0].address_count = 1;
	bench.facts[0].addresses[0] = (struct net_address){ 0x0a4d0001, 0xffff0000, { 0 }, true };
	assert_false(bind_all(&bench));
	bench.nets[0].address = 0x0a4d0001;
	assert_false(bind_all(&bench));
	bench.nets[0].interface = (char *)"eth1";
	assert_true(bind_all(&bench));
	assert_int_equal(bench.networks[0].port, 0);
	bench.nets[0].interface = NULL; /* or there is but one interface */
	bench.config.interface_count = 1;
	bench.plan.network_count = 1;
	assert_true(bind_all(&bench));
	bench.nets[0].address = 0;
	assert_false(bind_all(&bench));
	assert_string_equal(
		bench.err.text,
		"c:3: networks[0].subnet: 10.77.0.0: no listed interface has an address in it; "
		"legal: with an address that a listed interface has (now: none)");
}

static void test_two_interfaces_with_one_subnet(void **state)
{
	struct bench bench;

	(void)state;
	bench_init(&bench);
	bench.plan.network_count = 1;
	bench.facts[1].addresses[0].address = 0x0a4d0002;
	assert_false(bind_all(&bench));
	assert_string_equal(bench.err.text,
			    "c:3: networks[0]: eth1 and eth2 could both serve it; legal: with "
			    "`interface`");
	bench.nets[0].interface = (char *)"eth2";
	assert_true(bind_all(&bench));
	assert_int_equal(bench.networks[0].wire.server, htonl(0x0a4d0002));
	bench.nets[0].interface = NULL;
	bench.nets[0].address = 0x0a4d0001;
	assert_true(bind_all(&bench));
	assert_int_equal(bench.networks[0].port, 0);
}

static void test_too_many_networks_on_one_link(void **state)
{
	struct config_network nets[XDPXE_LOCALS_MAX + 2];
	struct plan_network networks[XDPXE_LOCALS_MAX + 2] = {};
	struct bench bench;

	(void)state;
	bench_init(&bench);
	for (uint32_t i = 0; i < COUNT(nets); i++) {
		nets[i] = net_77();
		nets[i].subnet = 0x0a4d0000 + (i << 8);
		nets[i].mask = 0xffffff00;
		nets[i].address = nets[i].subnet + 1;
		networks[i].config = &nets[i];
		bench.facts[0].addresses[i].address = nets[i].address;
	}
	bench.facts[0].address_count = COUNT(nets);
	bench.config.networks = nets;
	bench.plan.networks = networks;
	bench.plan.network_count = XDPXE_LOCALS_MAX + 1;
	assert_false(bind_all(&bench));
	assert_string_equal(
		bench.err.text,
		"c:3: networks[16]: one more on its link; legal: at most 16 networks of "
		"one interface and VLAN, not counting relayed ones");
	nets[3].relayed = true;
	assert_true(bind_all(&bench));
	assert_int_equal(networks[2].wire.next, 4);
	assert_int_equal(networks[XDPXE_LOCALS_MAX].wire.next, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bind),
		cmocka_unit_test(test_bind_given_address),
		cmocka_unit_test(test_bind_errors),
		cmocka_unit_test(test_two_networks_on_one_interface),
		cmocka_unit_test(test_a_relayed_network),
		cmocka_unit_test(test_vlans),
		cmocka_unit_test(test_an_address_elsewhere),
		cmocka_unit_test(test_two_interfaces_with_one_subnet),
		cmocka_unit_test(test_too_many_networks_on_one_link),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
