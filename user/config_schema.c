// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "config_schema.h"

#include <stddef.h>
#include <stdlib.h>

/*
 * Keys stand in the order in which an error lists them. Which are required is a matter of the
 * values: config.c.
 */
#define TEXT(key, type, member)                                                                    \
	CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, member, 1,     \
			       CYAML_UNLIMITED)
#define LIST(key, type, member, entry, min, max)                                                   \
	CYAML_FIELD_SEQUENCE(key, CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, type, member, entry,   \
			     min, max)

static const cyaml_schema_value_t text = {
	CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, CYAML_UNLIMITED),
};

static const cyaml_schema_field_t option_fields[] = {
	TEXT("bool", struct raw_option, boolean),
	TEXT("code", struct raw_option, code),
	TEXT("hex", struct raw_option, hex),
	LIST("ip", struct raw_option, ip, &text, 1, 63),
	TEXT("text", struct raw_option, text),
	TEXT("u16", struct raw_option, u16),
	TEXT("u32", struct raw_option, u32),
	TEXT("u8", struct raw_option, u8),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t option = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct raw_option, option_fields),
};

#define OPTIONS(key, type, member) LIST(key, type, member.list, &option, 0, CONFIG_OPTIONS_MAX)

static const cyaml_schema_field_t network_fields[] = {
	TEXT("address", struct raw_network, address),
	TEXT("authoritative", struct raw_network, authoritative),
	TEXT("conflict-check", struct raw_network, conflict_check),
	LIST("dns", struct raw_network, dns, &text, 0, CONFIG_DNS_MAX),
	TEXT("domain", struct raw_network, domain),
	TEXT("interface", struct raw_network, interface),
	TEXT("lease-time", struct raw_network, lease_time),
	TEXT("mtu", struct raw_network, mtu),
	LIST("ntp", struct raw_network, ntp, &text, 0, CONFIG_DNS_MAX),
	OPTIONS("options", struct raw_network, options),
	TEXT("pool", struct raw_network, pool),
	TEXT("rebind-time", struct raw_network, rebind_time),
	TEXT("relayed", struct raw_network, relayed),
	TEXT("renew-time", struct raw_network, renew_time),
	TEXT("router", struct raw_network, router),
	TEXT("subnet", struct raw_network, subnet),
	TEXT("unknown-clients", struct raw_network, unknown_clients),
	TEXT("vlan", struct raw_network, vlan),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t network = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct raw_network, network_fields),
};

static const cyaml_schema_field_t host_fields[] = {
	TEXT("boot", struct raw_host, boot),	      TEXT("deny", struct raw_host, deny),
	TEXT("hostname", struct raw_host, hostname),  TEXT("ip", struct raw_host, ip),
	TEXT("ipxe", struct raw_host, ipxe),	      TEXT("mac", struct raw_host, mac),
	OPTIONS("options", struct raw_host, options), CYAML_FIELD_END,
};

static const cyaml_schema_value_t host = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct raw_host, host_fields),
};

static const cyaml_schema_field_t alias_fields[] = {
	TEXT("file", struct raw_alias, file),
	TEXT("name", struct raw_alias, name),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t alias = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct raw_alias, alias_fields),
};

