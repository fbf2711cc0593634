/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The database of leases: SQLite, in WAL mode. It knows no map and no clock: every time in it is Unix time.
 *
 * Nothing of a file is changed that is not whole, not ours, or of a later version: such a file is only ever read. What
 * went wrong is told as a struct store_fault, with advice for the operator.
 */
#ifndef XDPXE_STORE_H
#define XDPXE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "lease_clock.h"
#include "rows.h"
#include "xdpxe/abi.h"

struct store;

enum store_fault_kind {
	STORE_NO_FAULT,
	STORE_ABSENT,	 /* there is no such file; only where it was to be read */
	STORE_NO_FILE,	 /* the path cannot be a file */
	STORE_LOCKED,	 /* by another program, for longer than the time that was allowed */
	STORE_DAMAGED,	 /* no SQLite database, or one that contradicts itself */
	STORE_FOREIGN,	 /* another program's database */
	STORE_NEWER,	 /* of a later version of xdpxe */
	STORE_READ_ONLY, /* the file, or what it lies on */
	STORE_FULL,	 /* no space is left */
	STORE_BROKEN,	 /* anything else: input and output, memory */
};

struct store_fault {
	enum store_fault_kind kind;
	char text[240]; /* what it is, and what to do */
};

/**
 * struct store_lease - an address that was acknowledged
 * @client: with its subnet
 * @expires: @first_seen: @last_seen: Unix time
 * @arch: XDPXE_NONE for none
 */
struct store_lease {
	struct xdpxe_client client;
	__be32 addr;
	uint16_t arch;
	bool ipxe, reserved;
	int64_t expires, first_seen, last_seen;
};

/* An address that a client declined, and until when nobody gets it (Unix time). */
struct store_declined {
	__be32 addr;
	int64_t until;
};

/* A network that leases are or were of; network byte order. */
struct store_network {
	__be32 subnet;
	__be32 mask;
};

/**
 * struct store_clock - how the clock of leases stood to the calendar when the times were written
 * @boot: see lease_clock__boot(); @calendar: see lease_clock__calendar()
 * @written: Unix time of the latest change, 0 for none
 */
struct store_clock {
	char boot[LEASE_CLOCK_BOOT];
	int64_t calendar;
	int64_t written;
};

/* All of it. Begin with {}; store_content__free() after. */
struct store_content {
	struct store_clock clock;
	struct rows leases;   /* struct store_lease, by address */
	struct rows declined; /* struct store_declined */
	struct rows networks; /* struct store_network */
};

enum store_mode {
	STORE_READ,  /* as much as can be read, whatever is wrong with it */
	STORE_WRITE, /* made if it is not there, its folder too; a fault if it is not whole */
};

/**
 * store__open() - @wait_ms: how long to wait for another program's lock, now and in every call that follows
 * Return: NULL with @fault filled
 */
struct store *store__open(const char *path, enum store_mode mode, unsigned int wait_ms,
			  struct store_fault *fault);

/** store__make_folders() - those of @path. One that cannot be made is noticed when the file is opened */
void store__make_folders(const char *path);

/** store__close() - NULL is allowed. After a fault nothing more is written */
void store__close(struct store *store);

/**
 * store__read() - everything, in one view of the database
 * Rows that make no sense are left out. Return: 0; -1 with @fault filled and in @content what could be read, or what it
 * held before another program locked it
 */
int store__read(struct store *store, struct store_content *content, struct store_fault *fault);

/** store_content__free() */
void store_content__free(struct store_content *content);

/** store__is_gone() - has its file been removed or replaced? */
bool store__is_gone(struct store *store);

/*
 * A change of the database: store__begin(), the calls behind it, store__commit(). Each call but the first may be made
 * after one that failed, and does nothing then; store__commit() tells the fault. What is not committed has not happened.
 */
void store__begin(struct store *store);

/**
 * store__clear() - forget the leases of these networks, and every declined address, to write them all anew
 * @subnets: network byte order. Leases of other networks stay, since a network may be missing from a configuration by
 *           mistake; those that ended before @forgotten (Unix time) go in any case
 */
void store__clear(struct store *store, const __be32 *subnets, size_t count, int64_t forgotten);

/** store__put_network() - in place of what was known of this subnet. It is kept for good */
void store__put_network(struct store *store, const struct store_network *network);

/** store__put_lease() - in place of what was known of this machine on its network, and of this address */
void store__put_lease(struct store *store, const struct store_lease *lease);

/** store__drop_lease() - forget the lease of @client, if there is one */
void store__drop_lease(struct store *store, const struct xdpxe_client *client);

/** store__put_declined() - in place of what was known of this address */
void store__put_declined(struct store *store, const struct store_declined *declined);

/** store__commit() - on disk when it returns. Return: 0; -1 with @fault filled and nothing changed */
int store__commit(struct store *store, const struct store_clock *clock, struct store_fault *fault);

#endif
