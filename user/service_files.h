/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The files of a service: from the configuration's root to the image maps. */
#ifndef XDPXE_SERVICE_FILES_H
#define XDPXE_SERVICE_FILES_H

#include "service.h"

/**
 * service_files__sync() - make the maps say what the root says, and @plan what is served
 * @plan:  in force or about to be; its boot instructions get the sizes of the files as they are served
 * @asked: somebody asked for it (start, reload): read also what may be half-written
 * Return: 1 when boot instructions changed, 0 when none did, negative errno with a message logged
 */
int service_files__sync(struct service *service, struct plan *plan, bool asked);

#endif
