/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The leases of a service: from its configuration to a database, and back into its maps. */
#ifndef XDPXE_SERVICE_LEASES_H
#define XDPXE_SERVICE_LEASES_H

#include "service.h"

/** service_leases__open() - claim the database of the plan, if it has one. Return: 0; -1 with a message logged */
int service_leases__open(struct service *service);

/** service_leases__restore() - set the clock of leases, and fill new maps. Programs are loaded. Return: 0, negative errno */
int service_leases__restore(struct service *service);

/** service_leases__take_rest() - what maps that are replaced got until they were. Return: 0, negative errno */
int service_leases__take_rest(struct service *service);

/** service_leases__follow() - another plan is in force, perhaps with another database */
void service_leases__follow(struct service *service);

#endif