static const cyaml_schema_field_t tftp_fields[] = {
	LIST("aliases", struct raw_tftp, aliases, &alias, 0, CONFIG_ALIASES_MAX),
	TEXT("cache", struct raw_tftp, cache),
	LIST("rollover-one", struct raw_tftp, rollover_one, &text, 0, XDPXE_ARCHES),
	TEXT("root", struct raw_tftp, root),
	TEXT("window", struct raw_tftp, window),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t boot_fields[] = {
#define XDPXE_ARCH(code, id, name, kind, what) TEXT(name, struct raw_boot, file[code]),
#include "xdpxe/arch.def"
#undef XDPXE_ARCH
	TEXT("ipxe", struct raw_boot, ipxe),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t leases_fields[] = {
	TEXT("database", struct raw_leases, database),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t boot_options_fields[] = {
#define XDPXE_ARCH(code, id, name, kind, what) OPTIONS(name, struct raw_boot_options, arch[code]),
#include "xdpxe/arch.def"
#undef XDPXE_ARCH
	OPTIONS("ipxe", struct raw_boot_options, ipxe),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t limit_fields[] = {
	TEXT("combinations", struct raw_limits, combinations),
	TEXT("leases", struct raw_limits, leases),
	TEXT("messages", struct raw_limits, messages),
	TEXT("offers", struct raw_limits, offers),
	TEXT("own-mac", struct raw_limits, own_mac),
	TEXT("requests", struct raw_limits, requests),
	CYAML_FIELD_END,
};

static const cyaml_schema_field_t delay_fields[] = {
	TEXT("class", struct raw_delay, class),
	TEXT("delay", struct raw_delay, delay),
	TEXT("mac", struct raw_delay, mac),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t delay = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct raw_delay, delay_fields),
};

static const cyaml_schema_field_t root_fields[] = {
	TEXT("authoritative", struct raw_config, authoritative),
	CYAML_FIELD_MAPPING("boot", CYAML_FLAG_OPTIONAL, struct raw_config, boot, boot_fields),
	CYAML_FIELD_MAPPING("boot-options", CYAML_FLAG_OPTIONAL, struct raw_config, boot_options,
			    boot_options_fields),
	LIST("hosts", struct raw_config, hosts, &host, 0, XDPXE_HOSTS_MAX),
	TEXT("hosts-file", struct raw_config, hosts_file),
	LIST("interfaces", struct raw_config, interfaces, &text, 1, XDPXE_PORTS_MAX),
	CYAML_FIELD_MAPPING("leases", CYAML_FLAG_OPTIONAL, struct raw_config, leases,
			    leases_fields),
	CYAML_FIELD_MAPPING("limits", CYAML_FLAG_OPTIONAL, struct raw_config, limits, limit_fields),
	TEXT("mode", struct raw_config, mode),
	LIST("networks", struct raw_config, networks, &network, 1, XDPXE_NETWORKS_MAX),
	LIST("reply-delay", struct raw_config, reply_delay, &delay, 0, XDPXE_DELAYS_MAX),
	TEXT("telemetry", struct raw_config, telemetry),
	CYAML_FIELD_MAPPING("tftp", CYAML_FLAG_OPTIONAL, struct raw_config, tftp, tftp_fields),
	TEXT("unknown-clients", struct raw_config, unknown_clients),
	TEXT("web", struct raw_config, web),
	CYAML_FIELD_END,
};

const cyaml_schema_value_t config_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct raw_config, root_fields),
};

const cyaml_schema_value_t config_hosts_schema = {
	CYAML_VALUE_SEQUENCE(CYAML_FLAG_POINTER, struct raw_host, &host, 0, XDPXE_HOSTS_MAX),
};

/*
 * libcyaml grows a list by one entry at a time; with room to spare, not every step copies all of
 * it.
 */
struct block {
	size_t room;
	_Alignas(max_align_t) char data[];
};

static void *cyaml_memory(void *context, void *data, size_t size)
{
	struct block *block =
		data ? (struct block *)((char *)data - offsetof(struct block, data)) : NULL;
	size_t room = size > 1024 ? 2 * size : size;
	struct block *grown;

	(void)context;
	if (!size) {
		free(block);
		return NULL;
	}
	if (block && block->room >= size)
		return data;
	grown = realloc(block, sizeof(*grown) + room);
	if (!grown)
		return NULL;
	grown->room = room;
	/* cppcheck-suppress memleak -- the caller holds it by its data */
	return grown->data;
}

const cyaml_config_t config_cyaml = { .mem_fn = cyaml_memory, .flags = CYAML_CFG_NO_ALIAS };
