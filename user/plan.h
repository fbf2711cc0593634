/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A configuration set against this machine: what the maps will say. Kernel-free, so that `xdpxe
 * check` shows exactly what `xdpxe run` does.
 */
#ifndef XDPXE_PLAN_H
#define XDPXE_PLAN_H

#include <net/if.h>

#include "config.h"

struct plan_port {
	char name[IF_NAMESIZE];
	unsigned int ifindex;
	uint16_t mtu;
	uint16_t network; /* index of the first network without a tag, XDPXE_NONE for none */
	bool rxvlan;	  /* the driver hides tags from XDP */
	bool has_vlans;	  /* this host has VLANs on it, or they are served */
	char driver[32];
};

struct plan_network {
	const struct config_network *config;
	size_t port; /* index of the interface it is served on */
	/* In place of keys of boots: indexes in plan->boots, from 1. The same in struct plan_host. */
	struct xdpxe_network wire;
	/* The pool without reserved and own addresses; host byte order, ascending. */
	uint32_t *addresses;
	size_t address_count;
};

struct plan_host {
	struct xdpxe_client key;
	struct xdpxe_host host;
};

enum plan_boot_kind {
	PLAN_BOOT_TFTP,	      /* a first stage under the root */
	PLAN_BOOT_HTTP,	      /* a first stage for UEFI HTTP boot */
	PLAN_BOOT_IPXE,	      /* for a client that is iPXE: a URL or a file name */
	PLAN_BOOT_IPXE_PROXY, /* the same, beside the offer of another server */
};

/* What a boot instruction is made of; equal ones make equal boots. */
struct plan_source {
	enum plan_boot_kind kind;
	const char *text;		      /* the configuration's: a file name or a URL */
	const struct config_options *options; /* the configuration's, NULL: none */
};

struct plan {
	struct config *config; /* owned */
	struct plan_port ports[XDPXE_PORTS_MAX];
	size_t port_count;
	struct plan_network *networks;
	size_t network_count;
	struct xdpxe_boot *boots;    /* equal ones stand once */
	struct plan_source *sources; /* of boots, by the same index */
	size_t boot_count;
	struct plan_host *hosts;
	size_t host_count;
};

/**
 * plan__make() - check a configuration against this machine and work out the maps
 * @config: taken over, freed with the plan or on failure
 * @err:    filled when the result is NULL: an interface, boot file or file of an alias that does
 *          not exist, one beyond the cache, a network with no interface or with several, an
 *          address of its own in no interface
 */
struct plan *plan__make(struct config *config, struct config_error *err);

#define PLAN_LINK_TEXT (IF_NAMESIZE + 2 * 5)

/** plan_links__name() - "eth1", "eth1.100" or "eth1.100.200" */
void plan_links__name(const char *interface, const uint16_t vlan[2], char out[PLAN_LINK_TEXT]);

/** The bytes of file @name as it is served. Return: false when that is not known */
typedef bool (*plan_size_fn)(const char *name, uint64_t *size, void *context);

/**
 * plan__refresh_sizes() - tell the sizes of boot files (option 13) as they are served now
 * A file that @size_of does not know keeps the size it had.
 * Return: whether any boot instruction changed
 */
bool plan__refresh_sizes(struct plan *plan, plan_size_fn size_of, void *context);

void plan__free(struct plan *plan);

#endif
