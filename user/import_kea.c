// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Kea's Dhcp4: subnets, pools, options, reservations. */
#include "import_kea.h"

#include <stdlib.h>
#include <string.h>

#include "parse.h"

/* Kea's own business, or what ours does anyway. */
static bool is_without_meaning(const char *key)
{
	static const char *const words[] = {
		"id",
		"comment",
		"user-context",
		"lease-database",
		"loggers",
		"control-socket",
		"hooks-libraries-path",
		"expired-leases-processing",
		"dhcp-ddns",
		"multi-threading",
		"sanity-checks",
		"min-valid-lifetime",
		"max-valid-lifetime",
		"calculate-tee-times",
		"echo-client-id",
		"match-client-id",
		"host-reservation-identifiers",
		"option-def",
		"reservations-global",
		"reservations-in-subnet",
		"reservations-out-of-pool",
		"reservation-mode",
		"server-tag",
		"ip-reservations-unique",
		"decline-probation-period",
		"store-extended-info",
		"t1-percent",
		"t2-percent",
		"name",
		"cache-threshold",
		"cache-max-age",
		"ddns-send-updates",
		"server-hostname",
		"dhcp4o6-port",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(key, words[i]) == 0)
			return true;
	return strncmp(key, "ddns-", 5) == 0 || strncmp(key, "hostname-char-", 14) == 0;
}

static void take_options(struct kea *kea, const json_t *list, struct import_settings *settings)
{
	const json_t *option;
	size_t i;

	json_array_foreach(list, i, option) import_kea__option(kea, option, settings);
}

/* A member that Dhcp4, shared-networks and subnet4 may have alike. Return: it was one */
static bool take_common(struct kea *kea, const char *key, const json_t *value,
			struct import_settings *settings)
{
	uint32_t seconds = json_is_integer(value) ? (uint32_t)json_integer_value(value) : 0;

	if (strcmp(key, "option-data") == 0)
		take_options(kea, value, settings);
	else if (strcmp(key, "valid-lifetime") == 0)
		settings->lease_s = seconds;
	else if (strcmp(key, "renew-timer") == 0)
		settings->renew_s = seconds;
	else if (strcmp(key, "rebind-timer") == 0)
		settings->rebind_s = seconds;
	else if (strcmp(key, "authoritative") == 0)
		settings->authoritative = json_is_true(value) ? IMPORT_YES : IMPORT_NO;
	else
		return is_without_meaning(key);
	return true;
}

static void take_pool(struct kea *kea, size_t network, const json_t *pool)
{
	const char *text = json_string_value(json_object_get(pool, "pool"));
	uint32_t first, last;
	unsigned int prefix;

	if (text && parse__range(text, &first, &last)) {
		import__range(kea->import, rows__at(&kea->import->networks, network), first, last);
	} else if (text && parse__cidr(text, &first, &prefix) && prefix > 0 && prefix < 32) {
		uint32_t mask = UINT32_MAX << (32 - prefix);

		import__range(kea->import, rows__at(&kea->import->networks, network),
			      (first & mask) + 1, (first | ~mask) - 1);
	} else {
		import_kea__note(kea, pool, "pool", "no range of IPv4 addresses");
	}
	if (json_object_get(pool, "client-class"))
		import_kea__note(kea, pool, "client-class",
				 "a pool is for everybody here, or for `unknown-clients`");
}

static void take_reservation(struct kea *kea, const json_t *said)
{
	const char *mac_text = json_string_value(json_object_get(said, "hw-address"));
	const char *ip = json_string_value(json_object_get(said, "ip-address"));
	const char *name = json_string_value(json_object_get(said, "hostname"));
	const char *file = json_string_value(json_object_get(said, "boot-file-name"));
	struct import_host *host;
	uint8_t mac[6];

	if (!mac_text || !parse__mac(mac_text, mac)) {
		import_kea__note(kea, said, mac_text ? "hw-address" : "ip-address",
				 "a reservation without an Ethernet address");
		return;
	}
	host = import__host(kea->import, 0, mac);
	if (!host)
		return;
	if (ip && !parse__ipv4(ip, &host->ip))
		import_kea__note(kea, said, "ip-address", "no IPv4 address");
	if (name && *name)
		host->hostname = import__keep(kea->import, name, strlen(name));
	if (file && *file)
		host->boot = import__keep(kea->import, file, strlen(file));
	if (json_array_size(json_object_get(said, "option-data")))
		import_kea__note(kea, said, "option-data", "options of one machine are left out");
}

static void take_reservations(struct kea *kea, const json_t *list)
{
	const json_t *one;
	size_t i;

	json_array_foreach(list, i, one) take_reservation(kea, one);
}

static void take_boot(struct kea *kea, const json_t *value)
{
	const char *file = json_string_value(value);

	if (file && *file)
		import__boot(kea->import, 0, false, import__keep(kea->import, file, strlen(file)));
}

