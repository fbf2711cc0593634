/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the service manager is told: sd_notify(3), shown by `systemctl status`. */
#ifndef XDPXE_MANAGER_H
#define XDPXE_MANAGER_H

#include "service.h"

/** manager__tell_state() - interfaces, and how many machines are at which stage, in one line. Without a manager: nothing */
void manager__tell_state(const struct service *service);

#endif
