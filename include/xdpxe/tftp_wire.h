/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* TFTP as it stands on the wire: RFC 1350, 2347, 2348, 2349, 7440. */
#ifndef XDPXE_TFTP_WIRE_H
#define XDPXE_TFTP_WIRE_H

#include <linux/types.h>

#define TFTP_PORT 69
#define TFTP_BLKSIZE_DEFAULT 512 /* RFC 1350: no option asked for */
#define TFTP_BLKSIZE_MIN 8	 /* RFC 2348 */
#define TFTP_BLKSIZE_LIMIT 65464 /* RFC 2348 */
#define TFTP_TIMEOUT_MAX 255	 /* seconds; RFC 2349 */

enum tftp_opcode {
	TFTP_RRQ = 1,
	TFTP_WRQ = 2,
	TFTP_DATA = 3,
	TFTP_ACK = 4,
	TFTP_ERROR = 5,
	TFTP_OACK = 6,
};

enum tftp_error {
	TFTP_E_UNDEFINED = 0,
	TFTP_E_NOT_FOUND = 1,
	TFTP_E_ACCESS = 2,
	TFTP_E_DISK_FULL = 3,
	TFTP_E_ILLEGAL = 4,
	TFTP_E_UNKNOWN_TID = 5,
	TFTP_E_EXISTS = 6,
	TFTP_E_NO_USER = 7,
	TFTP_E_OPTIONS = 8, /* RFC 2347 */
};

struct tftp_header {
	__be16 opcode;
	__be16 block; /* block of DATA and ACK, code of ERROR */
} __attribute__((packed));
_Static_assert(sizeof(struct tftp_header) == 4, "RFC 1350 section 5");

#endif
