// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "storm_model.h"

#include <string.h>

#include "xdpxe/storm.h"

#define MOMENTS(...)                                                                               \
	{                                                                                          \
		(const uint16_t[]){ __VA_ARGS__ },                                                 \
			sizeof((const uint16_t[]){ __VA_ARGS__ }) / sizeof(uint16_t)               \
	}

#define IPXE_MOMENTS MOMENTS(0, 260, 800, 1850, 3900, 8000, 16000)
#define EDK2_MOMENTS MOMENTS(0, 4000, 8000, 12000, 16000, 20000, 24000)
/* It asks three times, and all of that again with each of the six times that it sends a request for a file. */
#define EDK2_ARP_MOMENTS                                                                           \
	MOMENTS(0, 500, 1000, 4000, 4500, 5000, 8000, 8500, 9000, 12000, 12500, 13000, 16000,      \
		16500, 17000, 20000, 20500, 21000, 24000)
#define UBOOT_MOMENTS                                                                              \
	MOMENTS(0, 5000, 10000, 15000, 20000, 25000, 30000, 35000, 40000, 45000, 50000, 55000)

static const struct storm_dhcp_model rom = {
	.name = "PXE ROM",
	.ttl = 64,
	.secs = { 4, 10, 18, 26 },
	.discover = MOMENTS(0, 1000, 3000, 7000, 15000),
	.request = IPXE_MOMENTS,
	.arp = MOMENTS(0, 150, 420, 1000, 2000, 4000),
};

static const struct storm_dhcp_model edk2 = {
	.name = "UEFI",
	.ttl = 64,
	.broadcast = true,
	.needs_mask = true,
	.skips_probe = true,
	.collect_ms = 3750,
	.discover = MOMENTS(0, 3800, 11800, 27800, 60000),
	.request = MOMENTS(0, 4000, 12000, 28000, 60000),
	.arp = EDK2_ARP_MOMENTS,
};

static const struct storm_dhcp_model uboot = {
	.name = "U-Boot",
	.ttl = 255,
	.new_xid = true,
	.plain_ip = true,
	.secs = { 0, 0, 1, 3 },
	.discover = MOMENTS(0, 250, 750, 1750, 3750, 5750, 7750, 9750, 11750, 13750, 15750, 17750,
			    19750, 21750, 23750, 25750, 27750, 29750, 31750),
	.request = MOMENTS(0, 5000),
	.arp = MOMENTS(0, 5000, 10000, 15000, 20000),
};

static const struct storm_dhcp_model ipxe = {
	.name = "iPXE",
	.ttl = 64,
	.broadcast = true,
	.collect_ms = 2000,
	.secs = { 4, 10, 18, 26 },
	.discover = MOMENTS(0, 1000, 3000, 7000, 15000),
	.request = IPXE_MOMENTS,
	.arp = MOMENTS(0, 150, 420, 1000, 2000, 4000),
};

/* Options in the order they are sent: name, value, ..., NULL. */
#define OPTIONS(...)                                                                               \
	(const char *const[])                                                                      \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}

