// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What `xdpxe storm` hears: a frame taken apart, its payload read as a DHCP reply and as an OACK.
#include <string.h>

#include "must.h"
#include "storm_dhcp.h"
#include "storm_packet.h"
#include "storm_tftp.h"

static void read_dhcp(const uint8_t *data, size_t len)
{
	struct storm_dhcp_heard heard;
	const char *wrong = storm_dhcp__parse(data, len, &heard);

	if (wrong) {
		must(strlen(wrong) > 0);
		return;
	}
	must(heard.type >= 1 && heard.type <= 8);
	must(memchr(heard.name, '\0', sizeof(heard.name)) != NULL);
}

static void read_oack(const uint8_t *data, size_t len, bool probe)
{
	for (int client = 0; client < STORM_CLIENT_AUTO; client++) {
		const struct storm_tftp_model *model = storm_model__tftp(client);
		const struct storm_ask ask = { .probe = probe && model->probe,
					       .blksize = 1024,
					       .window = 4 };
		struct storm_granted granted;

		if (storm_tftp__oack(data, len, model, &ask, &granted))
			continue;
		must(granted.blksize >= 8 && granted.blksize <= 1024);
		must(granted.window >= 1 && granted.window <= 4);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct storm_packet packet;

	storm_packet__parse(data, size, &packet);
	if (packet.kind == STORM_PACKET_UDP || packet.kind == STORM_PACKET_CHECKSUM) {
		must(packet.payload >= data && packet.len <= size &&
		     packet.payload + packet.len <= data + size);
		read_dhcp(packet.payload, packet.len);
		read_oack(packet.payload, packet.len, false);
	}
	read_dhcp(data, size);
	read_oack(data, size, false);
	read_oack(data, size, true);
	return 0;
}
