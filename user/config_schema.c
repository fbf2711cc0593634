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

static const cyaml_schema_field_t network_fields[] = {
	TEXT("address", struct raw_network, address),
	LIST("dns", struct raw_network, dns, &text, 0, CONFIG_DNS_MAX),
	TEXT("domain", struct raw_network, domain),
	TEXT("lease-time", struct raw_network, lease_time),
	TEXT("pool", struct raw_network, pool),
	TEXT("router", struct raw_network, router),
	TEXT("subnet", struct raw_network, subnet),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t network = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct raw_network, network_fields),
};

static const cyaml_schema_field_t host_fields[] = {
	TEXT("boot", struct raw_host, boot), TEXT("deny", struct raw_host, deny),
	TEXT("ip", struct raw_host, ip),     TEXT("ipxe", struct raw_host, ipxe),
	TEXT("mac", struct raw_host, mac),   CYAML_FIELD_END,
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

static const cyaml_schema_field_t root_fields[] = {
	CYAML_FIELD_MAPPING("boot", CYAML_FLAG_OPTIONAL, struct raw_config, boot, boot_fields),
	LIST("hosts", struct raw_config, hosts, &host, 0, XDPXE_HOSTS_MAX),
	LIST("interfaces", struct raw_config, interfaces, &text, 1, XDPXE_PORTS_MAX),
	CYAML_FIELD_MAPPING("leases", CYAML_FLAG_OPTIONAL, struct raw_config, leases,
			    leases_fields),
	TEXT("mode", struct raw_config, mode),
	LIST("networks", struct raw_config, networks, &network, 1, XDPXE_NETWORKS_MAX),
	CYAML_FIELD_MAPPING("tftp", CYAML_FLAG_OPTIONAL, struct raw_config, tftp, tftp_fields),
	CYAML_FIELD_END,
};

const cyaml_schema_value_t config_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct raw_config, root_fields),
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
