/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What leases.c and lease_keeper.c share. */
#ifndef XDPXE_LEASES_PRIV_H
#define XDPXE_LEASES_PRIV_H

#include <pthread.h>
#include <stdatomic.h>

#include <bpf/libbpf.h>

#include "lease_fit.h"
#include "lease_restore.h"
#include "leases.h"
#include "store.h"

struct leases {
	char *path;
	int lock; /* -1: the folder takes no lock file */
	struct maps maps;
	pthread_mutex_t mutex; /* of fit */
	struct lease_fit *fit;
	bool merged; /* what the database held is in the maps */
	pthread_t thread;
	bool running;
	int wake; /* eventfd: end */

	/* Of the thread, once it runs. */
	struct ring_buffer *ring;
	struct rows events; /* struct xdpxe_lease_event */
	bool more;	    /* there are more in the ring */
	uint64_t lost;	    /* events, when last looked */
	bool all_due;	    /* everything is to be written */
	struct store *store;
	int64_t calendar; /* that the times in the database are made with */
	uint64_t retry_ns;
	unsigned int backoff_s; /* 0: no trouble */
	struct xdpxe_lease_store told;
};

/** lease_keeper__run() - the thread. @context: struct leases */
void *lease_keeper__run(void *context);

/** lease_keeper__open_ring() - listen to the kernel program. Return: 0, negative errno */
int lease_keeper__open_ring(struct leases *leases);

/** lease_keeper__publish() - tell the commands, through the maps */
void lease_keeper__publish(struct leases *leases);

/** leases__tell_restored() - log it, if there is anything to tell */
void leases__tell_restored(const struct leases *leases, const struct lease_restored *restored,
			   double ms);

#endif
