/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the parts of the conflict check share: conflict.c, conflict_plan.c, conflict_hear.c, conflict_tell.c. */
#ifndef XDPXE_CONFLICT_PRIV_H
#define XDPXE_CONFLICT_PRIV_H

#include "arp_socket.h"
#include "conflict.h"
#include "net.h"
#include "probe.h"

#define CONFLICT_TURN_NS 5000000ULL /* two runs are so far apart: what is due is done in batches */
#define TELL_TOLD 256		    /* conflicts that are remembered, so that each is told once */

/* An interface. */
struct conflict_port {
	unsigned int ifindex;
	int fd; /* -1: no socket */
	uint8_t mac[6];
	bool up;
};

struct conflict_network {
	const struct plan_network *plan;
	struct arp_link link;
	struct conflict_port *port; /* NULL: not probed */
	uint32_t own[NET_ADDRESSES_MAX];
	size_t own_count; /* addresses of this host, which never hears its own probes; host byte order */
};

/* A reserved address, and whose it is. */
struct conflict_reserved {
	uint32_t address; /* host byte order */
	uint8_t mac[6];
	uint8_t network;
	bool told;
};

/* What the operator was told. */
struct tell {
	struct tell_conflict {
		uint32_t address;
		uint8_t mac[6];
	} told[TELL_TOLD];
	size_t next;
	uint32_t minute_s; /* when the present minute began */
	unsigned int lines, untold;
	uint8_t mac[6];	      /* who answered last, */
	unsigned int answers; /* and for how many in a row */
	uint32_t proxy_s;     /* when an ARP proxy was told of */
};

struct conflict {
	const struct engine *engine;
	struct conflict_port ports[XDPXE_PORTS_MAX];
	size_t port_count;
	struct conflict_network networks[XDPXE_NETWORKS_MAX];
	size_t network_count;
	bool serving;			    /* the mode is server: somebody is given addresses */
	struct conflict_reserved *reserved; /* ascending */
	size_t reserved_count, reserved_asked;
	struct probe *probe;
	uint64_t retry_ns; /* nothing is sent until then */
	uint64_t ran_ns;   /* when conflict__run() last did its work */
	struct tell tell;
};

/** conflict__open_queue() - the queue in force of network @index. Return: descriptor; negative errno, without maps too */
int conflict__open_queue(const struct conflict *conflict, size_t index);

/** conflict_ask__run() - send what is due, as far as the rate allows; a probe there must be */
void conflict_ask__run(struct conflict *conflict, uint64_t now_ns);

/** conflict_ask__is_resting() - is no address of a pool being asked for, nor any about to be? */
bool conflict_ask__is_resting(const struct conflict *conflict);

/** conflict_ask__is_done() - is there no candidate, and no reserved address to be asked for? */
bool conflict_ask__is_done(const struct conflict *conflict);

/** conflict_hear__all() - all that was heard since the last call: who has addresses that nobody gave him */
void conflict_hear__all(struct conflict *conflict);

/** conflict_hear__claim() - @mac has @address (host byte order) of network @index */
void conflict_hear__claim(struct conflict *conflict, size_t index, uint32_t address,
			  const uint8_t mac[6]);

/** tell__in_use() - log that an address of a pool is set aside; a flood of them in few lines */
void tell__in_use(struct tell *tell, uint32_t now_s, uint32_t address, const uint8_t mac[6]);

/** tell__tick() - tell what was kept back, when its minute is over */
void tell__tick(struct tell *tell, uint32_t now_s);

/** tell__reserved() - log that somebody else has the address of a reservation */
void tell__reserved(uint32_t address, const uint8_t owner[6], const uint8_t mac[6]);

#endif
