/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The conflict check of a service; see conflict.h. */
#ifndef XDPXE_SERVICE_PROBE_H
#define XDPXE_SERVICE_PROBE_H

#include "service.h"

/**
 * service_probe__start() - begin to probe the addresses of the plan
 * Before the program is loaded, which takes as long as a machine has to answer: then there are addresses as soon as it
 * is attached. Return: 0, negative errno
 */
int service_probe__start(struct service *service);

#endif
