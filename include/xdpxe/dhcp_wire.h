/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* DHCP as it stands on the wire: RFC 951, 2131, 2132, 3046, 4578, 6842, PXE 2.1. */
#ifndef XDPXE_DHCP_WIRE_H
#define XDPXE_DHCP_WIRE_H

#include <linux/types.h>

#define DHCP_SERVER_PORT 67
#define DHCP_CLIENT_PORT 68
#define PXE_BOOT_SERVER_PORT 4011   /* PXE 2.1 section 2.2.3 */
#define DHCP_MAGIC 0x63825363u	    /* host byte order; RFC 2131 section 3 */
#define DHCP_FLAG_BROADCAST 0x8000u /* host byte order; RFC 2131 figure 2 */
#define DHCP_MIN_REPLY 300	    /* bytes of BOOTP, padded with zeros: RFC 1542 section 2.1 */
#define DHCP_MIN_MESSAGE 576	    /* IP datagram every client must take: RFC 2131 section 2 */

#define BOOTP_REQUEST 1
#define BOOTP_REPLY 2
#define BOOTP_CHADDR_LEN 16
#define BOOTP_SNAME_LEN 64
#define BOOTP_FILE_LEN 128

struct bootp_header {
	__u8 op;
	__u8 htype;
	__u8 hlen;
	__u8 hops;
	__be32 xid;
	__be16 secs;
	__be16 flags;
	__be32 ciaddr;
	__be32 yiaddr;
	__be32 siaddr;
	__be32 giaddr;
	__u8 chaddr[BOOTP_CHADDR_LEN];
	__u8 sname[BOOTP_SNAME_LEN];
	__u8 file[BOOTP_FILE_LEN];
	__be32 magic;
} __attribute__((packed));
_Static_assert(sizeof(struct bootp_header) == 240, "RFC 2131 figure 1 and the magic cookie");

enum dhcp_message_type {
	DHCP_DISCOVER = 1,
	DHCP_OFFER = 2,
	DHCP_REQUEST = 3,
	DHCP_DECLINE = 4,
	DHCP_ACK = 5,
	DHCP_NAK = 6,
	DHCP_RELEASE = 7,
	DHCP_INFORM = 8,
};

enum dhcp_option {
	DHCP_OPT_PAD = 0,
	DHCP_OPT_SUBNET_MASK = 1,
	DHCP_OPT_ROUTER = 3,
	DHCP_OPT_DNS = 6,
	DHCP_OPT_HOSTNAME = 12,
	DHCP_OPT_BOOT_FILE_SIZE = 13, /* 512-byte units, rounded up */
	DHCP_OPT_DOMAIN = 15,
	DHCP_OPT_MTU = 26,
	DHCP_OPT_BROADCAST = 28,
	DHCP_OPT_NTP = 42,
	DHCP_OPT_VENDOR = 43,
	DHCP_OPT_REQUESTED_IP = 50,
	DHCP_OPT_LEASE_TIME = 51,
	DHCP_OPT_OVERLOAD = 52,
	DHCP_OPT_MESSAGE_TYPE = 53,
	DHCP_OPT_SERVER_ID = 54,
	DHCP_OPT_PRL = 55,
	DHCP_OPT_MESSAGE = 56,
	DHCP_OPT_MAX_SIZE = 57,
	DHCP_OPT_RENEWAL = 58,
	DHCP_OPT_REBINDING = 59,
	DHCP_OPT_VENDOR_CLASS = 60,
	DHCP_OPT_CLIENT_ID = 61,
	DHCP_OPT_TFTP_NAME = 66,
	DHCP_OPT_BOOT_FILE = 67,
	DHCP_OPT_USER_CLASS = 77,
	DHCP_OPT_RELAY_AGENT = 82,
	DHCP_OPT_ARCH = 93,
	DHCP_OPT_NDI = 94,
	DHCP_OPT_UUID = 97,
	DHCP_OPT_SUBNET_SELECTION = 118, /* RFC 3011 */
	DHCP_OPT_IPXE = 175,		 /* iPXE encapsulated options */
	DHCP_OPT_END = 255,
};

#define RELAY_OPT_LINK_SELECTION 5 /* inside option 82: RFC 3527 */

#define PXE_OPT_DISCOVERY_CONTROL 6    /* inside option 43 */
#define PXE_OPT_BOOT_ITEM 71	       /* inside option 43: type and layer, 16 bits each */
#define PXE_DISCOVERY_BOOT_FILE_ONLY 8 /* bit 3: take the boot file, no prompt, no discovery */
#define IPXE_OPT_NO_PROXY_WAIT 176     /* inside option 175: do not wait for a proxy offer */

#endif
