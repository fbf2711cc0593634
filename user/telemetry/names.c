// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "names.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <bpf/bpf.h>

#include "nearest.h"
#include "xdpxe/reasons.h"

#define BOOTS_KNOWN 256 /* boot instructions that are remembered; a key never means another one */

struct network {
	__be32 subnet, mask;
	char text[20];
	bool boots, boots_ipxe;
};

struct boot {
	uint64_t key;
	bool by_url;
	char text[XDPXE_NAME_MAX];
};

struct names {
	struct maps maps;
	pthread_mutex_t mutex; /* of networks */
	struct network *networks;
	size_t network_count;
	struct boot boots[BOOTS_KNOWN];
	struct nearest *nearest;
};

static void read_network(const struct plan *plan, const struct xdpxe_network *wire,
			 struct network *network)
{
	char subnet[INET_ADDRSTRLEN];

	network->subnet = wire->subnet;
	network->mask = wire->mask;
	inet_ntop(AF_INET, &wire->subnet, subnet, sizeof(subnet));
	snprintf(network->text, sizeof(network->text), "%s/%d", subnet,
		 __builtin_popcount(wire->mask));
	network->boots_ipxe = wire->boot_ipxe != XDPXE_BOOT_NONE;
	for (size_t i = 0; i < XDPXE_ARCHES; i++)
		network->boots |= wire->boot_arch[i] != XDPXE_BOOT_NONE;
	for (size_t i = 0; i < plan->host_count && !network->boots_ipxe; i++)
		network->boots_ipxe = plan->hosts[i].host.boot_ipxe != XDPXE_BOOT_NONE;
}

void names__follow(struct names *names, const struct plan *plan)
{
	struct network *networks = calloc(plan->network_count + 1, sizeof(*networks));
	struct network *old;

	if (!networks)
		return;
	for (size_t i = 0; i < plan->network_count; i++)
		read_network(plan, &plan->networks[i].wire, &networks[i]);
	pthread_mutex_lock(&names->mutex);
	old = names->networks;
	names->networks = networks;
	names->network_count = plan->network_count;
	pthread_mutex_unlock(&names->mutex);
	free(old);
}

struct names *names__new(const struct maps *maps, const struct plan *plan)
{
	struct names *names = calloc(1, sizeof(*names));

	if (!names)
		return NULL;
	names->maps = *maps;
	pthread_mutex_init(&names->mutex, NULL);
	names->nearest = nearest__new(maps->files);
	names__follow(names, plan);
	if (names->nearest && names->networks)
		return names;
	names__free(names);
	return NULL;
}

void names__free(struct names *names)
{
	if (!names)
		return;
	nearest__free(names->nearest);
	free(names->networks);
	pthread_mutex_destroy(&names->mutex);
	free(names);
}

/* The narrowest that has it. Return: false where it is none of ours */
static bool find_network(struct names *names, __be32 addr, struct network *out)
{
	bool found = false;

	pthread_mutex_lock(&names->mutex);
	for (size_t i = 0; addr && i < names->network_count; i++) {
		const struct network *network = &names->networks[i];

		if ((addr & network->mask) != network->subnet ||
		    (found && ntohl(network->mask) <= ntohl(out->mask)))
			continue;
		*out = *network;
		found = true;
	}
	pthread_mutex_unlock(&names->mutex);
	return found;
}

bool names__network(struct names *names, __be32 addr, char text[20], __be32 *subnet)
{
	struct network network;

	if (!find_network(names, addr, &network))
		return false;
	memcpy(text, network.text, sizeof(network.text));
	*subnet = network.subnet;
	return true;
}

