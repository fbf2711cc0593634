// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The conditions of `xdpxe leases`, from text. */
#include "lease_rows.h"

#include <stdio.h>
#include <string.h>

#include "parse.h"

static const char *const states[LEASE_STATES] = {
	[LEASE_OFFERED] = "offered",
	[LEASE_BOUND] = "bound",
	[LEASE_EXPIRED] = "expired",
	[LEASE_DECLINED] = "declined",
};

const char *lease_state__text(enum lease_state state)
{
	return states[state];
}

/* One to six bytes: made a whole address by bytes of zero. */
static bool set_mac(struct lease_filter *filter, const char *text)
{
	size_t len = strlen(text), bytes = (len + 1) / 3;
	char whole[] = "00:00:00:00:00:00";

	if (bytes < 1 || bytes > 6 || len != 3 * bytes - 1)
		return false;
	if (len > 2 && text[2] == '-')
		memcpy(whole, "00-00-00-00-00-00", sizeof(whole));
	memcpy(whole, text, len);
	filter->mac_len = bytes;
	return parse__mac(whole, filter->mac);
}

static bool set_addresses(struct lease_filter *filter, const char *text)
{
	unsigned int prefix;
	uint32_t address;

	if (parse__range(text, &filter->first, &filter->last))
		return true;
	if (!parse__cidr(text, &address, &prefix))
		return false;
	filter->first = prefix ? address & ~0u << (32 - prefix) : 0;
	filter->last = prefix == 32 ? address : filter->first | ~0u >> prefix;
	return true;
}

static bool set_network(struct lease_filter *filter, const char *text)
{
	unsigned int prefix = 32;

	if (!parse__ipv4(text, &filter->subnet) && !parse__cidr(text, &filter->subnet, &prefix))
		return false;
	filter->has_network = true;
	if (prefix < 32)
		filter->subnet &= prefix ? ~0u << (32 - prefix) : 0;
	return true;
}

static bool set_states(struct lease_filter *filter, const char *text)
{
	filter->states = 0;
	while (true) {
		size_t len = strcspn(text, ","), i;

		for (i = 0; i < LEASE_STATES; i++)
			if (strlen(states[i]) == len && strncmp(states[i], text, len) == 0)
				break;
		if (i == LEASE_STATES)
			return false;
		filter->states |= 1u << i;
		if (!text[len])
			return true;
		text += len + 1;
	}
}

const char *lease_filter__set(struct lease_filter *filter, int option, const char *text)
{
	switch (option) {
	case 'm':
		return set_mac(filter, text) ? NULL
					     : "52:54:00:12:34:56, or its first bytes: 52:54:00";
	case 'i':
		return set_addresses(filter, text)
			       ? NULL
			       : "10.77.1.5, 10.77.1.5-10.77.1.9 or 10.77.1.0/24";
	case 'n':
		return set_network(filter, text) ? NULL : "10.77.0.0/16 or 10.77.0.0";
	default:
		return set_states(filter, text)
			       ? NULL
			       : "offered, bound, expired, declined; several with commas";
	}
}
