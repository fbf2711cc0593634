/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Networks and interfaces that tests of plan*.c begin with. */
#ifndef XDPXE_PLAN_BENCH_H
#define XDPXE_PLAN_BENCH_H

#include <arpa/inet.h>
#include <string.h>

#include "plan_priv.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static inline struct config_network net_77(void)
{
	return (struct config_network){
		.line = 3,
		.subnet = 0x0a4d0000,
		.mask = 0xffff0000,
		.lease_time_s = 3600,
		.renew_time_s = 1800,
		.rebind_time_s = 3150,
	};
}

static inline struct plan_network network_77(const struct config_network *config)
{
	return (struct plan_network){ .config = config, .wire.server = htonl(0x0a4d0001) };
}

/* Two interfaces: eth1 10.77.0.1 (after an address elsewhere), eth2 10.78.0.1. */
struct bench {
	struct net_interface facts[2];
	struct config_network nets[2];
	struct plan_network networks[2];
	struct config config;
	struct plan plan;
	struct config_error err;
};

static inline void bench_init(struct bench *bench)
{
	memset(bench, 0, sizeof(*bench));
	bench->facts[0] = (struct net_interface){
		.name = "eth1",
		.ifindex = 7,
		.mtu = 1500,
		.ethernet = true,
		.driver = "veth",
		.address_count = 2,
		.addresses = { { .address = 0xc0000201, .mask = 0xffffff00 },
			       { .address = 0x0a4d0001, .mask = 0xffff0000 } },
	};
	bench->facts[1] = (struct net_interface){
		.name = "eth2",
		.ifindex = 9,
		.mtu = 70000,
		.ethernet = true,
		.driver = "veth",
		.address_count = 1,
		.addresses = { { .address = 0x0a4e0001, .mask = 0xffff0000 } },
	};
	bench->nets[0] = net_77();
	bench->nets[1] = net_77();
	bench->nets[1].subnet = 0x0a4e0000;
	bench->nets[1].line = 9;
	bench->config = (struct config){
		.path = (char *)"c",
		.interface_count = 2,
		.networks = bench->nets,
		.network_count = 2,
	};
	bench->networks[0].config = &bench->nets[0];
	bench->networks[1].config = &bench->nets[1];
	bench->plan = (struct plan){ .config = &bench->config,
				     .networks = bench->networks,
				     .network_count = 2 };
}

#endif
