// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "loss.h"

#include <string.h>

#include <bpf/bpf.h>

#include "log.h"
#include "mapread.h"

_Static_assert(XDPXE_PORTS_MAX <= 32, "a bit for each");

/* Return: 1000 times the part that is lost, 0 when that is no matter */
static uint32_t per_mille(const struct maps *maps, uint32_t port)
{
	struct xdpxe_loss loss;

	if (bpf_map_lookup_elem(maps->losses, &port, &loss) || !xdpxe_loss_is_seen(&loss) ||
	    mapread__now_ns() - loss.at_ns > XDPXE_LOSS_FORGET_NS)
		return 0;
	return loss.sent > loss.lost ? (uint32_t)(loss.lost * 1000 / loss.sent) : 1000;
}

bool loss__is_seen(const struct maps *maps, uint32_t port)
{
	return per_mille(maps, port) > 0;
}

void loss__tell(const struct engine *engine, uint32_t *told)
{
	for (size_t i = 0; i < engine->port_count; i++) {
		const struct engine_port *port = &engine->ports[i];
		uint32_t bit = 1u << port->number, part = per_mille(&engine->maps, port->number);

		if (part && !(*told & bit))
			log_warn("%s: frames are being lost (%u.%u %% of the blocks had to be sent "
				 "again): TFTP windows are of 2 blocks until that is over",
				 port->name, part / 10, part % 10);
		if (!part && *told & bit)
			log_info("%s: no more frames are lost: TFTP windows are as configured",
				 port->name);
		*told = part ? *told | bit : *told & ~bit;
	}
}