/* The name in option 67, else in the BOOTP field. */
static void read_boot(const struct xdpxe_boot *wire, struct boot *boot)
{
	size_t end = wire->options_len < sizeof(wire->options) ? wire->options_len
							       : sizeof(wire->options);
	size_t at = 0, len;

	snprintf(boot->text, sizeof(boot->text), "%.*s", (int)sizeof(wire->file) - 1,
		 (const char *)wire->file);
	while (at + 2 <= end && at + 2 + wire->options[at + 1] <= end) {
		len = wire->options[at + 1];
		if (wire->options[at] == DHCP_OPT_BOOT_FILE)
			snprintf(boot->text, sizeof(boot->text), "%.*s", (int)len,
				 (const char *)wire->options + at + 2);
		at += 2 + len;
	}
	boot->by_url = strstr(boot->text, "://") && strncmp(boot->text, "tftp:", 5) != 0;
}

static const struct boot *boot_of(struct names *names, uint64_t key)
{
	struct boot *boot = &names->boots[key % BOOTS_KNOWN];
	struct xdpxe_boot wire;

	if (key == XDPXE_BOOT_NONE)
		return NULL;
	if (boot->key == key)
		return boot;
	if (bpf_map_lookup_elem(names->maps.boots, &key, &wire) < 0)
		return NULL;
	boot->key = key;
	read_boot(&wire, boot);
	return boot;
}

bool names__transfer(struct names *names, uint16_t tid, struct machine_heard *out)
{
	uint32_t slot = (uint32_t)tid - XDPXE_TID_FIRST;
	struct xdpxe_tid meant;

	if (slot >= XDPXE_TID_COUNT || bpf_map_lookup_elem(names->maps.tids, &slot, &meant) < 0 ||
	    !meant.params.blksize)
		return false;
	snprintf(out->file, sizeof(out->file), "%.*s", (int)sizeof(meant.name.path) - 1,
		 meant.name.path);
	out->size = meant.size;
	out->blocks = meant.blocks;
	out->blksize = meant.params.blksize;
	return true;
}

static void fill_dhcp(struct names *names, const struct xdpxe_event *event,
		      struct machine_heard *out)
{
	const struct boot *boot = boot_of(names, event->boot);

	if (!boot)
		return;
	memcpy(out->boot, boot->text, sizeof(out->boot));
	out->by_url = boot->by_url;
}

/* The sender of a frame may be a router; the lease of the address says whose it is. */
static void fill_tftp(struct names *names, const struct xdpxe_event *event,
		      const struct xdpxe_name *name, struct machine_heard *out)
{
	struct xdpxe_client owner;

	if (bpf_map_lookup_elem(names->maps.owners, &event->addr, &owner) == 0 && owner.hlen)
		out->client = owner;
	if (event->tid)
		names__transfer(names, event->tid, out);
	if (!name)
		return;
	snprintf(out->file, sizeof(out->file), "%.*s", (int)sizeof(name->path) - 1, name->path);
	if (event->reason == XDPXE_R_TFTP_NOT_FOUND)
		nearest__find(names->nearest, out->file, out->time_ms, out->nearest);
}

void names__fill(struct names *names, const struct xdpxe_event *event,
		 const struct xdpxe_name *name, struct machine_heard *out)
{
	unsigned int hlen = event->hlen <= BOOTP_CHADDR_LEN ? event->hlen : BOOTP_CHADDR_LEN;
	struct network network = {};

	out->client.htype = event->htype;
	out->client.hlen = hlen;
	memcpy(out->client.chaddr, event->chaddr, hlen);
	out->addr = event->addr;
	out->block = event->block;
	out->reason = event->reason;
	out->arch = event->arch;
	out->tid = event->tid;
	out->port = event->client_port;
	out->message = event->message;
	out->ipxe = event->flags & XDPXE_EVENT_IPXE;
	if (event->message)
		fill_dhcp(names, event, out);
	else
		fill_tftp(names, event, name, out);
	if (!find_network(names, event->subnet ? event->subnet : event->addr, &network))
		return;
	out->client.subnet = network.subnet;
	memcpy(out->network, network.text, sizeof(out->network));
	out->boots = network.boots;
	out->boots_ipxe = network.boots_ipxe;
}
