/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Leases that another server gave, read from its own file, as rows of our database. */
#ifndef XDPXE_IMPORT_LEASES_H
#define XDPXE_IMPORT_LEASES_H

#include "config.h"
#include "import.h"
#include "store.h"

#define IMPORT_NEVER INT64_MAX /* a lease that does not end */

/**
 * struct import_lease - what a file says of an address, the last word of it
 * @address: host byte order
 * @starts: @expires: Unix time; 0 and IMPORT_NEVER where the file says nothing and "never"
 */
struct import_lease {
	unsigned int line;
	uint32_t address;
	uint8_t mac[6];
	bool has_mac, active;
	int64_t starts, expires;
};

/* How many there were of each kind; of an address only the last word counts. */
struct import_lease_sum {
	size_t taken, over, unlike; /* over: expired or given back; unlike: listed by line */
};

/** import_leases__guess() - which server wrote a file of leases */
enum import_format import_leases__guess(const char *text);

/**
 * import_leases__read() - the leases of a file, in its order
 * @text:   is changed
 * @leases: out: struct import_lease
 *
 * ISC dhcpd.leases(5) has UTC; dnsmasq has lines of "EXPIRY MAC IP NAME ID", 0 for never; Kea's memfile is CSV whose
 * first line names the columns. What makes no sense is noted by line.
 */
void import_leases__read(struct import *import, enum import_format format, char *text,
			 struct rows *leases);

/**
 * import_leases__choose() - those that run and that the networks of @config have a place for
 * @leases: struct import_lease; is sorted
 * @now:    Unix time
 * @out:    struct store_lease, each address and each machine of a network once
 */
void import_leases__choose(struct import *import, const struct config *config, int64_t now,
			   struct rows *leases, struct rows *out, struct import_lease_sum *sum);

#endif
