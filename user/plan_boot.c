// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// One boot instruction as bytes.
#include <string.h>

#include "config_boot.h"
#include "dhcp_options.h"
#include "plan_priv.h"

#define SIZE_UNIT 512 /* of option 13 */

/*
 * Option 61 of 255 bytes, 97, and option 82 of 255 bytes on top of the longest reply still fit one
 * Ethernet frame.
 */
_Static_assert(PLAN_REPLY_MAX + 257 + 19 + 257 <= 1400, "echoed options have room");

/* With the size, EDK2 does not ask for it in a request of its own. Larger files cannot be told. */
static void add_size(struct dhcp_options *options, uint64_t size)
{
	uint64_t units = size / SIZE_UNIT + (size % SIZE_UNIT != 0);

	if (units <= UINT16_MAX)
		dhcp_options__add_u16(options, DHCP_OPT_BOOT_FILE_SIZE, (uint16_t)units);
}

/*
 * 60 alone sends EDK2 looking for a boot server on port 4011: 43.6 says that there is none to look
 * for. iPXE takes an offer without an address only with 60, for a proxy's, and asks port 4011 only if
 * that names no file.
 */
static void add_pxe(struct dhcp_options *options)
{
	static const uint8_t vendor[] = { PXE_OPT_DISCOVERY_CONTROL, 1,
					  PXE_DISCOVERY_BOOT_FILE_ONLY, 255 };

	dhcp_options__add_text(options, DHCP_OPT_VENDOR_CLASS, "PXEClient");
	dhcp_options__add(options, DHCP_OPT_VENDOR, vendor, sizeof(vendor));
}

void plan_boot__make(struct xdpxe_boot *boot, enum plan_boot_kind kind, const char *text,
		     uint64_t size)
{
	static const uint8_t no_proxy_wait[] = { IPXE_OPT_NO_PROXY_WAIT, 1, 1 };
	struct dhcp_options options;

	memset(boot, 0, sizeof(*boot));
	if (strlen(text) < sizeof(boot->file))
		memcpy(boot->file, text, strlen(text));
	dhcp_options__init(&options, boot->options, sizeof(boot->options));
	if (kind == PLAN_BOOT_HTTP)
		dhcp_options__add_text(&options, DHCP_OPT_VENDOR_CLASS, "HTTPClient");
	dhcp_options__add_text_nul(&options, DHCP_OPT_BOOT_FILE, text);
	if (kind == PLAN_BOOT_TFTP)
		add_size(&options, size);
	if (kind == PLAN_BOOT_IPXE)
		dhcp_options__add(&options, DHCP_OPT_IPXE, no_proxy_wait, sizeof(no_proxy_wait));
	boot->options_len = (uint16_t)options.len;
	if (kind == PLAN_BOOT_TFTP || kind == PLAN_BOOT_IPXE_PROXY)
		add_pxe(&options);
	boot->pxe_len = (uint16_t)(options.len - boot->options_len);
	if (kind == PLAN_BOOT_TFTP || (kind != PLAN_BOOT_HTTP && boot__is_tftp(text)))
		boot->flags = XDPXE_BOOT_TFTP;
}

size_t plan_boot__reply_len(const struct plan *plan, const struct xdpxe_boot *boot)
{
	size_t longest = 0, i;

	for (i = 0; i < plan->network_count; i++) {
		const struct xdpxe_network *wire = &plan->networks[i].wire;
		size_t len = wire->options_len +
			     (boot->flags & XDPXE_BOOT_TFTP ? wire->tftp_name_len : 0);

		longest = len > longest ? len : longest;
	}
	/* Message type and server identifier, 3 and 6 bytes, and END. */
	return sizeof(struct bootp_header) + 3 + 6 + longest + boot->options_len + boot->pxe_len +
	       1;
}
