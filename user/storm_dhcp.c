// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "storm_dhcp.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "dhcp_options.h"
#include "storm_model.h"

#define UBOOT_MESSAGE 300 /* what U-Boot pads its messages to */
#define EDK2_REQUEST_SIZE 65280

static const uint8_t rom_list[] = { 1,	3,  6,	 7,   12,  15,	17,  26,  42,  43,  60,
				    66, 67, 119, 128, 129, 130, 131, 132, 133, 134, 135 };
static const uint8_t ipxe_list[] = { 1,	 3,   6,   7,	12,  15,  17,  26,  42,	 43,  60,  66,
				     67, 119, 128, 129, 130, 131, 132, 133, 134, 135, 175, 203 };
static const uint8_t edk2_list[] = { 1,	 2,  3,	 4,   5,   6,	12,  13,  15,  17,  18, 22,
				     23, 28, 40, 41,  42,  43,	50,  51,  54,  58,  59, 60,
				     66, 67, 97, 128, 129, 130, 131, 132, 133, 134, 135 };
static const uint8_t uboot_list[] = { 1, 3, 6, 12, 17 };

/* iPXE's own features, as of version 1.21: option 175. */
static const uint8_t ipxe_features[] = { 0xb1, 0x05, 0x01, 0x80, 0x86, 0x10, 0x0e, 0xeb, 0x03,
					 0x01, 0x00, 0x00, 0x26, 0x01, 0x01, 0x17, 0x01, 0x01,
					 0x27, 0x01, 0x01, 0x22, 0x01, 0x01, 0x13, 0x01, 0x01,
					 0x14, 0x01, 0x01, 0x11, 0x01, 0x01, 0x19, 0x01, 0x01,
					 0x29, 0x01, 0x01, 0x10, 0x01, 0x02, 0x21, 0x01, 0x01,
					 0x15, 0x01, 0x01, 0x18, 0x01, 0x01, 0x12, 0x01, 0x01 };

#define OPT_UNDI 94

static void add_undi(struct dhcp_options *options, uint8_t major, uint8_t minor)
{
	const uint8_t undi[3] = { 1, major, minor };

	dhcp_options__add(options, OPT_UNDI, undi, sizeof(undi));
}

static void add_vendor_class(struct dhcp_options *options, uint16_t arch, const char *undi)
{
	char text[48];

	snprintf(text, sizeof(text), "PXEClient:Arch:%05u:UNDI:%s", arch, undi);
	dhcp_options__add_text(options, DHCP_OPT_VENDOR_CLASS, text);
}

static void add_uuid(struct dhcp_options *options, const struct storm_dhcp_say *say)
{
	uint8_t value[17] = { 0 };

	memcpy(value + 1, say->uuid, sizeof(say->uuid));
	dhcp_options__add(options, DHCP_OPT_UUID, value, sizeof(value));
}

static void add_choice(struct dhcp_options *options, const struct storm_dhcp_say *say)
{
	if (say->type != DHCP_REQUEST)
		return;
	dhcp_options__add(options, DHCP_OPT_SERVER_ID, &say->server_id, 4);
	dhcp_options__add(options, DHCP_OPT_REQUESTED_IP, &say->requested, 4);
}

/* A legacy ROM, and iPXE, which grew out of such ROMs. */
static void add_rom_options(struct dhcp_options *options, const struct storm_dhcp_say *say)
{
	bool efi = storm_model__is_efi(say->arch);
	uint8_t client_id[7] = { 1 };

	memcpy(client_id + 1, say->mac, 6);
	dhcp_options__add_u16(options, DHCP_OPT_MAX_SIZE, say->ipxe ? 1472 : 1260);
	dhcp_options__add_u16(options, DHCP_OPT_ARCH, say->arch);
	add_undi(options, efi ? 3 : 2, efi ? 10 : 1);
	add_vendor_class(options, say->arch, efi ? "003010" : "002001");
	if (say->ipxe) {
		dhcp_options__add_text(options, DHCP_OPT_USER_CLASS, "iPXE");
		dhcp_options__add(options, DHCP_OPT_PRL, ipxe_list, sizeof(ipxe_list));
		dhcp_options__add(options, DHCP_OPT_IPXE, ipxe_features, sizeof(ipxe_features));
	} else {
		dhcp_options__add(options, DHCP_OPT_PRL, rom_list, sizeof(rom_list));
	}
	dhcp_options__add(options, DHCP_OPT_CLIENT_ID, client_id, sizeof(client_id));
	add_uuid(options, say);
	add_choice(options, say);
}

static void add_edk2_options(struct dhcp_options *options, const struct storm_dhcp_say *say)
{
	add_choice(options, say);
	dhcp_options__add_u16(options, DHCP_OPT_MAX_SIZE,
			      say->type == DHCP_REQUEST ? EDK2_REQUEST_SIZE : 1472);
	dhcp_options__add(options, DHCP_OPT_PRL, edk2_list, sizeof(edk2_list));
	add_uuid(options, say);
	add_undi(options, 3, 0);
	dhcp_options__add_u16(options, DHCP_OPT_ARCH, say->arch);
	add_vendor_class(options, say->arch, "003000");
}

static void add_uboot_options(struct dhcp_options *options, const struct storm_dhcp_say *say)
{
	dhcp_options__add_u16(options, DHCP_OPT_MAX_SIZE, 576);
	add_choice(options, say);
	dhcp_options__add_u16(options, DHCP_OPT_ARCH, say->arch);
	add_undi(options, 0, 0);
	dhcp_options__add_text(options, DHCP_OPT_VENDOR_CLASS,
			       say->arch == 21 ? "U-Boot.armv7" : "U-Boot.armv8");
	dhcp_options__add(options, DHCP_OPT_PRL, uboot_list, sizeof(uboot_list));
}

size_t storm_dhcp__build(uint8_t out[STORM_DHCP_MAX], const struct storm_dhcp_say *say)
{
	bool uboot = storm_model__is_uboot(say->arch) && !say->ipxe;
	struct bootp_header bootp = {
		.op = BOOTP_REQUEST,
		.htype = 1,
		.hlen = 6,
		.xid = say->xid,
		.secs = htons(say->secs),
		.magic = htonl(DHCP_MAGIC),
	};
	struct dhcp_options options;
	size_t len;

	if (storm_model__dhcp(say->arch, say->ipxe)->broadcast)
		bootp.flags = htons(DHCP_FLAG_BROADCAST);
	memcpy(bootp.chaddr, say->mac, 6);
	memset(out, 0, STORM_DHCP_MAX);
	memcpy(out, &bootp, sizeof(bootp));
	dhcp_options__init(&options, out + sizeof(bootp), STORM_DHCP_MAX - sizeof(bootp) - 1);
	dhcp_options__add(&options, DHCP_OPT_MESSAGE_TYPE, &say->type, 1);
	if (uboot)
		add_uboot_options(&options, say);
	else if (storm_model__is_efi(say->arch) && !say->ipxe)
		add_edk2_options(&options, say);
	else
		add_rom_options(&options, say);
	options.data[options.len] = DHCP_OPT_END;
	len = sizeof(bootp) + options.len + 1;
	return uboot && len < UBOOT_MESSAGE ? UBOOT_MESSAGE : len;
}
