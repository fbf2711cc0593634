// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What a DHCP server said. Every byte of it may be anything. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "storm_dhcp.h"

#define OPT_OVERLOAD 52
#define PXE_CLASS "PXEClient"

/* One reply under inspection. */
struct reading {
	struct storm_dhcp_heard *out;
	bool has_vendor, is_pxe, has_end;
	bool has_name;
};

static bool is_four(const uint8_t *data, size_t len, uint32_t *out)
{
	if (len != 4)
		return false;
	memcpy(out, data, 4);
	return true;
}

static bool take_name(struct storm_dhcp_heard *out, const uint8_t *data, size_t len)
{
	while (len && data[len - 1] == 0)
		len--;
	if (len > STORM_NAME_MAX || memchr(data, 0, len))
		return false;
	memcpy(out->name, data, len);
	out->name[len] = '\0';
	return true;
}

/* iPXE's own options, encapsulated: is 176 set? */
static bool take_ipxe(struct storm_dhcp_heard *out, const uint8_t *data, size_t len)
{
	for (size_t at = 0; at < len;) {
		if (data[at] == DHCP_OPT_PAD || data[at] == DHCP_OPT_END) {
			at++;
			continue;
		}
		if (at + 2 > len || at + 2 + data[at + 1] > len)
			return false;
		if (data[at] == IPXE_OPT_NO_PROXY_WAIT && data[at + 1] == 1 && data[at + 2] == 1)
			out->no_wait = true;
		at += 2u + data[at + 1];
	}
	return true;
}

static bool take_routers(struct storm_dhcp_heard *out, const uint8_t *data, size_t len)
{
	if (len < 4 || len % 4)
		return false;
	memcpy(&out->router, data, 4);
	return true;
}

static bool take_option(struct reading *reading, uint8_t code, const uint8_t *data, size_t len)
{
	struct storm_dhcp_heard *out = reading->out;

	switch (code) {
	case DHCP_OPT_MESSAGE_TYPE:
		out->type = len ? data[0] : 0;
		return len == 1 && data[0] >= 1 && data[0] <= 8;
	case DHCP_OPT_SUBNET_MASK:
		return is_four(data, len, &out->mask);
	case DHCP_OPT_ROUTER:
		return take_routers(out, data, len);
	case DHCP_OPT_SERVER_ID:
		return is_four(data, len, &out->server_id);
	case DHCP_OPT_LEASE_TIME:
	case DHCP_OPT_RENEWAL:
	case DHCP_OPT_REBINDING:
	case DHCP_OPT_BROADCAST:
		out->has_lease_time |= code == DHCP_OPT_LEASE_TIME;
		return len == 4;
	case DHCP_OPT_BOOT_FILE_SIZE:
		if (len != 2)
			return false;
		out->size_blocks = (uint16_t)(data[0] << 8 | data[1]);
		return true;
	case DHCP_OPT_VENDOR_CLASS:
		reading->is_pxe =
			len >= strlen(PXE_CLASS) && memcmp(data, PXE_CLASS, strlen(PXE_CLASS)) == 0;
		return len > 0;
	case DHCP_OPT_VENDOR:
		reading->has_vendor = true;
		return len > 0;
	case DHCP_OPT_BOOT_FILE:
		reading->has_name = true;
		return len > 0 && take_name(out, data, len);
	case DHCP_OPT_IPXE:
		return take_ipxe(out, data, len);
	default:
		return true;
	}
}

/* Return: NULL, or what is wrong; text is in a static buffer, which the caller shows at once. */
static const char *take_options(struct reading *reading, const uint8_t *data, size_t len)
{
	static char text[64];

	for (size_t at = 0; at < len;) {
		uint8_t code = data[at];

		if (code == DHCP_OPT_END) {
			reading->has_end = true;
			return NULL;
		}
		if (code == DHCP_OPT_PAD) {
			at++;
			continue;
		}
		if (at + 2 > len || at + 2 + data[at + 1] > len) {
			snprintf(text, sizeof(text), "option %u goes beyond the message", code);
			return text;
		}
		if (code == OPT_OVERLOAD)
			return "option 52 (overload), which boot firmware does not read";
		if (!take_option(reading, code, data + at + 2, data[at + 1])) {
			snprintf(text, sizeof(text), "option %u: not a legal value", code);
			return text;
		}
		at += 2u + data[at + 1];
	}
	return "options have no end";
}

static const char *take_header(const struct bootp_header *bootp, struct storm_dhcp_heard *out)
{
	if (bootp->op != BOOTP_REPLY || bootp->htype != 1 || bootp->hlen != 6)
		return "not a BOOTP reply for Ethernet";
	if (bootp->magic != htonl(DHCP_MAGIC))
		return "no magic cookie";
	out->xid = bootp->xid;
	out->yiaddr = bootp->yiaddr;
	out->siaddr = bootp->siaddr;
	out->flags = ntohs(bootp->flags);
	memcpy(out->mac, bootp->chaddr, sizeof(out->mac));
	return NULL;
}

const char *storm_dhcp__parse(const uint8_t *data, size_t len, struct storm_dhcp_heard *out)
{
	struct reading reading = { .out = out };
	struct bootp_header bootp;
	const char *fault;

	memset(out, 0, sizeof(*out));
	if (len < sizeof(bootp))
		return "shorter than a BOOTP header";
	memcpy(&bootp, data, sizeof(bootp));
	fault = take_header(&bootp, out);
	if (!fault)
		fault = take_options(&reading, data + sizeof(bootp), len - sizeof(bootp));
	if (fault)
		return fault;
	if (!out->type)
		return "no option 53";
	if (!reading.has_name &&
	    !take_name(out, bootp.file, strnlen((const char *)bootp.file, sizeof(bootp.file))))
		return "the boot file's name is not text";
	out->no_wait |= reading.is_pxe;
	out->needs_4011 = reading.is_pxe && !reading.has_vendor;
	return NULL;
}
