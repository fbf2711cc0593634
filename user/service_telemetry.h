/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What machines do, followed for a service. */
#ifndef XDPXE_SERVICE_TELEMETRY_H
#define XDPXE_SERVICE_TELEMETRY_H

#include "service.h"

/** service_telemetry__start() - where the configuration wants it; serving goes on without */
void service_telemetry__start(struct service *service);

#endif
