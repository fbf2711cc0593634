/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The parts of plan__make(), in the order in which they run. All but those that say so touch
 * nothing but memory.
 */
#ifndef XDPXE_PLAN_PRIV_H
#define XDPXE_PLAN_PRIV_H

#include "dhcp_options.h"
#include "net.h"
#include "plan.h"

/*
 * Bytes of BOOTP in a reply that every client takes: DHCP_MIN_MESSAGE without the IP and UDP
 * headers.
 */
#define PLAN_REPLY_MAX (DHCP_MIN_MESSAGE - 28)

/**
 * plan_ports__read() - facts of the configured interfaces, from the kernel, and whether they can be
 * served
 */
bool plan_ports__read(const struct config *config, struct net_interface *facts,
		      struct config_error *err);

/** plan_ports__fill() - plan->ports; @facts: as many as config->interfaces, in their order */
void plan_ports__fill(struct plan *plan, const struct net_interface *facts);

/**
 * plan_links__bind() - settle which network is served on which interface
 * @facts: as those of plan_ports__fill(), which goes before
 * Each network gets its server address, in wire.server.
 */
bool plan_links__bind(struct plan *plan, const struct net_interface *facts,
		      struct config_error *err);

/**
 * plan_links__chain() - put the networks of each link behind one another: wire.link, wire.next, the
 * flag of relayed ones; after plan_network__wire()
 */
void plan_links__chain(struct plan *plan);

/**
 * plan_network__wire() - all of @network->wire but server, which is given, and the boots, which are
 * set to none
 */
void plan_network__wire(struct plan_network *network);

/**
 * plan_network__addresses() - the addresses that may be given to anybody
 * @reserved: addresses of hosts, ascending
 */
bool plan_network__addresses(const struct plan *plan, size_t index, const uint32_t *reserved,
			     size_t count, struct config_error *err);

/**
 * plan_network__add_options() - what a network tells beside the options that every one has: NTP,
 * MTU, options by number
 */
void plan_network__add_options(const struct config_network *config, struct dhcp_options *out);

/**
 * plan_network__check_options() - whether replies of network @index without a boot fit what every
 * client takes
 */
bool plan_network__check_options(const struct plan *plan, size_t index, struct config_error *err);

/** plan_host__options() - what a machine is told by its reservation: its name, options by number */
bool plan_host__options(const struct plan *plan, const struct config_host *from,
			struct xdpxe_host *to, struct config_error *err);

/**
 * plan_boot__add() - add options by number; 43 and 60 go in place of the boot's own
 * Return: false when there is no room
 */
bool plan_boot__add(struct xdpxe_boot *boot, const struct config_options *options);

/**
 * plan_boot__make() - serialise a boot instruction
 * @text: file name or URL, at most 250 bytes
 * @size: bytes of the file, where there is one
 */
void plan_boot__make(struct xdpxe_boot *boot, enum plan_boot_kind kind, const char *text,
		     uint64_t size);

/**
 * plan_boot__reply_len() - bytes of BOOTP of the longest reply with @boot, without what a client
 * asks to be echoed
 */
size_t plan_boot__reply_len(const struct plan *plan, const struct xdpxe_boot *boot);

/**
 * plan_boots__fill() - plan->boots and the indexes of them in networks and hosts; looks at the
 * files
 */
bool plan_boots__fill(struct plan *plan, struct config_error *err);

/** plan_aliases__check() - whether the file of every alias is there; looks at the files */
bool plan_aliases__check(const struct plan *plan, struct config_error *err);

/** plan_hosts__fill() - plan->hosts without their boots */
bool plan_hosts__fill(struct plan *plan, struct config_error *err);

/**
 * plan_hosts__reserved() - addresses of hosts, ascending. Return: to be freed, NULL without memory
 */
uint32_t *plan_hosts__reserved(const struct config *config, size_t *count);

#endif
