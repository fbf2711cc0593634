// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "plan.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "config_hosts.h"
#include "lint.h"
#include "plan_file.h"
#include "plan_priv.h"

static bool fail_memory(const struct plan *plan, struct config_error *err)
{
	config__error(err, plan->config->path, 0, "out of memory");
	return false;
}

static bool link_networks(struct plan *plan, const struct net_interface *facts,
			  struct config_error *err)
{
	plan_ports__fill(plan, facts);
	return plan_links__bind(plan, facts, err);
}

static bool make_ports(struct plan *plan, struct config_error *err)
{
	struct net_interface *facts = calloc(plan->config->interface_count, sizeof(*facts));
	bool good;

	if (!facts)
		return fail_memory(plan, err);
	good = plan_ports__read(plan->config, facts, err) && link_networks(plan, facts, err);
	free(facts);
	return good;
}

static int compare_addresses(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

uint32_t *plan_hosts__reserved(const struct config *config, size_t *count)
{
	uint32_t *reserved = calloc(config->host_count + 1, sizeof(*reserved));
	size_t i;

	*count = 0;
	for (i = 0; reserved && i < config->host_count; i++)
		if (config->hosts[i].ip)
			reserved[(*count)++] = config->hosts[i].ip;
	if (*count)
		qsort(reserved, *count, sizeof(*reserved), compare_addresses);
	return reserved;
}

static bool make_networks(struct plan *plan, struct config_error *err)
{
	size_t count, i;
	uint32_t *reserved = plan_hosts__reserved(plan->config, &count);
	bool good = true;

	if (!reserved)
		return fail_memory(plan, err);
	for (i = 0; good && i < plan->network_count; i++) {
		plan_network__wire(&plan->networks[i]);
		plan->networks[i].wire.rollover_one = plan->config->rollover_one;
		if (plan->config->mode == CONFIG_MODE_PROXY)
			plan->networks[i].wire.flags |= XDPXE_NETWORK_PROXY;
		good = plan_network__check_options(plan, i, err) &&
		       plan_network__addresses(plan, i, reserved, count, err);
	}
	free(reserved);
	plan_links__chain(plan);
	return good;
}

/* The interface's address is known only now, so config__load() could not compare it. */
static bool check_own_address(const struct plan *plan, const struct config_host *host,
			      struct config_error *err)
{
	size_t i;

	for (i = 0; host->ip && i < plan->network_count; i++) {
		if (htonl(host->ip) != plan->networks[i].wire.server)
			continue;
		config__error(err, config_host__path(plan->config, host), host->line,
			      "%s: this server's own address in networks[%zu]; legal: another one",
			      config_host__key(plan->config, host, "ip").text, i);
		return false;
	}
	return true;
}

bool plan_hosts__fill(struct plan *plan, struct config_error *err)
{
	const struct config *config = plan->config;
	size_t i;

	plan->hosts = calloc(config->host_count + 1, sizeof(*plan->hosts));
	if (!plan->hosts)
		return fail_memory(plan, err);
	plan->host_count = config->host_count;
	for (i = 0; i < plan->host_count; i++) {
		const struct config_host *from = &config->hosts[i];
		struct plan_host *to = &plan->hosts[i];

		if (!check_own_address(plan, from, err))
			return false;
		to->key.htype = 1; /* Ethernet */
		to->key.hlen = sizeof(from->mac);
		memcpy(to->key.chaddr, from->mac, sizeof(from->mac));
		to->host.addr = htonl(from->ip);
		to->host.flags = from->deny ? XDPXE_HOST_DENY : 0;
		if (!plan_host__options(plan, from, &to->host, err))
			return false;
	}
	return true;
}

static bool check_root(const struct config *config, struct config_error *err)
{
	const char *wrong = config->tftp_root ? plan_file__check_root(config->tftp_root) : NULL;

	if (wrong)
		config__error(err, config->path, config->tftp_root_line,
			      "tftp.root: \"%s\" %s; legal: a folder that "
			      "can be read",
			      config->tftp_root, wrong);
	return !wrong;
}

struct plan *plan__make(struct config *config, struct config_error *err)
{
	struct plan *plan = calloc(1, sizeof(*plan));
	size_t i;

	if (!plan) {
		config__error(err, config->path, 0, "out of memory");
		config__free(config);
		return NULL;
	}
	plan->config = config;
	plan->networks = calloc(config->network_count, sizeof(*plan->networks));
	if (!plan->networks) {
		fail_memory(plan, err);
		goto failed;
	}
	plan->network_count = config->network_count;
	for (i = 0; i < plan->network_count; i++)
		plan->networks[i].config = &config->networks[i];
	if (make_ports(plan, err) && make_networks(plan, err) && plan_hosts__fill(plan, err) &&
	    check_root(config, err) && plan_aliases__check(plan, err) &&
	    plan_boots__fill(plan, err) && lint__refuse(plan, err))
		return plan;
failed:
	plan__free(plan);
	return NULL;
}

void plan__free(struct plan *plan)
{
	size_t i;

	if (!plan)
		return;
	for (i = 0; i < plan->network_count; i++)
		free(plan->networks[i].addresses);
	free(plan->networks);
	free(plan->boots);
	free(plan->sources);
	free(plan->hosts);
	config__free(plan->config);
	free(plan);
}
