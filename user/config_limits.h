/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Values of `limits:` and `reply-delay:`. */
#ifndef XDPXE_CONFIG_LIMITS_H
#define XDPXE_CONFIG_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct config_limits - how much one may take; 0 is no limit
 * @messages: @requests: @combinations: a second, of one machine or client
 * @leases:   addresses of machines that came the same way
 * @offers_percent: share of a pool that offers may hold
 */
struct config_limits {
	uint32_t messages, requests, combinations, leases;
	uint32_t offers_percent;
	bool own_mac;
};

/* Replies that wait: to addresses that begin with @mac_bytes of @mac, or, with 0 of them, to classes. */
struct config_delay {
	uint8_t mac[6];
	uint8_t mac_bytes;
	uint64_t classes; /* bit N: code N of option 93 */
	uint32_t delay_ms;
};

#endif
