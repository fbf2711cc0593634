// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Options by number, and those that a network or a reservation may have, as bytes of replies.
#include <string.h>

#include "config_hosts.h"
#include "plan_priv.h"

/* Bytes of every reply: header, message type and server identifier, END. */
#define REPLY_BARE (sizeof(struct bootp_header) + 3 + 6 + 1)

/* All of them, already serialised. */
static void add_all(struct dhcp_options *out, const struct config_options *options)
{
	if (out->size - out->len < options->len) {
		out->overflow = true;
		return;
	}
	if (options->len)
		memcpy(out->data + out->len, options->bytes, options->len);
	out->len += options->len;
}

void plan_network__add_options(const struct config_network *config, struct dhcp_options *out)
{
	dhcp_options__add_addresses(out, DHCP_OPT_NTP, config->ntp, config->ntp_count);
	if (config->mtu)
		dhcp_options__add_u16(out, DHCP_OPT_MTU, config->mtu);
	add_all(out, &config->options);
}

/* What the keys of a network come to, whether or not it fitted. */
static size_t network_len(const struct config_network *config)
{
	size_t len = 5 * 6 + (config->router ? 6 : 0) + (config->mtu ? 4 : 0);

	len += config->dns_count ? 2 + 4 * config->dns_count : 0;
	len += config->ntp_count ? 2 + 4 * config->ntp_count : 0;
	len += config->domain ? 2 + strlen(config->domain) : 0;
	return len + config->options.len;
}

bool plan_network__check_options(const struct plan *plan, size_t index, struct config_error *err)
{
	const struct config_network *config = plan->networks[index].config;
	size_t len = REPLY_BARE + network_len(config);

	if (len <= PLAN_REPLY_MAX)
		return true;
	config__error(
		err, plan->config->path, config->options.len ? config->options.line : config->line,
		"networks[%zu].%s: makes DHCP replies of %zu bytes; legal: at most %d, so give "
		"%zu bytes of options less",
		index, config->options.len ? "options" : "dns", len, PLAN_REPLY_MAX,
		len - PLAN_REPLY_MAX);
	return false;
}

bool plan_host__options(const struct plan *plan, const struct config_host *from,
			struct xdpxe_host *to, struct config_error *err)
{
	struct dhcp_options options;

	dhcp_options__init(&options, to->options, sizeof(to->options));
	if (from->hostname)
		dhcp_options__add_text(&options, DHCP_OPT_HOSTNAME, from->hostname);
	if (from->options)
		add_all(&options, from->options);
	to->options_len = (uint16_t)options.len;
	if (!options.overflow)
		return true;
	config__error(err, config_host__path(plan->config, from), from->options->line,
		      "%s: %zu bytes; legal: at most %d with the hostname",
		      config_host__key(plan->config, from, "options").text, from->options->len,
		      XDPXE_HOST_OPTIONS);
	return false;
}

/* The boot's own 60 and 43, but those that are among @options. */
static void add_own(struct dhcp_options *out, const uint8_t *own, size_t len,
		    const struct config_options *options)
{
	size_t at;

	for (at = 0; at < len; at += 2u + own[at + 1])
		if (!config_options__has(options, own[at]))
			dhcp_options__add(out, own[at], own + at + 2, own[at + 1]);
}

bool plan_boot__add(struct xdpxe_boot *boot, const struct config_options *options)
{
	const struct xdpxe_boot plain = *boot;
	struct dhcp_options out;

	memset(boot->options, 0, sizeof(boot->options));
	dhcp_options__init(&out, boot->options, sizeof(boot->options));
	add_own(&out, plain.options, plain.options_len, options);
	add_all(&out, options);
	boot->options_len = (uint16_t)out.len;
	add_own(&out, plain.options + plain.options_len, plain.pxe_len, options);
	boot->pxe_len = (uint16_t)(out.len - boot->options_len);
	return !out.overflow;
}