static void take_subnet(struct kea *kea, const json_t *subnet, struct import_settings settings)
{
	const char *text = json_string_value(json_object_get(subnet, "subnet"));
	struct import_network *network;
	const json_t *value, *pool;
	uint32_t address;
	unsigned int prefix;
	const char *key;
	size_t i, index;

	if (!text || !parse__cidr(text, &address, &prefix) || prefix == 0 ||
	    !import__network(kea->import, 0, address, UINT32_MAX << (32 - prefix), &settings)) {
		import_kea__note(kea, subnet, "subnet", "no IPv4 subnet");
		return;
	}
	index = kea->import->networks.count - 1;
	json_object_foreach((json_t *)subnet, key, value)
	{
		if (strcmp(key, "pools") == 0)
			json_array_foreach(value, i, pool) take_pool(kea, index, pool);
		else if (strcmp(key, "reservations") == 0)
			take_reservations(kea, value);
		else if (strcmp(key, "boot-file-name") == 0)
			take_boot(kea, value);
		else if (strcmp(key, "next-server") == 0)
			import_kea__note(kea, subnet, key,
					 "files come from the machine that xdpxe runs on");
		else if (strcmp(key, "interface") == 0)
			import__interface(kea->import,
					  json_is_string(value) ? json_string_value(value) : "");
		else if (strcmp(key, "relay") == 0)
			import_kea__note(
				kea, subnet, key,
				"say `relayed: yes` if its machines are behind relays only");
		else if (strcmp(key, "subnet") && !take_common(kea, key, value, &settings))
			import_kea__note(kea, subnet, key, "not carried over");
	}
	network = rows__at(&kea->import->networks, index);
	network->settings = settings;
}

static void take_subnets(struct kea *kea, const json_t *list,
			 const struct import_settings *settings)
{
	const json_t *subnet;
	size_t i;

	json_array_foreach(list, i, subnet) take_subnet(kea, subnet, *settings);
}

static void take_shared(struct kea *kea, const json_t *shared, struct import_settings settings)
{
	const json_t *value;
	const char *key;

	json_object_foreach((json_t *)shared, key,
			    value) if (strcmp(key, "subnet4") &&
				       !take_common(kea, key, value, &settings))
		import_kea__note(kea, shared, key, "not carried over");
	take_subnets(kea, json_object_get(shared, "subnet4"), &settings);
}

/* "eth1" or "eth1/10.77.0.1"; "*" is none that can be attached to. */
static void take_interfaces(struct kea *kea, const json_t *object)
{
	const json_t *list = json_object_get(object, "interfaces"), *one;
	char name[64];
	size_t i;

	json_array_foreach(list, i, one)
	{
		snprintf(name, sizeof(name), "%s",
			 json_string_value(one) ? json_string_value(one) : "");
		name[strcspn(name, "/")] = 0;
		if (strcmp(name, "*") == 0)
			import_kea__note(kea, object, "interfaces", "name the interfaces");
		else if (*name)
			import__interface(kea->import, name);
	}
}

static void take_root(struct kea *kea, const json_t *dhcp4)
{
	struct import_settings settings = { 0 };
	const json_t *value, *one;
	const char *key;
	size_t i;

	json_object_foreach((json_t *)dhcp4, key, value)
	{
		if (strcmp(key, "interfaces-config") == 0)
			take_interfaces(kea, value);
		else if (strcmp(key, "client-classes") == 0)
			json_array_foreach(value, i, one) import_kea__class(kea, one);
		else if (strcmp(key, "reservations") == 0)
			take_reservations(kea, value);
		else if (strcmp(key, "boot-file-name") == 0)
			take_boot(kea, value);
		else if (strcmp(key, "subnet4") && strcmp(key, "shared-networks") &&
			 !take_common(kea, key, value, &settings))
			import_kea__note(kea, dhcp4, key, "not carried over");
	}
	json_array_foreach(json_object_get(dhcp4, "shared-networks"), i, one)
		take_shared(kea, one, settings);
	take_subnets(kea, json_object_get(dhcp4, "subnet4"), &settings);
}

bool import__kea(struct import *import, char *text)
{
	struct kea kea = { .import = import, .places = { .size = sizeof(struct kea_place) } };
	json_error_t error;
	json_t *root, *dhcp4;

	import_kea__strip(text);
	root = json_loads(text, 0, &error);
	dhcp4 = json_object_get(root, "Dhcp4");
	if (!dhcp4) {
		import__note(import, root ? 1 : (unsigned int)error.line,
			     root ? "the file" : error.text,
			     root ? "there is no \"Dhcp4\" in it" : "no JSON");
		json_decref(root);
		return false;
	}
	import_kea__locate(&kea, text, root);
	kea.definitions = json_object_get(dhcp4, "option-def");
	take_root(&kea, dhcp4);
	rows__free(&kea.places);
	json_decref(root);
	return true;
}