static const struct storm_tftp_model tftp_models[] = {
	[STORM_CLIENT_IPXE] = {
		.name = "ipxe",
		.request = OPTIONS("blksize", "%u", "tsize", "0"),
		.blksize = 1432,
		.window = 1,
		.habits = STORM_ANSWERS_OLD | STORM_ANSWERS_AHEAD,
		.ttl = 64,
		.first_port = 1024,
		.ports = 64000,
		.rrq = IPXE_MOMENTS,
		.ack = MOMENTS(0, 250, 550, 1000, 2000, 4000, 8000),
	},
	[STORM_CLIENT_EDK2] = {
		.name = "edk2",
		.probe = OPTIONS("tsize", "0", "blksize", "%u", "windowsize", "%u"),
		.request = OPTIONS("blksize", "%u", "windowsize", "%u"),
		.blksize = 1468,
		.window = 4,
		.abort_code = 8,
		.abort_text = "User aborted the transfer",
		.must_have_oack = true,
		.habits = STORM_ANSWERS_OLD | STORM_ANSWERS_AHEAD,
		.ttl = 64,
		.first_port = 1100,
		.ports = 8000,
		.rrq = EDK2_MOMENTS,
		.ack = EDK2_MOMENTS,
	},
	[STORM_CLIENT_GRUB] = {
		.name = "grub",
		.request = OPTIONS("blksize", "%u", "tsize", "0"),
		.blksize = 1024,
		.window = 1,
		.must_have_oack = true,
		.leading_slash = true,
		.habits = STORM_ANSWERS_OLD,
		.ttl = 255,
		.first_port = 25300,
		.ports = 200,
		.rrq = MOMENTS(0, 400, 820, 1260, 1720, 2200, 2700, 3220, 3760, 4320, 4900, 5500,
			       6120, 6760, 7420, 8100, 8800, 9520, 10260, 11020, 11800, 12600,
			       13420, 14260, 15120, 16000, 16900, 17820, 18760, 19720, 20700,
			       21700, 22720, 23760, 24820, 25900, 27000, 28120, 29260, 30420,
			       31600),
		.ack = MOMENTS(0, 34000), /* never repeated */
	},
	[STORM_CLIENT_UBOOT] = {
		.name = "uboot",
		.request = OPTIONS("timeout", "5", "blksize", "%u"),
		.blksize = 1468,
		.window = 1,
		.plain_ip = true,
		.habits = STORM_ANSWERS_GAP | STORM_NO_CHECKSUM,
		.ttl = 255,
		.first_port = 1024,
		.ports = 3072,
		.rrq = UBOOT_MOMENTS,
		.ack = UBOOT_MOMENTS,
	},
	[STORM_CLIENT_ROM] = {
		.name = "rom",
		.probe = OPTIONS("tsize", "0"),
		.request = OPTIONS("blksize", "%u", "tsize", "0"),
		.blksize = 1456,
		.window = 1,
		.abort_code = 0,
		.abort_text = "TFTP Aborted",
		.habits = STORM_ANSWERS_OLD | STORM_ANSWERS_AHEAD,
		.ttl = 64,
		.first_port = 2000,
		.ports = 50,
		.rrq = IPXE_MOMENTS,
		.ack = MOMENTS(0, 250, 550, 1000, 2000, 4000, 8000),
	},
};

const struct storm_tftp_model *storm_model__tftp(enum storm_client client)
{
	return &tftp_models[client];
}

bool storm_model__client(const char *name, enum storm_client *out)
{
	for (int i = 0; i < STORM_CLIENT_AUTO; i++) {
		if (strcmp(name, tftp_models[i].name) == 0) {
			*out = (enum storm_client)i;
			return true;
		}
	}
	return false;
}

const char *storm_model__client_names(void)
{
	return "ipxe, edk2, grub, uboot, rom";
}

bool storm_model__is_efi(uint16_t arch)
{
	return arch == 2 || (arch >= 6 && arch <= 11) || arch == 25 || arch == 27 || arch == 29 ||
	       (arch >= 33 && arch <= 37) || arch == 39;
}

bool storm_model__is_uboot(uint16_t arch)
{
	return arch == 21 || arch == 22;
}

const struct storm_dhcp_model *storm_model__dhcp(uint16_t arch, bool is_ipxe)
{
	if (is_ipxe)
		return &ipxe;
	if (storm_model__is_uboot(arch))
		return &uboot;
	return storm_model__is_efi(arch) ? &edk2 : &rom;
}

enum storm_client storm_model__of_arch(uint16_t arch)
{
	if (storm_model__is_uboot(arch))
		return STORM_CLIENT_UBOOT;
	return storm_model__is_efi(arch) ? STORM_CLIENT_EDK2 : STORM_CLIENT_ROM;
}
